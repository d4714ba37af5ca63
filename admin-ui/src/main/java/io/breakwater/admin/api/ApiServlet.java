package io.breakwater.admin.api;

import io.breakwater.config.store.StoreException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.Serial;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.io.EofException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes every request below `/api/`: finds the route, checks the credentials, writes the answer or
/// the problem.
final class ApiServlet extends HttpServlet {
    static final String BASE = "/api/v1";

    @Serial private static final long serialVersionUID = 1L;

    private static final Logger LOG = LoggerFactory.getLogger(ApiServlet.class);

    private final transient RouteTable table;
    private final transient Authenticator authenticator;

    ApiServlet(RouteTable table, Authenticator authenticator) {
        this.table = table;
        this.authenticator = authenticator;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        Reply reply;
        try {
            reply = answer(request, response);
        } catch (ApiException e) {
            reply = e.reply();
        } catch (EofException e) {
            // The client left in the middle of its body: nobody reads an answer.
            throw e;
        } catch (IOException | RuntimeException e) {
            reply = fault(request, e);
        }
        if (!reply.isStreaming()) {
            reply.writeTo(response);
        }
    }

    private Reply answer(HttpServletRequest request, HttpServletResponse response)
            throws ApiException, IOException {
        // Not the servlet's path, in which an encoded slash would be one like the others.
        String path =
                ServletContextRequest.getServletContextRequest(request)
                        .getHttpURI()
                        .getCanonicalPath();
        List<RouteTable.Match> matches =
                path.startsWith(BASE + "/")
                        ? table.matches(path.substring(BASE.length()))
                        : List.of();
        String method = request.getMethod().equals("HEAD") ? "GET" : request.getMethod();
        RouteTable.Match match =
                matches.stream()
                        .filter(m -> m.route().method().equals(method))
                        .findFirst()
                        .orElse(null);
        boolean open = match != null && match.route().open();
        // Before 404 and 405, so that strangers learn nothing of what exists.
        Principal principal = open ? Principal.ANYBODY : authenticator.principal(request);
        if (matches.isEmpty()) {
            throw ApiException.notFound(
                    "there is nothing at " + path + ": see " + BASE + "/openapi.json");
        }
        if (method.equals("OPTIONS")) {
            return Reply.empty(204).with("Allow", RouteTable.allow(matches));
        }
        if (match == null) {
            throw new ApiException(405, method + " does nothing here")
                    .withHeader("Allow", RouteTable.allow(matches));
        }
        return match.route()
                .action()
                .run(new Call(request, response, match.variables(), principal));
    }

    private static Reply fault(HttpServletRequest request, Exception e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof TimeoutException) {
                return new ApiException(408, "the body did not come in time").reply();
            }
            if (cause instanceof HttpException bad && bad.getCode() >= 400 && bad.getCode() < 500) {
                return ApiException.badRequest("the request cannot be read: " + bad.getReason())
                        .reply();
            }
        }
        if (e instanceof StoreException) {
            LOG.error("{} {} needs the store", request.getMethod(), request.getRequestURI(), e);
            return new ApiException(503, String.valueOf(e.getMessage())).reply();
        }
        LOG.error("{} {} failed", request.getMethod(), request.getRequestURI(), e);
        return new ApiException(500, "an unexpected fault; the server's log says more").reply();
    }
}
