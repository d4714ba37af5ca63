package io.breakwater.config.reload;

import io.breakwater.config.Configuration;
import io.breakwater.config.LogFormatConfig;
import io.breakwater.config.ServerConfig;
import io.breakwater.exchange.InFlight;
import io.breakwater.exchange.RequestLog;
import io.breakwater.exchange.ServerPlan;
import io.breakwater.report.accesslog.LogFiles;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The access logs of the servers across applies: an unchanged one keeps its handle; a replaced one
/// is closed when the last exchange that writes to it is over. Used by one thread at a time, under
/// the engine's lock.
final class Logs {
    private final LogFiles files;
    private Map<Key, LogFiles.Handle> open = Map.of();
    private final List<Retired> retired = new ArrayList<>();

    Logs(LogFiles files) {
        this.files = files;
    }

    private record Key(
            String server, ServerConfig.AccessLog log, @Nullable LogFormatConfig format) {}

    private record Retired(LogFiles.Handle handle, List<ServerPlan> users) {}

    /// Logs of a coming configuration.
    ///
    /// @param byServer per server that logs
    /// @param handles all of them
    record Prepared(Map<String, RequestLog> byServer, Map<Key, LogFiles.Handle> handles) {}

    /// Opens what is new.
    ///
    /// @param next the configuration
    /// @return the logs per server
    Prepared prepare(Configuration next) {
        Map<String, RequestLog> byServer = new HashMap<>();
        Map<Key, LogFiles.Handle> handles = new HashMap<>();
        for (ServerConfig server : next.servers().values()) {
            ServerConfig.AccessLog log = server.accessLog();
            if (!server.enabled() || log == null) continue;
            Key key = new Key(server.name(), log, SnapshotCompiler.formatOf(server, next));
            LogFiles.Handle handle = open.get(key);
            if (handle == null) handle = files.open(log, key.format(), server.name());
            handles.put(key, handle);
            byServer.put(server.name(), handle);
        }
        return new Prepared(byServer, handles);
    }

    /// The configuration is in force.
    ///
    /// @param prepared its logs
    /// @param before the compiled servers that were in force
    void commit(Prepared prepared, Iterable<ServerPlan> before) {
        for (Map.Entry<Key, LogFiles.Handle> entry : open.entrySet()) {
            if (prepared.handles().containsKey(entry.getKey())) continue;
            List<ServerPlan> users = new ArrayList<>();
            for (ServerPlan plan : before) if (plan.log().equals(entry.getValue())) users.add(plan);
            retired.add(new Retired(entry.getValue(), users));
        }
        open = prepared.handles();
    }

    /// The configuration is not taken.
    ///
    /// @param prepared its logs
    void forget(Prepared prepared) {
        prepared.handles()
                .forEach((key, handle) -> {
                    if (!open.containsKey(key)) handle.close();
                });
    }

    /// Closes replaced logs that nobody writes to any more.
    ///
    /// @param inFlight tells who does
    void sweep(InFlight inFlight) {
        retired.removeIf(old -> {
            if (old.users().stream().anyMatch(inFlight::uses)) return false;
            old.handle().close();
            return true;
        });
    }
}
