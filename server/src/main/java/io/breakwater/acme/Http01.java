package io.breakwater.acme;

import io.breakwater.exchange.Exchange;
import io.breakwater.exchange.Phase;
import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpHeader;

/// Answers authorities that ask for the file of an order in flight (RFC 8555 §8.3), whatever the
/// server does with requests otherwise. All others go on.
public final class Http01 implements Phase {
    /// Where the files are.
    static final String PREFIX = "/.well-known/acme-challenge/";

    private final Challenges challenges;

    /// Makes the phase.
    ///
    /// @param challenges what to answer
    public Http01(Challenges challenges) {
        this.challenges = challenges;
    }

    @Override
    public Result apply(Exchange exchange) {
        if (!challenges.hasFiles() || !exchange.path().startsWith(PREFIX)) return Result.NEXT;
        String method = exchange.method();
        if (!method.equals("GET") && !method.equals("HEAD")) return Result.NEXT;
        byte[] file = challenges.file(exchange.host(), exchange.path().substring(PREFIX.length()));
        if (file == null) return Result.NEXT;
        exchange.response().setStatus(200);
        exchange.response().getHeaders().put(HttpHeader.CONTENT_TYPE, "application/octet-stream");
        exchange.answer(ByteBuffer.wrap(file), null);
        return Result.TAKEN;
    }
}
