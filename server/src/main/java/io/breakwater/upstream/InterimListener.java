package io.breakwater.upstream;

import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.http.HttpFields;
import org.jspecify.annotations.Nullable;

/// Is told of interim responses to a request.
@FunctionalInterface
public interface InterimListener {
    /// Called on an I/O thread for each interim response, before the final one.
    ///
    /// @param status 100 to 199, not 101
    /// @param fields its fields
    void interim(int status, HttpFields fields);

    /// Makes a request report to a listener.
    ///
    /// @param request the request
    /// @param listener the listener
    static void attach(Request request, InterimListener listener) {
        request.attribute(InterimListener.class.getName(), listener);
    }

    /// The listener of a request.
    ///
    /// @param request the request
    /// @return the listener, null for none
    static @Nullable InterimListener of(Request request) {
        return request.getAttributes().get(InterimListener.class.getName())
                        instanceof InterimListener listener
                ? listener
                : null;
    }
}
