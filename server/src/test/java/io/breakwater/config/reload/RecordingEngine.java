package io.breakwater.config.reload;

import io.breakwater.config.Configuration;
import io.breakwater.config.InvalidConfigException;
import io.breakwater.config.Problem;
import io.breakwater.control.Control;
import io.breakwater.control.RouteView;
import io.breakwater.control.StatusView;
import io.breakwater.control.UpstreamEvent;
import io.breakwater.control.UpstreamView;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// An engine that notes what is put in force, and fails when it is told to.
final class RecordingEngine implements Engine {
    private final List<Configuration> applied = new ArrayList<>();
    private List<Problem> refusal = List.of();
    private @Nullable RuntimeException failure;
    private Runnable afterApply = () -> {};

    List<Configuration> applied() {
        return applied;
    }

    Configuration inForce() {
        return applied.getLast();
    }

    void refuse(Problem... problems) {
        refusal = List.of(problems);
    }

    void failOnce(RuntimeException next) {
        failure = next;
    }

    void afterApply(Runnable action) {
        afterApply = action;
    }

    @Override
    public void apply(Configuration next) throws InvalidConfigException {
        if (!refusal.isEmpty()) throw new InvalidConfigException(refusal);
        if (failure != null) {
            RuntimeException thrown = failure;
            failure = null;
            throw thrown;
        }
        applied.add(next);
        afterApply.run();
    }

    /// Finds a path that is not a regex, as the real one does.
    @Override
    public void check(Configuration next) throws InvalidConfigException {
        List<Problem> problems = new ArrayList<>();
        next.locations()
                .forEach((name, location) -> {
                    if (location.path().startsWith("~("))
                        problems.add(
                                new Problem(
                                        "locations/" + name, "path", location.path(), "a regex"));
                });
        if (!problems.isEmpty()) throw new InvalidConfigException(problems);
    }

    @Override
    public List<StatusView.Listener> listeners() {
        return List.of(new StatusView.Listener("web", "127.0.0.1:8080", 3, "listening", "off"));
    }

    @Override
    public int inFlight() {
        return 2;
    }

    @Override
    public int connections() {
        return 3;
    }

    @Override
    public long logLinesDropped() {
        return 4;
    }

    @Override
    public RouteView route(String url, String method, Map<String, String> headers) {
        return new RouteView(
                "web", null, 0, null, null, List.of(), null, "not-found", Map.of(), List.of());
    }

    @Override
    public @Nullable UpstreamView upstream(String name) {
        return null;
    }

    @Override
    public List<UpstreamEvent> upstreamEvents(String upstream) {
        return List.of();
    }

    @Override
    public Control.Subscription onUpstreamEvent(Consumer<UpstreamEvent> listener) {
        return () -> {};
    }
}
