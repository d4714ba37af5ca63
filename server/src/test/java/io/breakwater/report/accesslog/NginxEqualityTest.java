package io.breakwater.report.accesslog;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Compares our `combined` lines with those that nginx writes for the same raw requests: a running
/// nginx where one is installed, else the lines that one wrote (`nginx-combined.txt`, nginx 1.22).
class NginxEqualityTest {
    private static final Path NGINX = Path.of("/usr/sbin/nginx");
    private static final String TIME = "\\[[^]]*]";

    private static final List<String> METHODS =
            List.of(
                    "GET",
                    "POST",
                    "PUT",
                    "DELETE",
                    "PATCH",
                    "OPTIONS",
                    "PROPFIND",
                    "PURGE",
                    "M-SEARCH",
                    "X_Y");
    private static final List<String> URIS =
            List.of(
                    "/",
                    "/a/b/c",
                    "/q?",
                    "/q?a=b",
                    "/q?a=b&c=%20d+e",
                    "/q?a=\"x\"",
                    "/%41%2e",
                    "/a;b=c",
                    "/a//b/./c/../d",
                    "/caf\u00e9",
                    "/\u20ac/\ud83d\ude00?\u00e9=\u00e8",
                    "/a'b|c`d{e}f^g",
                    "/back\\slash",
                    "/<script>",
                    "/~x,y!z*(1)@$",
                    "/?x=" + "y".repeat(900));
    private static final List<String> AGENTS =
            List.of(
                    "curl/8.5.0",
                    "a \"quoted\" agent",
                    "back\\slash",
                    "tab\there",
                    "caf\u00e9 \ud83d\ude00",
                    "\u007f",
                    "~}|{",
                    "a  b",
                    "-",
                    "' OR 1=1 --");

    @TempDir Path folder;

    @Test
    void linesAreEqualButForTheTime() throws Exception {
        List<Sent> sent = requests();
        LogFormat combined = LogFormat.compile("combined");
        List<String> ours = new ArrayList<>();
        for (Sent request : sent) {
            ours.add(combined.render(request.view()).replaceFirst(TIME, "[time]"));
        }
        List<String> theirs = Files.isExecutable(NGINX) ? logOfNginx(sent) : recordedLog();
        assertThat(ours).hasSizeGreaterThanOrEqualTo(50).isEqualTo(theirs);
    }

    private List<String> logOfNginx(List<Sent> sent) throws Exception {
        int port = freePort();
        Files.writeString(folder.resolve("nginx.conf"), config(port));
        Process nginx =
                new ProcessBuilder(
                                NGINX.toString(),
                                "-p",
                                folder + "/",
                                "-c",
                                "nginx.conf",
                                "-e",
                                "error.log")
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("nginx.out").toFile())
                        .start();
        try {
            await().atMost(Duration.ofSeconds(20)).until(() -> listens(port));
            for (Sent request : sent) {
                exchange(port, request.wire());
            }
            Path log = folder.resolve("access.log");
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> Files.exists(log) && lines(log).size() >= sent.size());
            return lines(log);
        } finally {
            nginx.destroy();
            if (!nginx.waitFor(10, TimeUnit.SECONDS)) {
                nginx.destroyForcibly();
            }
        }
    }

    private static List<String> recordedLog() throws IOException {
        try (InputStream in = NginxEqualityTest.class.getResourceAsStream("nginx-combined.txt")) {
            assertThat(in).isNotNull();
            return new String(in.readAllBytes(), ISO_8859_1).lines().toList();
        }
    }

    private static List<Sent> requests() {
        List<Sent> sent = new ArrayList<>();
        for (String method : METHODS) {
            sent.add(sent(method, "/m", 200));
        }
        sent.add(sent("HEAD", "/head", 200));
        for (String uri : URIS) {
            sent.add(sent("GET", uri, 200));
        }
        sent.add(sent("GET", "/missing", 404));
        sent.add(sent("HEAD", "/missing", 404));
        sent.add(sent("POST", "/missing?x", 404));
        sent.add(sent("GET", "/error", 503));
        sent.add(sent("GET", "/empty", 204));
        sent.add(sent("GET", "/moved", 301));
        for (String agent : AGENTS) {
            sent.add(sent("GET", "/ua", 200).with("User-Agent", agent));
        }
        for (String referer :
                List.of("http://example.com/?q=\"x\"", "http://example.com/\u00fc", "-")) {
            sent.add(sent("GET", "/ref", 200).with("Referer", referer).with("User-Agent", "x"));
        }
        for (String user : List.of("joe:pw", "joe", ":pw", "j\u00f6 \"x\":pw")) {
            String encoded = Base64.getEncoder().encodeToString(user.getBytes(UTF_8));
            sent.add(sent("GET", "/auth", 200).with("Authorization", "Basic " + encoded));
        }
        sent.add(sent("GET", "/auth", 200).with("Authorization", "Bearer abc"));
        sent.add(sent("GET", "/auth", 200).with("Authorization", "Basic ***"));
        sent.add(sent("GET", "/empty-agent", 200).with("User-Agent", ""));
        return sent;
    }

    private static Sent sent(String method, String uri, int status) {
        int body =
                switch (status) {
                    case 200 -> 6;
                    case 404 -> 5;
                    case 503 -> 4;
                    case 204 -> 0;
                    default -> 169; // nginx's own page of 301
                };
        SampleView view =
                new SampleView()
                        .request(method, uri)
                        .answer(status, method.equals("HEAD") ? 0 : body);
        return new Sent(method + " " + uri + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n", view);
    }

    private static String config(int port) {
        return """
        daemon off;
        master_process off;
        pid nginx.pid;
        events {}
        http {
          access_log access.log combined;
          client_body_temp_path t1; proxy_temp_path t2; fastcgi_temp_path t3; uwsgi_temp_path t4; scgi_temp_path t5;
          server {
            listen 127.0.0.1:%d;
            location / { return 200 "hello\\n"; }
            location = /missing { return 404 "nope\\n"; }
            location = /error { return 503 "bad\\n"; }
            location = /empty { return 204; }
            location = /moved { return 301 http://x/; }
          }
        }
        """
                .formatted(port);
    }

    private static void exchange(int port, String wire) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write((wire + "\r\n").getBytes(UTF_8));
            InputStream in = socket.getInputStream();
            in.readAllBytes();
        }
    }

    private static boolean listens(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static List<String> lines(Path log) throws IOException {
        return Files.readAllLines(log, ISO_8859_1).stream()
                .map(line -> line.replaceFirst(TIME, "[time]"))
                .toList();
    }

    /// A request as sent, and the exchange it is.
    private record Sent(String wire, SampleView view) {
        Sent with(String name, String value) {
            String octets = new String(value.getBytes(UTF_8), ISO_8859_1);
            return new Sent(wire + name + ": " + value + "\r\n", view.field(name, octets));
        }
    }
}
