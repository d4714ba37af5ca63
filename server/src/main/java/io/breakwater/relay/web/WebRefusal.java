package io.breakwater.relay.web;

import io.breakwater.exchange.Grpc;
import io.breakwater.exchange.GrpcWeb;
import io.breakwater.upstream.transport.IncomingResponse;
import java.nio.ByteBuffer;
import java.util.Locale;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.Content;
import org.jspecify.annotations.Nullable;

/// What a client of gRPC-Web gets for an answer that is no gRPC, such as the error page of another
/// proxy: the status that the answer's means, and nothing of its body.
public final class WebRefusal implements IncomingResponse {
    private final HttpVersion version;
    private final HttpFields fields;
    private final Content.Source body;

    /// Translates the head of an answer, whose body is not read here.
    ///
    /// @param web the call
    /// @param from the answer
    public WebRefusal(GrpcWeb web, IncomingResponse from) {
        this.version = from.version();
        HttpFields.Mutable to = HttpFields.build();
        HttpFields.Mutable told = HttpFields.build();
        for (HttpField field : from.fields()) {
            if (WebResponse.isStatus(field.getName())) told.add(field);
            else if (!isOfBody(field)) to.add(field);
        }
        ByteBuffer frame = web.frame(told.contains(Grpc.STATUS) ? told : meaning(from));
        to.put(HttpHeader.CONTENT_TYPE, web.answerType(null));
        to.put(HttpHeader.CONTENT_LENGTH, frame.remaining());
        this.fields = to.asImmutable();
        this.body = Content.Source.from(frame);
    }

    private static HttpFields meaning(IncomingResponse from) {
        String what =
                from.status() == 200
                        ? "the upstream's answer is no gRPC"
                        : "the upstream answered with HTTP status " + from.status();
        return Grpc.trailers(Grpc.ofHttp(from.status()), what);
    }

    /// Whether a field is about the body that the client does not get.
    private static boolean isOfBody(HttpField field) {
        HttpHeader header = field.getHeader();
        return header == HttpHeader.ETAG
                || header == HttpHeader.LAST_MODIFIED
                || header == HttpHeader.ACCEPT_RANGES
                || header == HttpHeader.TRAILER
                || field.getName().toLowerCase(Locale.ROOT).startsWith("content-");
    }

    @Override
    public int status() {
        return 200;
    }

    @Override
    public HttpVersion version() {
        return version;
    }

    @Override
    public HttpFields fields() {
        return fields;
    }

    @Override
    public Content.Source body() {
        return body;
    }

    @Override
    public @Nullable HttpFields trailers() {
        return null;
    }
}
