package io.breakwater.config.reload;

import io.breakwater.cache.CachePlan;
import io.breakwater.config.CachePolicyConfig;
import io.breakwater.config.Configuration;
import io.breakwater.config.ErrorPageConfig;
import io.breakwater.config.InvalidConfigException;
import io.breakwater.config.Kind;
import io.breakwater.config.LocationConfig;
import io.breakwater.config.LogFormatConfig;
import io.breakwater.config.Problem;
import io.breakwater.config.ServerConfig;
import io.breakwater.config.UpstreamConfig;
import io.breakwater.deliver.ErrorPages;
import io.breakwater.exchange.ErrorRenderer;
import io.breakwater.exchange.LocationPlan;
import io.breakwater.report.accesslog.LogFiles;
import io.breakwater.report.accesslog.LogFormat;
import io.breakwater.route.LocationCompiler;
import io.breakwater.route.PlainText;
import io.breakwater.route.RouteTable;
import io.breakwater.upstream.TlsFiles;
import io.breakwater.upstream.transport.NodeTls;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Compiles the parts of a snapshot: locations, routers, error pages, log formats, which are pure,
/// and the TLS of upstreams and servers, whose files are read. Locations whose configuration did
/// not change are taken from the compilation before, since most applies change one object of many.
final class SnapshotCompiler {
    private final String version;
    private final LogFiles logFiles;
    private final Certificates.Means means;

    SnapshotCompiler(String version, LogFiles logFiles, Certificates.Means means) {
        this.version = version;
        this.logFiles = logFiles;
        this.means = means;
    }

    /// The compiled parts.
    ///
    /// @param locations enabled locations by name
    /// @param routers per enabled server
    /// @param errors per enabled server
    /// @param tls of the upstreams that have it, by name
    /// @param caches cache policies by name
    /// @param certificates and the TLS of the servers that have it
    record Compiled(
            Map<String, LocationPlan> locations,
            Map<String, RouteTable> routers,
            Map<String, ErrorRenderer> errors,
            Map<String, NodeTls> tls,
            Map<String, CachePlan> caches,
            Certificates.Compiled certificates) {
        static final Compiled NONE =
                new Compiled(
                        Map.of(),
                        Map.of(),
                        Map.of(),
                        Map.of(),
                        Map.of(),
                        Certificates.Compiled.NONE);
    }

    /// Compiles a configuration.
    ///
    /// @param next the configuration
    /// @param before the last compilation, for reuse
    /// @return the compiled parts
    /// @throws InvalidConfigException with every problem
    Compiled compile(Configuration next, Compiled before) throws InvalidConfigException {
        List<Problem> problems = new ArrayList<>();
        Map<String, CachePlan> caches = caches(next, before, problems);
        Map<String, LocationPlan> locations = new HashMap<>();
        for (LocationConfig config : new TreeMap<>(next.locations()).values()) {
            LocationPlan known = before.locations().get(config.name());
            try {
                LocationPlan plan =
                        known != null && known.config().equals(config)
                                ? known
                                : LocationCompiler.compile(config);
                CachePlan caching = config.cache() == null ? null : caches.get(config.cache());
                CachePlan used =
                        caching != null && caching.config().enabled() ? caching.at(config) : null;
                if (config.enabled()) locations.put(config.name(), plan.cachedBy(used));
            } catch (InvalidConfigException e) {
                problems.addAll(e.problems());
            }
        }
        Map<String, ErrorRenderer> pages = errorPages(next, problems);
        logFormats(next, problems);
        Map<String, NodeTls> tls = upstreamTls(next, problems);
        Certificates.Compiled certificates =
                Certificates.compile(next, before.certificates(), means, problems);
        Map<String, RouteTable> routers = new HashMap<>();
        Map<String, ErrorRenderer> errors = new HashMap<>();
        for (ServerConfig server : next.servers().values()) {
            checkLog(server, next, problems);
            if (!server.enabled()) continue;
            List<LocationPlan> members = new ArrayList<>();
            for (String name : server.locations()) {
                LocationPlan plan = locations.get(name);
                if (plan != null) members.add(plan);
            }
            routers.put(server.name(), RouteTable.of(members));
            ErrorRenderer page = server.errorPage() == null ? null : pages.get(server.errorPage());
            errors.put(server.name(), page == null ? ErrorPages.compile(null, version) : page);
        }
        if (!problems.isEmpty()) throw new InvalidConfigException(problems);
        return new Compiled(locations, routers, errors, tls, caches, certificates);
    }

    private static Map<String, CachePlan> caches(
            Configuration next, Compiled before, List<Problem> problems) {
        Map<String, CachePlan> plans = new HashMap<>();
        for (CachePolicyConfig config : new TreeMap<>(next.cachePolicies()).values()) {
            CachePlan known = before.caches().get(config.name());
            try {
                plans.put(
                        config.name(),
                        known != null && known.config().equals(config)
                                ? known
                                : CachePlan.of(config, PlainText::of));
            } catch (IllegalArgumentException e) {
                problems.add(problem(Kind.CACHE_POLICY, config.name(), "bypass", null, e));
            }
        }
        return plans;
    }

    private Map<String, ErrorRenderer> errorPages(Configuration next, List<Problem> problems) {
        Map<String, ErrorRenderer> pages = new HashMap<>();
        for (ErrorPageConfig config : new TreeMap<>(next.errorPages()).values()) {
            try {
                ErrorRenderer page = ErrorPages.compile(config, version);
                if (config.enabled()) pages.put(config.name(), page);
            } catch (IllegalArgumentException e) {
                problems.add(problem(Kind.ERROR_PAGE, config.name(), "html", null, e));
            }
        }
        return pages;
    }

    private static Map<String, NodeTls> upstreamTls(Configuration next, List<Problem> problems) {
        Map<String, NodeTls> all = new HashMap<>();
        for (UpstreamConfig config : new TreeMap<>(next.upstreams()).values()) {
            NodeTls tls = TlsFiles.read(config, problems);
            if (tls != null) all.put(config.name(), tls);
        }
        return all;
    }

    private static void logFormats(Configuration next, List<Problem> problems) {
        for (LogFormatConfig config : new TreeMap<>(next.logFormats()).values()) {
            try {
                LogFormat.compile(config.format());
            } catch (IllegalArgumentException e) {
                problems.add(problem(Kind.LOG_FORMAT, config.name(), "format", config.format(), e));
            }
        }
    }

    private void checkLog(ServerConfig server, Configuration next, List<Problem> problems) {
        ServerConfig.AccessLog log = server.accessLog();
        if (log == null) return;
        try {
            logFiles.resolve(log.file());
            LogFormatConfig own = formatOf(server, next);
            if (own == null) LogFormat.compile(log.format());
            else if (own.file() != null) logFiles.resolve(own.file());
        } catch (IllegalArgumentException e) {
            problems.add(
                    problem(
                            Kind.SERVER,
                            server.name(),
                            "access-log",
                            log.format() + " " + log.file(),
                            e));
        }
    }

    /// The log format object that a server's access log names.
    ///
    /// @param server the server
    /// @param next the configuration
    /// @return null for a predefined format or none
    static @Nullable LogFormatConfig formatOf(ServerConfig server, Configuration next) {
        ServerConfig.AccessLog log = server.accessLog();
        LogFormatConfig own = log == null ? null : next.logFormats().get(log.format());
        return own != null && own.enabled() ? own : null;
    }

    private static Problem problem(
            Kind kind,
            String name,
            String key,
            @Nullable String value,
            IllegalArgumentException e) {
        return new Problem(kind.key() + "/" + name, key, value, String.valueOf(e.getMessage()));
    }
}
