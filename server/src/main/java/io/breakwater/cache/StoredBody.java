package io.breakwater.cache;

import io.breakwater.cache.body.Body;
import io.breakwater.cache.body.Piece;
import io.breakwater.cache.store.DiskCallback;
import io.breakwater.cache.store.StoreFailure;
import io.breakwater.cache.store.StoredObject;
import io.breakwater.exchange.ErrorKind;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.io.Retainable;
import org.jspecify.annotations.Nullable;

/// The body of a stored object, in slices of the mapped file. The object stays open until nobody
/// reads and the last slice is given back.
final class StoredBody implements Body {
    /// A disk that hangs keeps nobody longer: the head has been sent, so all that is left is to
    /// break off.
    private static final long LONGEST_LOAD_NANOS = 30_000_000_000L;

    private final StoredObject object;
    private final Retainable owner = new Pin();

    /// The reader, and the slices that are out.
    private final AtomicInteger uses = new AtomicInteger(1);

    private boolean closed;
    private volatile @Nullable ErrorKind failure;

    /// Takes over an object that is ready.
    StoredBody(StoredObject object) {
        this.object = object;
    }

    @Override
    public long length() {
        return object.bodyLength();
    }

    @Override
    public @Nullable Piece read(long position, int most) {
        if (failure != null) return null;
        ByteBuffer bytes = object.read(position, most);
        if (bytes == null) return null;
        owner.retain();
        return new Piece(bytes, owner);
    }

    @Override
    public void await(long position, Runnable action) {
        object.load(
                position,
                StoredObject.MOST_BYTES,
                new DiskCallback() {
                    @Override
                    public void done() {
                        action.run();
                    }

                    @Override
                    public void failed(StoreFailure reason) {
                        failure = ErrorKind.INTERNAL;
                        action.run();
                    }
                });
    }

    @Override
    public long patienceNanos() {
        return LONGEST_LOAD_NANOS;
    }

    @Override
    public boolean isEnd(long position) {
        return position >= object.bodyLength();
    }

    @Override
    public @Nullable ErrorKind failure() {
        return failure;
    }

    @Override
    public void doubt() {
        object.doubt();
    }

    @Override
    public void close() {
        if (closed) return;
        closed = true;
        owner.release();
    }

    private final class Pin implements Retainable {
        @Override
        public boolean canRetain() {
            return true;
        }

        @Override
        public void retain() {
            uses.incrementAndGet();
        }

        @Override
        public boolean release() {
            boolean last = uses.decrementAndGet() == 0;
            if (last) object.close();
            return last;
        }
    }
}
