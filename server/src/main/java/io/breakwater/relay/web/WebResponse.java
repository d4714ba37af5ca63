package io.breakwater.relay.web;

import io.breakwater.exchange.Grpc;
import io.breakwater.exchange.GrpcWeb;
import io.breakwater.upstream.transport.IncomingResponse;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.Content;
import org.jspecify.annotations.Nullable;

/// A node's answer of gRPC as gRPC-Web has it: the same messages, in base64 if so wanted, then the
/// trailers as a last frame. A status in the head goes there, too: scripts see the body of an
/// answer from elsewhere, but not every field.
///
/// Without base64 the node's buffers are handed on. What stops within a message has no place for a
/// last frame, and is broken off.
public final class WebResponse implements IncomingResponse, Content.Source {
    private static final String DETAILS = "grpc-status-details-bin";
    private static final int UNKNOWN = 2;

    private final GrpcWeb web;
    private final IncomingResponse from;
    private final Consumer<String> broken;
    private final HttpFields fields;
    private final HttpFields.Mutable status = HttpFields.build();
    private final MessageEdges edges = new MessageEdges();
    private final @Nullable Base64Output base64;
    private boolean messagesOver;
    private Content.@Nullable Chunk end;

    /// Translates an answer.
    ///
    /// @param web the call
    /// @param from the node's answer, which [#isGrpc]
    /// @param broken told what is wrong with the body, before it ends with a failure
    public WebResponse(GrpcWeb web, IncomingResponse from, Consumer<String> broken) {
        this.web = web;
        this.from = from;
        this.broken = broken;
        this.base64 = web.textOut() ? new Base64Output() : null;
        HttpFields.Mutable to = HttpFields.build();
        for (HttpField field : from.fields()) {
            HttpHeader header = field.getHeader();
            if (header == HttpHeader.CONTENT_TYPE)
                to.put(HttpHeader.CONTENT_TYPE, web.answerType(field.getValue()));
            else if (isStatus(field.getName())) status.add(field);
            else if (header != HttpHeader.CONTENT_LENGTH && header != HttpHeader.TRAILER)
                to.add(field);
        }
        this.fields = to.asImmutable();
    }

    /// Whether an answer is one of gRPC, whose body can be read as such.
    ///
    /// @param response the node's
    /// @return false for anything else, such as a page of another proxy
    public static boolean isGrpc(IncomingResponse response) {
        HttpFields fields = response.fields();
        return Grpc.isCall(fields)
                && (response.status() == 200 || fields.contains(Grpc.STATUS))
                && !fields.contains(HttpHeader.CONTENT_ENCODING);
    }

    /// Whether a field tells how a call ended.
    static boolean isStatus(String name) {
        return name.equalsIgnoreCase(Grpc.STATUS)
                || name.equalsIgnoreCase(Grpc.MESSAGE)
                || name.equalsIgnoreCase(DETAILS);
    }

    @Override
    public int status() {
        return 200;
    }

    @Override
    public HttpVersion version() {
        return from.version();
    }

    @Override
    public HttpFields fields() {
        return fields;
    }

    @Override
    public Content.Source body() {
        return this;
    }

    /// They are in the body.
    @Override
    public @Nullable HttpFields trailers() {
        return null;
    }

    @Override
    public Content.@Nullable Chunk read() {
        if (end != null) return end;
        while (!messagesOver) {
            Content.Chunk chunk = from.body().read();
            if (chunk == null || Content.Chunk.isFailure(chunk)) return chunk;
            messagesOver = chunk.isLast();
            if (!edges.pass(chunk.getByteBuffer())) {
                chunk.release();
                return broken("a message has the flag of trailers");
            }
            if (!chunk.hasRemaining()) {
                chunk.release();
                continue;
            }
            Content.Chunk passed = passed(chunk);
            if (passed.hasRemaining()) return passed;
        }
        if (edges.sinceEdge() > 0) return broken("the body ends within a message");
        end = Content.Chunk.EOF;
        return Content.Chunk.from(web.frame(ending()), true);
    }

    private Content.Chunk passed(Content.Chunk chunk) {
        ByteBuffer bytes = chunk.getByteBuffer();
        if (base64 == null)
            return chunk.isLast() ? Content.Chunk.from(bytes, false, chunk::release) : chunk;
        ByteBuffer encoded = base64.encode(bytes, edges.sinceEdge());
        chunk.release();
        return Content.Chunk.from(encoded, false);
    }

    private Content.Chunk broken(String why) {
        IOException failure = new IOException(why);
        end = Content.Chunk.from(failure, true);
        broken.accept(why);
        return end;
    }

    /// What the last frame says: the trailers, with the head's status where they have none.
    private HttpFields ending() {
        HttpFields trailers = from.trailers();
        HttpFields last = trailers == null ? HttpFields.EMPTY : trailers;
        if (last.contains(Grpc.STATUS)) return last;
        HttpFields.Mutable all = HttpFields.build(status);
        for (HttpField field : last) all.add(field);
        if (!all.contains(Grpc.STATUS))
            // As gRPC's own clients do with such an answer.
            for (HttpField field : Grpc.trailers(UNKNOWN, "the upstream gave no grpc-status"))
                all.put(field);
        return all;
    }

    @Override
    public void demand(Runnable onAvailable) {
        if (end != null || messagesOver) onAvailable.run();
        else from.body().demand(onAvailable);
    }

    @Override
    public void fail(Throwable failure) {
        from.body().fail(failure);
    }
}
