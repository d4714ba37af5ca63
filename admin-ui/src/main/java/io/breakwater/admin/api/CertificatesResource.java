package io.breakwater.admin.api;

import io.breakwater.config.Kind;
import io.breakwater.control.CertificateView;
import io.breakwater.control.Control;
import java.util.List;
import java.util.Map;

/// Certificates as listeners show them.
final class CertificatesResource {
    private static final String TAG = "certificates";

    private final Control control;

    CertificatesResource(Control control) {
        this.control = control;
    }

    List<Route> routes() {
        return List.of(
                Route.of(
                                "GET",
                                "/live/certificates",
                                TAG,
                                "All certificates that can be used, with what is wrong with them",
                                call -> Reply.json(Map.of("items", control.certificates())))
                        .answer(200, "By name.", "live-certificate-list"),
                Route.of(
                                "GET",
                                "/" + Kind.CERTIFICATE.key() + "/{name}/details",
                                TAG,
                                "Names, end, key and chain of a certificate, and what is wrong",
                                this::details)
                        .answer(200, "As clients see it.", "live-certificate")
                        .problem(404, "There is no such certificate in force."));
    }

    private Reply details(Call call) throws ApiException {
        String name = call.variable("name");
        for (CertificateView view : control.certificates())
            if (view.name().equals(name)) return Reply.json(view);
        throw ApiException.notFound("there is no certificate " + name + " in force");
    }
}
