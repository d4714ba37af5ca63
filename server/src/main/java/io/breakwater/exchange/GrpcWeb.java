package io.breakwater.exchange;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.jspecify.annotations.Nullable;

/// A call as browsers make it (the protocol's document PROTOCOL-WEB): gRPC's messages over any HTTP
/// version, in base64 if so wanted, with the trailers in a last frame of the body.
///
/// @param textIn whether the request's body is base64
/// @param textOut whether the response's body is to be base64
/// @param format the format of the messages as the content type has it, such as `+proto`; empty for
///   the usual one
public record GrpcWeb(boolean textIn, boolean textOut, String format) {
    private static final String TYPE = "application/grpc-web";
    private static final String TEXT = "-text";
    private static final byte TRAILERS = (byte) 0x80;
    private static final int PREFIX_BYTES = 5;

    /// Looks at a request.
    ///
    /// @param method its method
    /// @param fields its fields
    /// @return null when it is no call of gRPC-Web
    public static @Nullable GrpcWeb of(String method, HttpFields fields) {
        String type = fields.get(HttpHeader.CONTENT_TYPE);
        if (type == null || !method.equals("POST") || !begins(type, TYPE)) return null;
        boolean textIn = begins(type.substring(TYPE.length()), TEXT);
        int at = TYPE.length() + (textIn ? TEXT.length() : 0);
        String rest = withoutParameters(type.substring(at));
        if (!rest.isEmpty() && rest.charAt(0) != '+') return null;
        return new GrpcWeb(textIn, wantsText(fields, textIn), rest);
    }

    private static boolean begins(String text, String with) {
        return text.regionMatches(true, 0, with, 0, with.length());
    }

    private static String withoutParameters(String type) {
        int end = type.indexOf(';');
        return (end < 0 ? type : type.substring(0, end)).strip().toLowerCase(Locale.ROOT);
    }

    /// Accept says it, where that names a form of gRPC-Web; else the answer is like the request.
    private static boolean wantsText(HttpFields fields, boolean like) {
        for (String type : fields.getValuesList(HttpHeader.ACCEPT))
            for (String one : type.split(",", -1))
                if (begins(one.strip(), TYPE))
                    return begins(one.strip().substring(TYPE.length()), TEXT);
        return like;
    }

    /// The content type that a node gets.
    ///
    /// @return `application/grpc` and the format
    public String nodeType() {
        return "application/grpc" + format;
    }

    /// The content type of an answer.
    ///
    /// @param ofNode the node's, null for none
    /// @return with the node's format or, where that names none, the request's
    public String answerType(@Nullable String ofNode) {
        int format = ofNode == null ? -1 : ofNode.indexOf('+');
        String bare = TYPE + (textOut ? TEXT : "");
        if (ofNode == null || format < 0) return bare + this.format;
        return bare + withoutParameters(ofNode.substring(format));
    }

    /// The last frame of a body.
    ///
    /// @param trailers what it says
    /// @return a buffer of the caller's own, in base64 when the answer is
    public ByteBuffer frame(HttpFields trailers) {
        StringBuilder lines = new StringBuilder();
        for (HttpField field : trailers)
            lines.append(field.getLowerCaseName())
                    .append(": ")
                    .append(oneLine(field.getValue()))
                    .append("\r\n");
        byte[] block = lines.toString().getBytes(StandardCharsets.ISO_8859_1);
        ByteBuffer frame = ByteBuffer.allocate(PREFIX_BYTES + block.length);
        frame.put(TRAILERS).putInt(block.length).put(block).flip();
        return textOut ? Base64.getEncoder().encode(frame) : frame;
    }

    /// HTTP/2 carries any byte in a value; here a line must not end within one.
    private static String oneLine(@Nullable String value) {
        return value == null ? "" : value.replace('\r', ' ').replace('\n', ' ').strip();
    }

    /// Makes a response tell of a failure.
    ///
    /// @param status of gRPC
    /// @param kind what failed
    /// @param fields of the response, whose status is 200
    /// @return its whole body
    ByteBuffer tell(int status, ErrorKind kind, HttpFields.Mutable fields) {
        fields.put(HttpHeader.CONTENT_TYPE, answerType(null));
        return frame(Grpc.trailers(status, kind.code()));
    }
}
