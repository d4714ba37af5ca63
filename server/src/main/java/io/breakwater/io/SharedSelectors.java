package io.breakwater.io;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.concurrent.Executor;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SelectorManager;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/// The process's selectors, used by every listener and every upstream client.
///
/// Jetty gives each connector selector threads of its own. For a proxy that means that a request
/// and its answer change threads at least twice, each time with a wake-up. Here the connectors keep
/// their selector managers only as façades ([Owner]): they still make end points and connections,
/// but the channels are registered with these selectors. The selection key's attachment says whose
/// a channel is.
///
/// A selector has a number, and a thread knows which one it serves ([#own]): what belongs together
/// is kept on one selector, where nobody has to be woken up.
public final class SharedSelectors extends SelectorManager {
    /// The number of no selector.
    public static final int NONE = -1;

    private final ThreadLocal<Integer> own = ThreadLocal.withInitial(() -> NONE);
    private final ManagedSelector[] numbered;

    /// Where the channel that is being registered goes.
    @GuardedBy("this")
    private int wanted = NONE;

    /// Makes the selectors. To be started before the first connector and stopped after the last.
    ///
    /// @param executor runs the selectors and their tasks
    /// @param scheduler for connect timeouts
    /// @param selectors how many, 1 or more
    public SharedSelectors(Executor executor, Scheduler scheduler, int selectors) {
        super(executor, scheduler, selectors);
        numbered = new ManagedSelector[selectors];
    }

    /// The selector that the calling thread serves.
    ///
    /// @return its number, from 0; [#NONE] when the thread is none of the selectors'
    public int own() {
        return own.get();
    }

    /// A connector's own view of its channels. All methods are called on a selector's thread.
    public interface Owner {
        /// Makes the end point of a channel.
        ///
        /// @param channel the channel
        /// @param selector its selector
        /// @param key its key
        /// @return the end point
        /// @throws IOException when the channel cannot be used
        EndPoint makeEndPoint(SelectableChannel channel, ManagedSelector selector, SelectionKey key)
                throws IOException;

        /// Makes the connection of an end point.
        ///
        /// @param channel the channel
        /// @param endPoint its end point
        /// @param context what the connector gave along, null for nothing
        /// @return the connection
        /// @throws IOException when it cannot be made
        Connection makeConnection(
                SelectableChannel channel, EndPoint endPoint, @Nullable Object context)
                throws IOException;

        /// Opens a connection.
        ///
        /// @param connection the connection
        /// @param context as above
        void open(Connection connection, @Nullable Object context);

        /// A connect failed.
        ///
        /// @param channel the channel
        /// @param failure why
        /// @param context as above
        void connectFailed(SelectableChannel channel, Throwable failure, @Nullable Object context);
    }

    /// The number of a selector.
    ///
    /// @param selector any
    /// @return [#NONE] when it is none of these
    public static int number(ManagedSelector selector) {
        return selector instanceof Numbered numbered ? numbered.number : NONE;
    }

    /// Whether the calling thread serves a selector.
    static boolean serves(ManagedSelector selector) {
        return selector instanceof Numbered numbered && numbered.isServed();
    }

    /// Does something on a selector's thread when it has dealt with all channels that are ready.
    ///
    /// @param task done at last when the selector ends
    static void later(ManagedSelector selector, Runnable task) {
        selector.submit(new Later(task, task::run));
    }

    /// A channel's owner and what it gave along.
    private record Owned(Owner owner, @Nullable Object context) {}

    /// Takes an accepted or connected channel over.
    ///
    /// @param channel the channel, non-blocking
    /// @param owner whose it is
    /// @param context given back to the owner
    /// @param selector its number, [#NONE] for any
    public synchronized void adopt(
            SelectableChannel channel, Owner owner, @Nullable Object context, int selector) {
        wanted = selector;
        super.accept(channel, new Owned(owner, context));
    }

    /// Takes a channel over that is about to connect.
    ///
    /// @param channel the channel, non-blocking, connect pending
    /// @param owner whose it is
    /// @param context given back to the owner
    /// @param timeoutMillis how long the connect may take, 0 for ever
    /// @param selector its number, [#NONE] for any
    public synchronized void connect(
            SelectableChannel channel,
            Owner owner,
            @Nullable Object context,
            long timeoutMillis,
            int selector) {
        wanted = selector;
        // Read by the connect task's constructor, which runs within the call below; hence the lock.
        setConnectTimeout(timeoutMillis);
        super.connect(channel, new Owned(owner, context));
    }

    @Override
    protected ManagedSelector newSelector(int id) {
        ManagedSelector made = new Numbered(id);
        numbered[id] = made;
        return made;
    }

    /// Runs what follows from a channel that comes or goes. Jetty would hand each of these to a
    /// thread of the pool; nothing here blocks, so the selector's thread may as well do it itself:
    /// a new channel at once, everything else when it has dealt with the channels that are ready,
    /// because the end of one is often told from amid its own work. All of Jetty's tasks that can
    /// be closed are of this kind; the selectors' own loops are not.
    @Override
    protected void execute(Runnable task) {
        int thread = own();
        if (thread == NONE || !(task instanceof Closeable closeable)) super.execute(task);
        else if (task instanceof ManagedSelector.SelectorUpdate) task.run();
        else numbered[thread].submit(new Later(task, closeable));
    }

    /// A task for the selector's thread.
    ///
    /// @param left what to do with the task when the selector ends
    private record Later(Runnable task, Closeable left)
            implements ManagedSelector.SelectorUpdate, Closeable {
        @Override
        public void update(Selector selector) {
            task.run();
        }

        @Override
        public void close() throws IOException {
            left.close();
        }
    }

    /// Called by what registers channels, under its lock.
    @Override
    protected synchronized @Nullable ManagedSelector chooseSelector() {
        return wanted == NONE || !isRunning() ? super.chooseSelector() : numbered[wanted];
    }

    /// A selector that tells its thread its number. The thread may be another one each time.
    private final class Numbered extends ManagedSelector {
        private final Integer number;

        Numbered(int number) {
            super(SharedSelectors.this, number);
            this.number = number;
        }

        boolean isServed() {
            return number.equals(own.get());
        }

        @Override
        protected int select(Selector selector) throws IOException {
            own.set(number);
            return super.select(selector);
        }
    }

    @Override
    protected EndPoint newEndPoint(
            SelectableChannel channel, ManagedSelector selector, SelectionKey key)
            throws IOException {
        Owned owned = (Owned) key.attachment();
        key.attach(owned.context()); // what the connector's own code expects to find there
        try {
            return owned.owner().makeEndPoint(channel, selector, key);
        } finally {
            key.attach(owned);
        }
    }

    @Override
    public Connection newConnection(SelectableChannel channel, EndPoint endPoint, Object attachment)
            throws IOException {
        Owned owned = (Owned) attachment;
        return owned.owner().makeConnection(channel, endPoint, owned.context());
    }

    @Override
    public void connectionOpened(Connection connection, Object context) {
        Owned owned = (Owned) context;
        owned.owner().open(connection, owned.context());
    }

    @Override
    protected void connectionFailed(
            SelectableChannel channel, Throwable failure, Object attachment) {
        Owned owned = (Owned) attachment;
        owned.owner().connectFailed(channel, failure, owned.context());
    }
}
