package io.breakwater.upstream.transport;

import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import org.eclipse.jetty.io.AbstractConnection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Invocable;

/// The first connection of an end point that has to begin with a PROXY header.
final class Announcement extends AbstractConnection.NonBlocking {
    private final ByteBuffer header;
    private final Dial dial;

    Announcement(EndPoint endPoint, Executor executor, ByteBuffer header, Dial dial) {
        super(endPoint, executor);
        this.header = header;
        this.dial = dial;
    }

    @Override
    public void onOpen() {
        super.onOpen();
        Callback written =
                Callback.from(
                        Invocable.InvocationType.NON_BLOCKING,
                        () -> dial.announced(getEndPoint()),
                        dial::failed);
        getEndPoint().write(written, header);
    }

    @Override
    public void onFillable() {
        // Nobody asks for it: the next connection does.
    }
}
