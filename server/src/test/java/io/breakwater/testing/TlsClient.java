package io.breakwater.testing;

import io.breakwater.tls.Pem;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/// A client that speaks HTTP/1.1 over TLS, one request after the other on one connection.
public final class TlsClient implements AutoCloseable {
    private static final Pattern LENGTH = Pattern.compile("(?i)\r\nContent-Length: (\\d+)\r\n");

    private final SSLSocket socket;
    private final String host;

    private TlsClient(SSLSocket socket, String host) {
        this.socket = socket;
        this.host = host;
    }

    /// Connects to 127.0.0.1 and shakes hands.
    ///
    /// @param port the port
    /// @param host asked for and verified
    /// @param authority a file with the certificate of whoever is trusted
    /// @return a connected client
    /// @throws Exception when that fails
    public static TlsClient to(int port, String host, String authority) throws Exception {
        return new TlsClient(connect(port, host, authority), host);
    }

    /// Connects to 127.0.0.1 and shakes hands, for another protocol.
    ///
    /// @param port the port
    /// @param host asked for and verified
    /// @param authority a file with the certificate of whoever is trusted
    /// @param protocols offered by ALPN
    /// @return a connected socket, the caller's to close
    /// @throws Exception when that fails
    @SuppressWarnings("resource") // the socket within is closed with it
    public static SSLSocket connect(int port, String host, String authority, String... protocols)
            throws Exception {
        Socket plain = new Socket(InetAddress.getLoopbackAddress(), port);
        plain.setSoTimeout((int) RawClient.PATIENCE.toMillis());
        SSLSocket socket =
                (SSLSocket)
                        context(authority).getSocketFactory().createSocket(plain, host, port, true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setServerNames(List.of(new SNIHostName(host)));
        parameters.setApplicationProtocols(protocols);
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        socket.setSSLParameters(parameters);
        try {
            socket.startHandshake();
        } catch (IOException e) {
            socket.close();
            throw e;
        }
        return socket;
    }

    private static SSLContext context(String authority)
            throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        store.setCertificateEntry(
                "ca", Pem.certificates(Files.readString(Path.of(authority))).getFirst());
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    /// Who the server said that it is.
    ///
    /// @return the subject of its certificate
    /// @throws IOException when it said nothing
    public String subject() throws IOException {
        X509Certificate own = (X509Certificate) socket.getSession().getPeerCertificates()[0];
        return own.getSubjectX500Principal().getName();
    }

    /// The number of the certificate that the server showed.
    ///
    /// @return in decimal
    /// @throws IOException when it showed none
    public String serial() throws IOException {
        X509Certificate own = (X509Certificate) socket.getSession().getPeerCertificates()[0];
        return own.getSerialNumber().toString();
    }

    /// Asks for a target.
    ///
    /// @param target the request's
    /// @return head and body of the response, which has a Content-Length
    /// @throws IOException when it does not come whole
    public String get(String target) throws IOException {
        String head = head(target);
        return head + new String(rest(head), StandardCharsets.ISO_8859_1);
    }

    /// Asks for a target.
    ///
    /// @param target the request's
    /// @return the body of the response, which has a Content-Length
    /// @throws IOException when it does not come whole
    public byte[] body(String target) throws IOException {
        return rest(head(target));
    }

    private String head(String target) throws IOException {
        socket.getOutputStream()
                .write(
                        ("GET " + target + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n")
                                .getBytes(StandardCharsets.ISO_8859_1));
        InputStream in = socket.getInputStream();
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) throw new IOException("ended within the head: " + head);
            head.append((char) next);
        }
        return head.toString();
    }

    private byte[] rest(String head) throws IOException {
        Matcher length = LENGTH.matcher(head);
        if (!length.find()) throw new IOException("no Content-Length: " + head);
        int bytes = Integer.parseInt(length.group(1));
        byte[] body = socket.getInputStream().readNBytes(bytes);
        if (body.length < bytes) throw new IOException("ended within the body");
        return body;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
