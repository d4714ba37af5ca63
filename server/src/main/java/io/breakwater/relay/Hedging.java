package io.breakwater.relay;

import io.breakwater.config.RetryConfig;
import io.breakwater.exchange.Exchange;
import io.breakwater.upstream.UpstreamGroup;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/// When the request of a call is sent to a second node: once, if it is a GET or HEAD and has waited
/// longer than a percentile of the upstream's response times.
final class Hedging {
    private final UpstreamCall call;
    private final UpstreamGroup group;
    private final int percent;
    private volatile Scheduler.@Nullable Task waiting;

    /// Prepares it.
    ///
    /// @param call whose request it is
    /// @param group its upstream
    /// @param retry the rules
    Hedging(UpstreamCall call, UpstreamGroup group, RetryConfig retry) {
        this.call = call;
        this.group = group;
        String method = call.exchange().method();
        boolean reads = HttpMethod.GET.is(method) || HttpMethod.HEAD.is(method);
        boolean once = call.exchange().upgrade() != null;
        this.percent = reads && !once ? retry.hedgePercent() : 0;
    }

    /// An attempt is about to be sent.
    void begin() {
        if (percent == 0 || waiting != null) return;
        long slow = group.slowNanos(percent);
        if (slow < 0) return;
        Exchange exchange = call.exchange();
        waiting =
                exchange.request()
                        .getComponents()
                        .getScheduler()
                        .schedule(call::hedge, slow, TimeUnit.NANOSECONDS);
    }

    /// There is an answer, or there will be none.
    void cancel() {
        Scheduler.Task task = waiting;
        if (task != null) task.cancel();
    }
}
