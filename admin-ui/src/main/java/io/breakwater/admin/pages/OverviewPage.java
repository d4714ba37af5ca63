package io.breakwater.admin.pages;

import io.breakwater.config.Document;
import io.breakwater.config.Kind;
import io.breakwater.control.Control;
import io.breakwater.control.LiveSample;
import io.breakwater.control.StatusView;
import io.breakwater.control.UpstreamView;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/// Traffic at a glance.
final class OverviewPage {
    /// Tiles show the mean of this many seconds, so that they can be read.
    private static final int RECENT_SECONDS = 10;

    private static final int LATEST_CHANGES = 5;

    private final Control control;
    private final InstantSource clock;

    OverviewPage(Control control, InstantSource clock) {
        this.control = control;
        this.clock = clock;
    }

    Reply show(Call call) {
        List<LiveSample> samples = control.samples();
        StatusView status = control.status();
        Document document = control.document();
        View view =
                new View(
                        status,
                        Wording.span(status.uptimeSeconds()),
                        Figures.of(samples, status),
                        Chart.traffic(samples),
                        Chart.latency(samples),
                        CachePanel.of(control.cache()),
                        compact(samples),
                        listeners(status),
                        upstreams(document),
                        changes(),
                        steps(document));
        return Reply.view("overview", "Overview", view);
    }

    /// Listeners, those of a server together.
    private static List<Listener> listeners(StatusView status) {
        List<StatusView.Listener> sorted =
                status.listeners().stream()
                        .sorted(
                                Comparator.comparing(StatusView.Listener::server)
                                        .thenComparing(StatusView.Listener::address))
                        .toList();
        List<Listener> rows = new ArrayList<>(sorted.size());
        String last = "";
        for (StatusView.Listener one : sorted) {
            String server = one.server();
            long span = sorted.stream().filter(other -> other.server().equals(server)).count();
            rows.add(
                    new Listener(
                            server,
                            server.equals(last) ? 0 : span,
                            Wording.address(one.address()),
                            one.connections(),
                            one.state(),
                            http3(one.http3())));
            last = server;
        }
        return rows;
    }

    /// How a listener is about HTTP/3, in words; null when it is not meant to speak it.
    private static @Nullable String http3(String state) {
        return switch (state) {
            case "off" -> null;
            case "on" -> "HTTP/3";
            case "draining" -> "HTTP/3 is draining";
            default -> "no HTTP/3: " + state;
        };
    }

    private List<Upstream> upstreams(Document document) {
        List<Upstream> rows = new ArrayList<>();
        for (String name : document.of(Kind.UPSTREAM).keySet()) {
            UpstreamView view = control.upstream(name);
            // A switched-off upstream has no nodes in force.
            if (view != null) rows.add(Upstream.of(view));
        }
        return rows;
    }

    private List<Change> changes() {
        long now = clock.millis();
        return control.revisions(LATEST_CHANGES).stream()
                .map(one ->
                        new Change(
                                one.number(),
                                one.author(),
                                one.comment(),
                                Wording.ago(one.createdMillis(), now),
                                Wording.time(one.createdMillis())))
                .toList();
    }

    /// What is still missing before any request can be answered.
    private static List<Step> steps(Document document) {
        boolean complete =
                !document.of(Kind.LOCATION).isEmpty() && !document.of(Kind.SERVER).isEmpty();
        if (complete) return List.of();
        List<Step> steps = new ArrayList<>();
        for (Kind kind : List.of(Kind.UPSTREAM, Kind.LOCATION, Kind.SERVER))
            steps.add(
                    new Step(
                            "/new/" + kind.key(),
                            "Add " + (kind == Kind.UPSTREAM ? "an " : "a ") + kind.label(),
                            Labels.firstStep(kind),
                            !document.of(kind).isEmpty()));
        return steps;
    }

    /// The samples for the script, each as a short list of numbers.
    private static String compact(List<LiveSample> samples) {
        List<long[]> rows = new ArrayList<>(samples.size());
        for (LiveSample one : samples) {
            long[] status = one.status1xx2xx3xx4xx5xx();
            rows.add(
                    new long[] {
                        one.epochSecond(),
                        one.requests(),
                        status[0],
                        status[1],
                        status[2],
                        status[3],
                        status[4],
                        one.p50Micros(),
                        one.p95Micros(),
                        one.p99Micros(),
                        one.bytesIn(),
                        one.bytesOut(),
                        one.inFlight(),
                        one.connections()
                    });
        }
        return JsonText.of(rows);
    }

