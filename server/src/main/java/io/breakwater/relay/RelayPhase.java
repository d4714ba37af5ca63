package io.breakwater.relay;

import io.breakwater.config.LocationConfig;
import io.breakwater.config.NodeProtocol;
import io.breakwater.exchange.ErrorKind;
import io.breakwater.exchange.Exchange;
import io.breakwater.exchange.LocationPlan;
import io.breakwater.exchange.Phase;
import io.breakwater.exchange.Text;
import io.breakwater.exchange.Upgrade;
import io.breakwater.relay.encode.Encoders;
import io.breakwater.tunnel.Tunnels;
import io.breakwater.upstream.UpstreamGroup;
import io.breakwater.upstream.sticky.CookieKey;
import io.breakwater.upstream.sticky.Split;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Sends an exchange to its upstream: through the pump when it only passes, through the servlet
/// engine when a filter sees the body.
public final class RelayPhase implements Phase {
    private final Consumer<UpstreamCall> servletEngine;
    private final CookieKey key;
    private final Mirrors mirrors;
    private final Encoders encoders;
    private final Tunnels tunnels;

    private final Concurrency concurrency = new Concurrency();

    /// Splits by location name. Outlive configurations that leave the location as it is.
    private final ConcurrentHashMap<String, Split> splits = new ConcurrentHashMap<>();

    /// Makes the phase.
    ///
    /// @param servletEngine relays calls whose body is looked into
    /// @param key signs the cookies of splits
    /// @param mirrors copies requests
    /// @param encoders compress bodies
    /// @param tunnels registers what becomes a tunnel
    public RelayPhase(
            Consumer<UpstreamCall> servletEngine,
            CookieKey key,
            Mirrors mirrors,
            Encoders encoders,
            Tunnels tunnels) {
        this.servletEngine = servletEngine;
        this.key = key;
        this.mirrors = mirrors;
        this.encoders = encoders;
        this.tunnels = tunnels;
    }

    @Override
    public Result apply(Exchange exchange) {
        LocationConfig config = exchange.location().config();
        Split.Choice choice = choose(exchange);
        if (choice == null)
            return new Fail(ErrorKind.NO_NODE, "no upstream of the split is there and enabled");
        String name = choice.upstream();
        if (!(exchange.server().upstreams().get(name) instanceof UpstreamGroup group))
            return new Fail(
                    ErrorKind.NO_NODE, "upstream '" + name + "' is not there or not enabled");
        long most =
                config.maxBodySize() >= 0
                        ? config.maxBodySize()
                        : exchange.server().config().maxBodySize();
        if (most >= 0 && exchange.request().getLength() > most)
            return new Fail(ErrorKind.BODY_TOO_LARGE, null);
        if (refusesUpgrade(exchange, group))
            return new Fail(ErrorKind.NOT_IMPLEMENTED, "an upgrade with a node over HTTP/2");
        ErrorKind refusal = concurrency.admit(exchange, config);
        if (refusal != null) return new Fail(refusal, null);
        Upgrade upgrade = exchange.upgrade();
        Compression compression = upgrade == null ? Compression.of(exchange, encoders) : null;
        boolean looked =
                upgrade == null
                        && (config.transform() != null
                                || exchange.taker() != null
                                || (compression != null && compression.mayEncode()));
        UpstreamCall call = new UpstreamCall(exchange, group, most, compression);
        call.splitCookie(choice.setCookie());
        // Nobody answers the other side of a copied connection.
        Mirror mirror = upgrade == null ? mirrors.of(call) : null;
        if (looked) {
            servletEngine.accept(call);
        } else {
            call.engine(
                    upgrade == null ? new Pump(call) : new TunnelEngine(call, upgrade, tunnels));
            call.start();
        }
        if (mirror != null) mirror.start();
        return Result.TAKEN;
    }

    /// Nodes are asked over HTTP/1.1 only. A field Upgrade is ignored else; an extended CONNECT
    /// cannot be.
    private static boolean refusesUpgrade(Exchange exchange, UpstreamGroup group) {
        Upgrade upgrade = exchange.upgrade();
        if (upgrade == null || group.config().protocol() != NodeProtocol.H2) return false;
        exchange.upgrade(null);
        return upgrade.extended();
    }

    private Split.@Nullable Choice choose(Exchange exchange) {
        LocationPlan location = exchange.location();
        LocationConfig config = location.config();
        if (config.split().isEmpty()) {
            Text upstream = location.upstreamText();
            return new Split.Choice(upstream == null ? "" : upstream.render(exchange), null);
        }
        Split split = splits.get(config.name());
        if (split == null || !split.isOf(config))
            split =
                    splits.compute(
                            config.name(),
                            (name, present) ->
                                    present != null && present.isOf(config)
                                            ? present
                                            : new Split(config, key));
        return split.choose(exchange, exchange.server().upstreams());
    }
}
