package io.breakwater.relay;

import io.breakwater.config.LocationConfig;
import io.breakwater.config.MirrorConfig;
import io.breakwater.exchange.Exchange;
import io.breakwater.relay.MirrorFigures.Fate;
import io.breakwater.upstream.Picked;
import io.breakwater.upstream.UpstreamGroup;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Decides which requests are copied for another upstream. Whatever goes wrong with a copy is
/// counted and costs its request nothing: a copy takes no place in a line, is not sent twice, and
/// is not made at all while those before it fail or are too many.
public final class Mirrors implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Mirrors.class);

    private final ConcurrentHashMap<String, MirrorFigures> figures = new ConcurrentHashMap<>();
    private final Set<Mirror> present = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /// Makes it with nothing counted.
    public Mirrors() {}

    /// The figures of locations that have or had a mirror.
    ///
    /// @return live figures by location
    public Map<String, MirrorFigures> figures() {
        return Map.copyOf(figures);
    }

    /// Prepares the copy of a request, if there is to be one. Before the call is started.
    ///
    /// @return to be started after the call; null when there is to be none
    @Nullable Mirror of(UpstreamCall call) {
        LocationConfig location = call.exchange().location().config();
        MirrorConfig config = location.mirror();
        if (config == null || closed || !isChosen(config)) return null;
        MirrorFigures counts =
                figures.computeIfAbsent(location.name(), name -> new MirrorFigures());
        try {
            return prepare(call, config, counts);
        } catch (RuntimeException e) {
            LOG.error("location {}: a request could not be copied", location.name(), e);
            return null;
        }
    }

    private static boolean isChosen(MirrorConfig config) {
        return config.percent() >= 100
                || ThreadLocalRandom.current().nextDouble(100) < config.percent();
    }

    private @Nullable Mirror prepare(UpstreamCall call, MirrorConfig config, MirrorFigures counts) {
        Exchange exchange = call.exchange();
        if (call.body().getLength() > config.maxBodySize()) {
            counts.count(Fate.TOO_LONG);
            return null;
        }
        if (!counts.begin(config.upstream(), config.maxConcurrent())) return null;
        UpstreamGroup group =
                exchange.server().upstreams().get(config.upstream()) instanceof UpstreamGroup found
                        ? found
                        : null;
        Picked picked = group == null || group.isAwaited() ? null : group.pick(exchange, List.of());
        if (group == null || picked == null) {
            counts.end(Fate.NO_NODE);
            return null;
        }
        boolean made = false;
        try {
            Mirror mirror = new Mirror(call, config, group, picked, counts, present::remove);
            made = true;
            present.add(mirror);
            if (closed) mirror.end();
            return mirror;
        } finally {
            if (!made) {
                group.giveBack(picked);
                counts.end(Fate.UNFINISHED);
            }
        }
    }

    /// Ends all copies that are on their way and makes no more.
    @Override
    public void close() {
        closed = true;
        present.forEach(Mirror::end);
    }
}
