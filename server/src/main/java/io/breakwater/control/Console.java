package io.breakwater.control;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// The console, found by `ServiceLoader`, so that the engine also runs without one.
public interface Console {
    /// Starts listening.
    ///
    /// @param setup where and with what
    /// @return the running console
    /// @throws IOException when the address cannot be bound
    Running start(Setup setup) throws IOException;

    /// What a console needs.
    ///
    /// @param address where to listen
    /// @param control what it may do
    /// @param accounts users and tokens
    /// @param webDir templates and static files read live from here; null for those in the jar
    record Setup(
            InetSocketAddress address, Control control, Accounts accounts, @Nullable Path webDir) {}

    /// A running console.
    interface Running {
        /// The port it listens on.
        ///
        /// @return 1 to 65535
        int port();

        /// Stops listening and ends sessions' streams.
        void stop();
    }
}
