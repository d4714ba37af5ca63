package io.breakwater.admin.api;

import io.breakwater.control.Control;
import io.breakwater.control.StatusView;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.Serial;

/// `/healthz`, `/readyz` and `/metrics`, for balancers and monitors, without credentials.
final class ProbesServlet extends HttpServlet {
    @Serial private static final long serialVersionUID = 1L;

    private static final String PLAIN = "text/plain;charset=utf-8";
    private static final String PROMETHEUS = "text/plain;version=0.0.4;charset=utf-8";

    private final transient Control control;

    ProbesServlet(Control control) {
        this.control = control;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        String method = request.getMethod();
        if (!method.equals("GET") && !method.equals("HEAD")) {
            Reply.text(405, PLAIN, method + " does nothing here\n")
                    .with("Allow", "GET, HEAD")
                    .writeTo(response);
            return;
        }
        Reply reply =
                switch (request.getServletPath()) {
                    case "/readyz" -> ready(control.status());
                    case "/metrics" -> Reply.text(200, PROMETHEUS, control.metrics());
                    default -> Reply.text(200, PLAIN, "alive\n");
                };
        reply.writeTo(response);
    }

    private static Reply ready(StatusView status) {
        if (status.draining()) {
            return Reply.text(503, PLAIN, "draining\n");
        }
        return status.ready()
                ? Reply.text(200, PLAIN, "ready\n")
                : Reply.text(503, PLAIN, "starting\n");
    }
}
