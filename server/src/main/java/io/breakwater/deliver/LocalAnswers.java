package io.breakwater.deliver;

import io.breakwater.config.LocationConfig;
import io.breakwater.exchange.Exchange;
import io.breakwater.exchange.LocationPlan;
import io.breakwater.exchange.LocationPlan.FixedAnswer;
import io.breakwater.exchange.Phase;
import io.breakwater.exchange.Text;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;

/// Answers locations that need no upstream: `respond` and `redirect`.
public final class LocalAnswers implements Phase {
    /// Makes the phase.
    public LocalAnswers() {}

    @Override
    public Result apply(Exchange exchange) {
        LocationPlan location = exchange.location();
        FixedAnswer respond = location.respond();
        Text to = location.redirectTo();
        if (respond != null) respond(exchange, respond);
        else if (to != null) redirect(exchange, to);
        else return Result.NEXT;
        return Result.TAKEN;
    }

    private static void respond(Exchange exchange, FixedAnswer answer) {
        exchange.response().setStatus(answer.status());
        HttpFields.Mutable fields = exchange.response().getHeaders();
        answer.headers().forEach((name, value) -> fields.put(name, value.render(exchange)));
        byte[] body = answer.body().render(exchange).getBytes(StandardCharsets.UTF_8);
        if (body.length > 0 && !fields.contains(HttpHeader.CONTENT_TYPE))
            fields.put(HttpHeader.CONTENT_TYPE, "text/plain; charset=utf-8");
        exchange.location().responseEdit().apply(fields, exchange);
        exchange.answer(ByteBuffer.wrap(body), null);
    }

    private static void redirect(Exchange exchange, Text to) {
        LocationConfig.Redirect redirect = exchange.location().config().redirect();
        exchange.response().setStatus(redirect == null ? 302 : redirect.status());
        HttpFields.Mutable fields = exchange.response().getHeaders();
        // A target is one field value: what could end it is taken out.
        fields.put(HttpHeader.LOCATION, to.render(exchange).replaceAll("[\\x00-\\x1f\\x7f]", ""));
        exchange.location().responseEdit().apply(fields, exchange);
        exchange.answer(ByteBuffer.allocate(0), null);
    }
}
