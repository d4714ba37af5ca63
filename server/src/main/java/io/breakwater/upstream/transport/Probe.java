package io.breakwater.upstream.transport;

import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.eclipse.jetty.io.AbstractConnection;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.jspecify.annotations.Nullable;

/// Opens a connection only to see that it can be.
final class Probe implements Dialler {
    private final Executor executor;
    private final Consumer<@Nullable Throwable> result;

    Probe(Executor executor, Consumer<@Nullable Throwable> result) {
        this.executor = executor;
        this.result = result;
    }

    @Override
    public boolean isWanted() {
        return true;
    }

    @Override
    public Connection connected(EndPoint endPoint, Link link) {
        return new AbstractConnection.NonBlocking(endPoint, executor) {
            @Override
            public void onOpen() {
                super.onOpen();
                getEndPoint().close();
                result.accept(null);
            }

            @Override
            public void onFillable() {
                // It reads nothing.
            }
        };
    }

    @Override
    public void connectFailed(Throwable why) {
        result.accept(why);
    }
}
