package io.breakwater.route;

import io.breakwater.exchange.ErrorKind;
import io.breakwater.exchange.Exchange;
import io.breakwater.exchange.LocationPlan.RouteMatch;
import io.breakwater.exchange.PathRewrite;
import io.breakwater.exchange.Phase;
import io.breakwater.exchange.ProxyException;

/// Finds the location and rewrites the target.
public final class RoutePhase implements Phase {
    /// Makes the phase.
    public RoutePhase() {}

    @Override
    public Result apply(Exchange exchange) {
        RouteMatch match = exchange.server().router().match(exchange);
        if (match == null) return new Fail(ErrorKind.NO_LOCATION, null);
        exchange.routed(match);
        PathRewrite rewrite = match.location().rewrite();
        if (rewrite != null) {
            try {
                PathRewrite.Result rewritten = rewrite.apply(exchange);
                if (rewritten != null) exchange.rewritten(rewritten);
            } catch (ProxyException e) {
                return new Fail(e.kind(), e.getMessage());
            }
        }
        return Result.NEXT;
    }
}
