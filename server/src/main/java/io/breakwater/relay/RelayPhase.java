package io.breakwater.relay;

import io.breakwater.config.LocationConfig;
import io.breakwater.exchange.ErrorKind;
import io.breakwater.exchange.Exchange;
import io.breakwater.exchange.LocationPlan;
import io.breakwater.exchange.Phase;
import io.breakwater.exchange.Text;
import io.breakwater.upstream.UpstreamGroup;
import java.util.function.Consumer;

/// Sends an exchange to its upstream: through the pump when it only passes, through the servlet
/// engine when a filter sees the body.
public final class RelayPhase implements Phase {
    private final Consumer<UpstreamCall> servletEngine;

    private final Concurrency concurrency = new Concurrency();

    /// Makes the phase.
    ///
    /// @param servletEngine relays calls whose body is looked into
    public RelayPhase(Consumer<UpstreamCall> servletEngine) {
        this.servletEngine = servletEngine;
    }

    @Override
    public Result apply(Exchange exchange) {
        LocationPlan location = exchange.location();
        LocationConfig config = location.config();
        Text upstream = location.upstreamText();
        String name = upstream == null ? "" : upstream.render(exchange);
        if (!(exchange.server().upstreams().get(name) instanceof UpstreamGroup group))
            return new Fail(
                    ErrorKind.NO_NODE, "upstream '" + name + "' is not there or not enabled");
        long most =
                config.maxBodySize() >= 0
                        ? config.maxBodySize()
                        : exchange.server().config().maxBodySize();
        if (most >= 0 && exchange.request().getLength() > most)
            return new Fail(ErrorKind.BODY_TOO_LARGE, null);
        ErrorKind refusal = concurrency.admit(exchange, config);
        if (refusal != null) return new Fail(refusal, null);
        boolean looked = config.transform() != null;
        UpstreamCall call = new UpstreamCall(exchange, group, most, looked);
        if (looked) {
            servletEngine.accept(call);
        } else {
            call.engine(new Pump(call));
            call.start();
        }
        return Result.TAKEN;
    }
}
