package io.breakwater.upstream.figures;

import io.breakwater.measure.LatencyCounts;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/// Counts one node's attempts. All but [#sample] is for any thread at any time; counts only grow.
public final class NodeFigures {
    private static final int LATENCY_STRIPES = 4;

    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicInteger mostInFlight = new AtomicInteger();
    private final LongAdder requests = new LongAdder();
    private final LongAdder retries = new LongAdder();
    private final LongAdder hedges = new LongAdder();
    private final LongAdder sent = new LongAdder();
    private final LongAdder received = new LongAdder();
    private final LongAdder[] classes = adders(6);
    private final Map<NodeFailure, LongAdder> failures = new EnumMap<>(NodeFailure.class);
    private final LatencyCounts latencies = new LatencyCounts(LATENCY_STRIPES);
    private final Recent recent = new Recent();

    /// Makes figures that are all 0.
    public NodeFigures() {
        for (NodeFailure how : NodeFailure.values()) failures.put(how, new LongAdder());
    }

    private static LongAdder[] adders(int count) {
        LongAdder[] adders = new LongAdder[count];
        Arrays.setAll(adders, i -> new LongAdder());
        return adders;
    }

    // ---- counting

    /// An attempt begins.
    ///
    /// @param most how many may go on at once, 0 for any number
    /// @return false when so many do
    public boolean begin(int most) {
        int now;
        if (most == 0) {
            now = inFlight.incrementAndGet();
        } else {
            do {
                now = inFlight.get() + 1;
                if (now > most) return false;
            } while (!inFlight.compareAndSet(now - 1, now));
        }
        if (now > mostInFlight.get()) mostInFlight.accumulateAndGet(now, Math::max);
        requests.increment();
        return true;
    }

    /// An attempt that had begun is not made.
    public void cancel() {
        inFlight.decrementAndGet();
        requests.decrement();
    }

    /// A response head has come.
    ///
    /// @param status its status
    /// @param nanos since the attempt began
    public void answered(int status, long nanos) {
        int family = status / 100;
        classes[family >= 1 && family <= 5 ? family : 0].increment();
        latencies.record(nanos);
    }

    /// An attempt has ended.
    ///
    /// @param failure how the node failed it, null when it did not
    public void end(@Nullable NodeFailure failure) {
        inFlight.decrementAndGet();
        if (failure != null) of(failure).increment();
    }

    /// A request that failed here is sent again.
    public void retried() {
        retries.increment();
    }

    /// A request that is slow at another node is sent here, too.
    public void hedged() {
        hedges.increment();
    }

    /// No response head has come, and none is waited for any longer.
    ///
    /// @param nanos since the attempt began
    public void outrun(long nanos) {
        latencies.record(nanos);
    }

    /// A part of a request body is on its way to the node.
    ///
    /// @param bytes 0 or more
    public void sent(int bytes) {
        sent.add(bytes);
    }

    /// A part of a response body has come from the node.
    ///
    /// @param bytes 0 or more
    public void received(int bytes) {
        received.add(bytes);
    }

    // ---- reading

    /// Attempts now.
    ///
    /// @return 0 or more
    public int inFlight() {
        return inFlight.get();
    }

    /// The most attempts there ever were at once.
    ///
    /// @return 0 or more
    public int mostInFlight() {
        return mostInFlight.get();
    }

    /// Attempts so far.
    ///
    /// @return 0 or more
    public long requests() {
        return requests.sum();
    }

    /// Failed attempts so far.
    ///
    /// @return 0 or more
    public long failures() {
        long sum = 0;
        for (LongAdder of : failures.values()) sum += of.sum();
        return sum;
    }

    /// Attempts that failed in one way so far.
    ///
    /// @param how the way
    /// @return 0 or more
    public long failures(NodeFailure how) {
        return of(how).sum();
    }

    private LongAdder of(NodeFailure how) {
        return Objects.requireNonNull(failures.get(how));
    }

    /// Responses of a class so far.
    ///
    /// @param family 1 to 5, 0 for what has no class
    /// @return 0 or more
    public long responses(int family) {
        return classes[family].sum();
    }

    /// Requests that failed here and were sent again, so far.
    ///
    /// @return 0 or more
    public long retries() {
        return retries.sum();
    }

    /// Requests that were slow at another node and sent here, too, so far.
    ///
    /// @return 0 or more
    public long hedges() {
        return hedges.sum();
    }

    /// Request body bytes so far.
    ///
    /// @return 0 or more
    public long bytesSent() {
        return sent.sum();
    }

    /// Response body bytes so far.
    ///
    /// @return 0 or more
    public long bytesReceived() {
        return received.sum();
    }

    /// Attempts a second, in the last ten.
    ///
    /// @param nowNanos [System#nanoTime]
    /// @return 0 or more
    public double rate(long nowNanos) {
        return recent.rate(requests.sum(), nowNanos);
    }

    /// Latencies to the response head in the last half to full minute.
    ///
    /// @return counts by bucket of [LatencyCounts]
    public long[] latencies() {
        return recent.since(latencies.totals());
    }

    /// Notes where the counts are. Once a second or so, off the I/O threads.
    ///
    /// @param nowNanos [System#nanoTime]
    public void sample(long nowNanos) {
        recent.sample(requests.sum(), nowNanos, latencies);
    }
}
