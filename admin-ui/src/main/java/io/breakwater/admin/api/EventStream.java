package io.breakwater.admin.api;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.breakwater.control.Control;
import io.breakwater.control.LiveSample;
import io.breakwater.control.UpstreamEvent;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Server-sent events for all clients, sent by one thread. Events:
///
/// | event | data |
/// |---|---|
/// | `hello` | version and revision, once at the start |
/// | `sample` | a [LiveSample], once a second; its id is the second |
/// | `apply` | the head of a new revision |
/// | `node` | an [UpstreamEvent], of an upstream or a node, as it happens |
///
/// A client that comes back with `Last-Event-ID` gets the samples that it missed.
final class EventStream implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EventStream.class);
    private static final int MAX_CLIENTS = 200;
    private static final int HEARTBEAT_TICKS = 15;
    // Of a burst within one second only the last are told one by one.
    private static final int MAX_APPLIES = 20;
    private static final int RETRY_MILLIS = 3_000;
    private static final long STOP_MILLIS = 500;

    private final Control control;
    private final Set<EventClient> clients = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService sender =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().name("bw-events").daemon(true).factory());

    @GuardedBy("this")
    private Control.@Nullable Subscription subscription;

    @GuardedBy("this")
    private Control.@Nullable Subscription nodes;

    @GuardedBy("this")
    private boolean closed;

    // Both only on the sender's thread, once it runs.
    private long lastRevision;
    private int ticks;

    EventStream(Control control) {
        this.control = control;
    }

    List<Route> routes() {
        return List.of(
                Route.of("GET", "/events", "events", "Follow the process live", this::open)
                        .parameter(
                                new Route.Parameter(
                                        "Last-Event-ID",
                                        "header",
                                        false,
                                        "string",
                                        "Epoch second of the last sample seen."))
                        .answer(
                                200,
                                "Server-sent events: hello, sample once a second, apply on each new"
                                        + " revision, node on each event of an upstream or node.",
                                List.of("text/event-stream"),
                                null)
                        .problem(503, "Too many clients follow already."));
    }

    private Reply open(Call call) throws ApiException, IOException {
        if (clients.size() >= MAX_CLIENTS || !listen()) {
            throw new ApiException(503, "the event stream takes no more clients")
                    .withHeader("Retry-After", "10");
        }
        if (call.request().getMethod().equals("HEAD")) {
            return Reply.text(200, "text/event-stream", "");
        }
        long seen = lastSeen(call.request());
        HttpServletResponse response = call.response();
        response.setContentType("text/event-stream");
        response.setCharacterEncoding("UTF-8");
        // nginx in front would hold events back otherwise.
        response.setHeader("X-Accel-Buffering", "no");
        AsyncContext async = call.request().startAsync();
        async.setTimeout(0);
        EventClient client =
                new EventClient(
                        async,
                        response.getOutputStream(),
                        call.principal().live(),
                        clients::remove);
        client.send("retry: " + RETRY_MILLIS + "\n\n" + hello());
        client.start();
        run(() -> join(client, seen));
        return Reply.STREAMING;
    }

    /// Starts the sending with the first client.
    ///
    /// @return false when the console stops
    private synchronized boolean listen() {
        if (!closed && subscription == null) {
            lastRevision = control.revision();
            subscription = control.subscribe(sample -> run(() -> sendAll(event(sample))));
            nodes = control.onUpstreamEvent(happened -> run(() -> sendAll(event(happened))));
            // Ends with the executor.
            ScheduledFuture<?> _ = sender.scheduleAtFixedRate(this::tick, 1, 1, TimeUnit.SECONDS);
        }
        return !closed;
    }

    /// On the sender's thread, so that no sample falls between the missed ones and the live ones.
    private void join(EventClient client, long seen) {
        if (seen > 0) {
            for (LiveSample sample : control.samples()) {
                if (sample.epochSecond() > seen) {
                    client.send(event(sample));
                }
            }
        }
        clients.add(client);
    }

    private void tick() {
        try {
            sendApplies();
            ticks++;
            if (ticks % HEARTBEAT_TICKS == 0) {
                clients.stream().filter(client -> !client.isLive()).forEach(EventClient::end);
                sendAll(": heartbeat\n\n");
            }
        } catch (RuntimeException e) {
            // An exception out of here would end the schedule.
            LOG.warn("events could not be sent", e);
        }
    }

    private void sendApplies() {
        long revision = control.revision();
        long first = Math.max(lastRevision + 1, revision - MAX_APPLIES + 1);
        lastRevision = revision;
        for (long number = first; number <= revision; number++) {
            Control.Revision head = control.revision(number);
            if (head != null) {
                sendAll("event: apply\ndata: " + Json.text(RevisionsResource.head(head)) + "\n\n");
            }
        }
    }

    private void sendAll(String event) {
        for (EventClient client : clients) {
            client.send(event);
        }
    }

    private void run(Runnable task) {
        try {
            sender.execute(task);
        } catch (RejectedExecutionException e) {
            LOG.trace("the console stops", e);
        }
    }

    private String hello() {
        String data =
                Json.text(
                        Json.object()
                                .put("version", control.status().version())
                                .put("revision", control.revision()));
        return "event: hello\ndata: " + data + "\n\n";
    }

    private static String event(LiveSample sample) {
        return "event: sample\nid: "
                + sample.epochSecond()
                + "\ndata: "
                + Json.text(sample)
                + "\n\n";
    }

    private static String event(UpstreamEvent happened) {
        return "event: node\ndata: " + Json.text(happened) + "\n\n";
    }

    private static long lastSeen(HttpServletRequest request) {
        String id = request.getHeader("Last-Event-ID");
        try {
            return id == null ? 0 : Long.parseLong(id.strip());
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    /// Ends all streams.
    @Override
    public void close() {
        List<Control.@Nullable Subscription> ending = new ArrayList<>();
        synchronized (this) {
            closed = true;
            ending.add(subscription);
            ending.add(nodes);
            subscription = null;
            nodes = null;
        }
        for (Control.Subscription one : ending) {
            if (one != null) {
                one.close();
            }
        }
        run(() -> clients.forEach(EventClient::end));
        sender.shutdown();
        try {
            if (!sender.awaitTermination(STOP_MILLIS, TimeUnit.MILLISECONDS)) {
                sender.shutdownNow();
            }
        } catch (InterruptedException e) {
            sender.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