    /// @param status the process's state
    /// @param uptime since the start
    /// @param figures recent traffic
    /// @param traffic requests per second
    /// @param latency percentiles
    /// @param cache the cache since the start
    /// @param samples all samples for the script
    /// @param listeners what is listened on, by server
    /// @param upstreams upstreams in force
    /// @param changes latest revisions
    /// @param steps what to do first, empty once there is a configuration
    record View(
            StatusView status,
            String uptime,
            Figures figures,
            Chart traffic,
            Chart latency,
            CachePanel cache,
            String samples,
            List<Listener> listeners,
            List<Upstream> upstreams,
            List<Change> changes,
            List<Step> steps) {}

    /// @param server the server
    /// @param span rows of the server from this one on, 0 when it is not its first
    /// @param address what is listened on
    /// @param connections open ones
    /// @param state `listening` or `draining`
    /// @param http3 how it is about HTTP/3, in words; null when it is not meant to speak it
    record Listener(
            String server,
            long span,
            String address,
            int connections,
            String state,
            @Nullable String http3) {}

    /// @param name the upstream
    /// @param usable nodes that get requests
    /// @param nodes all nodes
    /// @param inFlight requests on them now
    /// @param requests requests since the start
    /// @param failures attempts that failed
    record Upstream(
            String name, long usable, int nodes, String inFlight, String requests, long failures) {
        static Upstream of(UpstreamView view) {
            return new Upstream(
                    view.name(),
                    view.usable(),
                    view.nodes().size(),
                    Wording.number(view.inFlight()),
                    Wording.number(view.requests()),
                    view.failures());
        }

        /// The class name of its state.
        public String style() {
            return usable == 0 ? "bad" : usable < nodes ? "warn" : "good";
        }

        /// Its state in words.
        public String state() {
            return usable == nodes ? nodes + " in use" : usable + " of " + nodes + " in use";
        }

        /// Failures, for people.
        public String failed() {
            return Wording.number(failures);
        }
    }

    /// @param number the revision
    /// @param author who
    /// @param comment why
    /// @param ago how long ago
    /// @param time when, UTC
    record Change(long number, String author, String comment, String ago, String time) {}

    /// @param href where to go
    /// @param title what to do
    /// @param text why
    /// @param done whether it is done
    record Step(String href, String title, String text, boolean done) {}

    /// Recent traffic in words.
    ///
    /// @param rate requests per second
    /// @param classes per status class, requests per second
    /// @param p50 median latency
    /// @param p95 percentile
    /// @param p99 percentile
    /// @param inFlight exchanges in flight
    /// @param connections open client connections
    /// @param received bytes per second received
    /// @param sent bytes per second sent
    record Figures(
            String rate,
            List<String> classes,
            String p50,
            String p95,
            String p99,
            String inFlight,
            String connections,
            String received,
            String sent) {
        static Figures of(List<LiveSample> samples, StatusView status) {
            List<LiveSample> recent =
                    samples.subList(Math.max(0, samples.size() - RECENT_SECONDS), samples.size());
            int seconds = Math.max(1, recent.size());
            double requests = recent.stream().mapToLong(LiveSample::requests).sum();
            double in = recent.stream().mapToLong(LiveSample::bytesIn).sum();
            double out = recent.stream().mapToLong(LiveSample::bytesOut).sum();
            List<String> classes = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                int cls = i;
                double sum =
                        recent.stream().mapToLong(one -> one.status1xx2xx3xx4xx5xx()[cls]).sum();
                classes.add(Wording.number(sum / seconds));
            }
            return new Figures(
                    Wording.number(requests / seconds),
                    classes,
                    percentile(recent, LiveSample::p50Micros),
                    percentile(recent, LiveSample::p95Micros),
                    percentile(recent, LiveSample::p99Micros),
                    Wording.number(status.inFlight()),
                    Wording.number(status.connections()),
                    Wording.bytes(in / seconds) + "/s",
                    Wording.bytes(out / seconds) + "/s");
        }

        /// The mean over seconds with requests, weighted by them; good enough for a glance.
        private static String percentile(
                List<LiveSample> samples, ToLongFunction<LiveSample> value) {
            long requests = samples.stream().mapToLong(LiveSample::requests).sum();
            if (requests == 0) return "–";
            double sum =
                    samples.stream()
                            .mapToDouble(one -> (double) value.applyAsLong(one) * one.requests())
                            .sum();
            return Wording.micros(Math.round(sum / requests));
        }
    }
}
