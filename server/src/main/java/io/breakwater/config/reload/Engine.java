package io.breakwater.config.reload;

import io.breakwater.config.Configuration;
import io.breakwater.config.InvalidConfigException;
import io.breakwater.config.UpstreamConfig;
import io.breakwater.control.AcmeView;
import io.breakwater.control.CacheEntries;
import io.breakwater.control.CachePurge;
import io.breakwater.control.CacheTop;
import io.breakwater.control.CacheUnavailableException;
import io.breakwater.control.CacheView;
import io.breakwater.control.CertificateView;
import io.breakwater.control.Control;
import io.breakwater.control.DiscoveryView;
import io.breakwater.control.MirrorView;
import io.breakwater.control.NodeView;
import io.breakwater.control.RouteView;
import io.breakwater.control.StatusView;
import io.breakwater.control.TunnelView;
import io.breakwater.control.UpstreamEvent;
import io.breakwater.control.UpstreamView;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The running proxy as the configuration service sees it.
public interface Engine {
    /// Puts a configuration in force atomically: on an exception nothing has changed. New listeners
    /// are bound before the snapshot is swapped; removed ones stop accepting after it and finish
    /// what they have.
    ///
    /// @param next the configuration
    /// @throws InvalidConfigException when it cannot take effect, for example because a port is
    ///   taken
    void apply(Configuration next) throws InvalidConfigException;

    /// Checks what `ConfigReader` cannot: regexes, templates, log formats. Nothing changes.
    ///
    /// @param next the configuration
    /// @throws InvalidConfigException with every problem
    void check(Configuration next) throws InvalidConfigException;

    /// Listening addresses.
    ///
    /// @return one per address, with real ports
    List<StatusView.Listener> listeners();

    /// Exchanges in flight.
    ///
    /// @return 0 or more
    int inFlight();

    /// Open client connections.
    ///
    /// @return 0 or more
    int connections();

    /// What is counted of tunnels.
    ///
    /// @return at this moment
    default TunnelView tunnels() {
        return TunnelView.NONE;
    }

    /// Access-log lines lost to a full queue.
    ///
    /// @return 0 or more; 0 when there is no access log
    default long logLinesDropped() {
        return 0;
    }

    /// See [Control#route].
    ///
    /// @param url absolute URL
    /// @param method request method
    /// @param headers request fields
    /// @return the match and the losers
    RouteView route(String url, String method, Map<String, String> headers);

    /// See [Control#upstream].
    ///
    /// @param name the name
    /// @return the upstream with its nodes, null for an unknown one
    @Nullable UpstreamView upstream(String name);

    /// See [Control#certificates].
    ///
    /// @return by name
    default List<CertificateView> certificates() {
        return List.of();
    }

    /// See [Control#mirrors].
    ///
    /// @return one per location
    default List<MirrorView> mirrors() {
        return List.of();
    }

    /// See [Control#cache].
    ///
    /// @return a fresh view
    default CacheView cache() {
        return CacheView.NONE;
    }

    /// See [Control#purge].
    ///
    /// @param purge what
    /// @return how much it is about
    default CachePurge.Done purge(CachePurge purge) {
        throw new CacheUnavailableException("this engine does not cache");
    }

    /// See [Control#cached].
    ///
    /// @param scope what the name is
    /// @param name the name
    /// @param from where to begin
    /// @param limit how many at the most
    /// @return a part of it
    default CacheEntries cached(CachePurge.Scope scope, String name, long from, int limit) {
        throw new CacheUnavailableException("this engine does not cache");
    }

    /// See [Control#topCached].
    ///
    /// @param limit how many at the most
    /// @return what is known of them
    default CacheTop topCached(int limit) {
        return new CacheTop(0, List.of());
    }

    /// See [Control#nodes].
    ///
    /// @param upstream the name
    /// @return the nodes, null for an unknown upstream
    default @Nullable List<NodeView> nodes(String upstream) {
        UpstreamView found = upstream(upstream);
        return found == null ? null : found.nodes();
    }

    /// See [Control#acme].
    ///
    /// @param name the object's name
    /// @return null when it is not obtained by ACME
    default @Nullable AcmeView acme(String name) {
        return null;
    }

    /// See [Control#renew].
    ///
    /// @param name the object's name
    /// @return false when it is not obtained by ACME
    default boolean renew(String name) {
        return false;
    }

    /// See [Control#upstreamEvents].
    ///
    /// @param upstream the name
    /// @return at most 100, the newest first
    List<UpstreamEvent> upstreamEvents(String upstream);

    /// See [Control#onUpstreamEvent].
    ///
    /// @param listener called for each event
    /// @return the handle
    Control.Subscription onUpstreamEvent(Consumer<UpstreamEvent> listener);

    /// See [io.breakwater.control.Control#discovery].
    ///
    /// @param upstream the name
    /// @return one per name or file
    default List<DiscoveryView> discovery(String upstream) {
        return List.of();
    }

    /// See [io.breakwater.control.Control#setFound].
    ///
    /// @param upstream the name
    /// @param address the node's address
    /// @param state what is wanted of it
    /// @return false when no such node was found
    default boolean setFound(String upstream, String address, UpstreamConfig.State state) {
        return false;
    }
}
