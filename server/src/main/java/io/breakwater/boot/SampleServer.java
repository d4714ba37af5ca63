package io.breakwater.boot;

import io.breakwater.deliver.SampleOrigin;
import java.io.IOException;
import java.net.InetSocketAddress;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The sample pages on an address of their own, so that the first configuration has an upstream to
/// proxy. On a server apart from the proxy's, because they are a client of it like any other.
final class SampleServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SampleServer.class);
    private static final int THREADS = 4;

    private final @Nullable Server server;

    private SampleServer(@Nullable Server server) {
        this.server = server;
    }

    /// Starts the pages. A taken port is no reason not to start: they are of use for a first look
    /// only.
    ///
    /// @param address where, null for not at all
    /// @param consoleUrl what the pages link to
    static SampleServer start(@Nullable InetSocketAddress address, String consoleUrl) {
        if (address == null) {
            return new SampleServer(null);
        }
        QueuedThreadPool threads = new QueuedThreadPool(THREADS, 1);
        threads.setName("bw-sample");
        threads.setDaemon(true);
        Server server = new Server(threads);
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        ServerConnector connector =
                new ServerConnector(server, 0, 1, new HttpConnectionFactory(http));
        connector.setHost(address.getHostString());
        connector.setPort(address.getPort());
        server.addConnector(connector);
        server.setHandler(new SampleOrigin(consoleUrl, Version.text()));
        SampleServer sample = new SampleServer(server);
        try {
            server.start();
        } catch (IOException e) {
            LOG.warn(
                    "no sample pages: {} cannot be listened on (sample.listen): {}",
                    Addresses.text(address),
                    e.getMessage());
            sample.close();
        } catch (Exception e) {
            LOG.warn("no sample pages", e);
            sample.close();
        }
        return sample;
    }

    @Override
    public void close() {
        if (server != null) {
            try {
                server.stop();
            } catch (Exception e) {
                LOG.warn("stopping the sample pages", e);
            }
        }
    }
}
