package io.breakwater.upstream;

import org.eclipse.jetty.client.ProtocolHandler;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.client.Result;
import org.eclipse.jetty.client.transport.HttpConversation;
import org.eclipse.jetty.client.transport.HttpExchange;
import org.eclipse.jetty.client.transport.HttpRequest;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpStatus;

/// Takes interim (1xx) responses out of the stream of final ones (RFC 9110 §15.2): 100 lets the
/// request body flow, all of them are offered to whoever sent the request. Without this Jetty would
/// take any 1xx but 100 for the final answer. 101 is left alone.
final class InterimResponses implements ProtocolHandler {
    @Override
    public String getName() {
        return "interim";
    }

    @Override
    public boolean accept(Request request, Response response) {
        int status = response.getStatus();
        return status >= 100 && status < 200 && status != HttpStatus.SWITCHING_PROTOCOLS_101;
    }

    @Override
    public Response.Listener getResponseListener() {
        return new Interim();
    }

    private static final class Interim implements Response.Listener {
        @Override
        public void onSuccess(Response response) {
            HttpConversation conversation = ((HttpRequest) response.getRequest()).getConversation();
            int status = response.getStatus();
            HttpFields fields = HttpFields.build(response.getHeaders()).asImmutable();
            InterimListener listener = InterimListener.of(response.getRequest());
            // The next response gets the request's own listeners again.
            conversation.updateResponseListeners(null);
            HttpExchange exchange = conversation.getExchanges().peekLast();
            if (exchange == null) return;
            exchange.resetResponse();
            if (listener != null) listener.interim(status, fields);
        }

        @Override
        public void onFailure(Response response, Throwable failure) {
            HttpConversation conversation = ((HttpRequest) response.getRequest()).getConversation();
            conversation.updateResponseListeners(null);
            HttpExchange exchange = conversation.getExchanges().peekLast();
            if (exchange == null) return;
            exchange.getResponseListeners()
                    .emitFailureComplete(
                            new Result(
                                    exchange.getRequest(),
                                    exchange.getRequestFailure(),
                                    response,
                                    failure));
        }
    }
}
