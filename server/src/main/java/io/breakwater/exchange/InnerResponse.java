package io.breakwater.exchange;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/// A response that goes nowhere: its head is filled in for a [Taker], which gets the body past it.
/// It is committed from the beginning, so that a failure is told and not answered.
final class InnerResponse implements Response {
    private final Request request;
    private final HttpFields.Mutable fields = HttpFields.build();
    private int status = 200;
    private @Nullable Supplier<HttpFields> trailers;
    private volatile boolean ended;

    InnerResponse(Request request) {
        this.request = request;
    }

    @Override
    public Request getRequest() {
        return request;
    }

    @Override
    public int getStatus() {
        return status;
    }

    @Override
    public void setStatus(int code) {
        status = code;
    }

    @Override
    public HttpFields.Mutable getHeaders() {
        return fields;
    }

    @Override
    public @Nullable Supplier<HttpFields> getTrailersSupplier() {
        return trailers;
    }

    @Override
    public void setTrailersSupplier(@Nullable Supplier<HttpFields> supplier) {
        trailers = supplier;
    }

    @Override
    public boolean isCommitted() {
        return true;
    }

    @Override
    public boolean hasLastWrite() {
        return ended;
    }

    @Override
    public boolean isCompletedSuccessfully() {
        return ended;
    }

    @Override
    public void reset() {
        throw new IllegalStateException("committed");
    }

    @Override
    public CompletableFuture<Void> writeInterim(int code, HttpFields interim) {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public void write(boolean last, ByteBuffer content, Callback callback) {
        if (last) ended = true;
        callback.succeeded();
    }
}
