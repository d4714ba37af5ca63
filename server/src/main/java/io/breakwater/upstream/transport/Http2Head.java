package io.breakwater.upstream.transport;

import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpTokens;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.http.MetaData;
import org.jspecify.annotations.Nullable;

/// Makes the heads of HTTP/2 requests (RFC 9113 §8.2, §8.3) and their trailers. Pure.
///
/// Jetty's encoder would take the control data from a parsed URI, which is not always the text that
/// is to be sent. So they stand among the fields here, in front, and Jetty is not told that this is
/// a request.
final class Http2Head extends MetaData.Request {
    /// What a head or a block of trailers may take, each field with its overhead of 32 bytes (RFC
    /// 9113 §6.5.2). A larger one would break the whole connection.
    static final int MOST_BYTES = 64 * 1024;

    private static final int FIELD_OVERHEAD = 32;
    private static final HttpURI NOWHERE = HttpURI.from("/");
    private static final HttpField NO_CONTENT = new HttpField(HttpHeader.CONTENT_LENGTH, "0");

    private Http2Head(String method, HttpFields all) {
        super(method, NOWHERE, HttpVersion.HTTP_2, all, -1);
    }

    @Override
    public boolean isRequest() {
        return false;
    }

    @Override
    public HttpVersion getHttpVersion() {
        return HttpVersion.HTTP_2;
    }

    /// The head of a request.
    ///
    /// @param request the request
    /// @param scheme `http` or `https`
    /// @return what is to be encoded
    /// @throws IllegalArgumentException when a field's name cannot be sent, or all is too large
    static MetaData.Request of(OutgoingRequest request, String scheme) {
        HttpFields from = request.fields();
        HttpFields.Mutable to = HttpFields.build();
        to.add(new HttpField(HttpHeader.C_METHOD, request.method()));
        to.add(new HttpField(HttpHeader.C_SCHEME, scheme));
        String host = from.get(HttpHeader.HOST);
        if (host != null) to.add(new HttpField(HttpHeader.C_AUTHORITY, text(host)));
        to.add(new HttpField(HttpHeader.C_PATH, request.target()));
        boolean length = false;
        for (HttpField field : from) {
            HttpHeader header = field.getHeader();
            if (header == HttpHeader.CONTENT_LENGTH) length = true;
            else if (header != HttpHeader.HOST && !isOfConnection(header)) to.add(sendable(field));
        }
        OutgoingBody body = request.body();
        if (body == null) {
            if (length || request.takesBody()) to.add(NO_CONTENT);
        } else if (body.length() >= 0) {
            to.add(HttpHeader.CONTENT_LENGTH, Long.toString(body.length()));
        }
        limit(to);
        return new Http2Head(request.method(), to);
    }

    /// Trailers.
    ///
    /// @param trailers the fields
    /// @return what is to be encoded
    /// @throws IllegalArgumentException as above
    static MetaData trailers(HttpFields trailers) {
        HttpFields.Mutable to = HttpFields.build();
        for (HttpField field : trailers)
            if (!isOfConnection(field.getHeader())) to.add(sendable(field));
        limit(to);
        return new MetaData(HttpVersion.HTTP_2, to);
    }

    private static void limit(HttpFields fields) {
        if (bytes(fields) > MOST_BYTES)
            throw new IllegalArgumentException("fields of over 64 kB cannot be sent");
    }

    /// What fields take by the reckoning of RFC 9113 §6.5.2.
    static long bytes(HttpFields fields) {
        long sum = 0;
        for (HttpField field : fields) {
            String value = field.getValue();
            sum += FIELD_OVERHEAD + field.getName().length() + (value == null ? 0 : value.length());
        }
        return sum;
    }

    /// RFC 9113 §8.2.2: fields that speak of a connection are not for HTTP/2. TE stays: it says
    /// nothing but `trailers` here.
    private static boolean isOfConnection(@Nullable HttpHeader header) {
        return header != null
                && switch (header) {
                    case CONNECTION, KEEP_ALIVE, PROXY_CONNECTION, TRANSFER_ENCODING, UPGRADE ->
                            true;
                    default -> false;
                };
    }

    private static HttpField sendable(HttpField field) {
        String name = field.getLowerCaseName();
        if (!HttpTokens.isLegalH2H3FieldName(name) || name.charAt(0) == ':')
            throw new IllegalArgumentException("not to be sent: " + field.getName());
        String value = field.getValue();
        if (value == null) return field;
        String right = text(value);
        // The same field, so that one that is encoded already stays so.
        return right.equals(value) ? field : new HttpField(field.getName(), right);
    }

    /// RFC 9110 §5.5: CR, LF and NUL are to be replaced by SP; what is no byte has no place either.
    private static String text(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '\r' || c == '\n' || c == 0 || c > 0xff) return replaced(value);
        }
        return value;
    }

    private static String replaced(String value) {
        StringBuilder to = new StringBuilder(value.length());
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            to.append(c == '\r' || c == '\n' || c == 0 ? ' ' : c > 0xff ? '?' : c);
        }
        return to.toString();
    }
}
