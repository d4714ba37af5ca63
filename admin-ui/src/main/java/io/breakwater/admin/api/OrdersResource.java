package io.breakwater.admin.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.breakwater.config.Kind;
import io.breakwater.control.AcmeView;
import io.breakwater.control.Control;
import io.breakwater.control.NewCertificate;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// What is done with certificates beyond their configuration: stories of orders, an order now, a
/// self-signed one.
final class OrdersResource {
    private static final String TAG = Kind.CERTIFICATE.key();
    private static final String NONE = "There is no such certificate that is obtained by ACME.";

    private final Control control;

    OrdersResource(Control control) {
        this.control = control;
    }

    List<Route> routes() {
        String one = "/" + TAG + "/{name}";
        return List.of(
                Route.of(
                                "GET",
                                one + "/orders",
                                TAG,
                                "The stories of a certificate's orders at its ACME authority",
                                this::orders)
                        .answer(200, "The latest, the newest first, and what is next.", "acme")
                        .problem(404, NONE),
                Route.of("POST", one + "/renew", TAG, "Order a certificate now", this::renew)
                        .query("comment", "string", "Why, for the log.")
                        .answer(200, "It will be ordered; or an order is in flight.", "acme")
                        .problem(404, NONE),
                Route.of(
                                "POST",
                                one + "/self-signed",
                                TAG,
                                "Make a self-signed certificate",
                                this::selfSigned)
                        .write()
                        .ifMatch()
                        .takes(
                                "What it is for; 90 days and ec256 if not said.",
                                List.of("application/json"),
                                "new-certificate"));
    }

    private Reply orders(Call call) throws ApiException {
        AcmeView view = control.acme(call.variable("name"));
        if (view == null) {
            throw none(call);
        }
        return Reply.json(view);
    }

    private Reply renew(Call call) throws ApiException {
        String name = call.variable("name");
        if (!control.renew(name, call.change("Renew certificate " + name))) {
            throw none(call);
        }
        return orders(call);
    }

    private Reply selfSigned(Call call) throws ApiException, IOException {
        String name = call.variable("name");
        ObjectNode body = call.jsonBody(List.of("domains", "days", "key-type"));
        String keyType = Call.text(body, "key-type");
        NewCertificate wanted =
                new NewCertificate(
                        domains(body),
                        days(body),
                        keyType == null ? NewCertificate.USUAL_KEY : keyType);
        String object = TAG + "/" + name;
        String ifTag = Conditions.ifTag(call.request(), control.tag(Kind.CERTIFICATE, name));
        return Changes.reply(
                control.selfSigned(name, wanted, ifTag, call.change("Self-signed " + object)),
                object,
                null);
    }

    private static List<String> domains(ObjectNode body) throws ApiException {
        List<String> domains = new ArrayList<>();
        JsonNode written = body.get("domains");
        boolean texts = written instanceof ArrayNode && !written.isEmpty();
        if (texts) {
            for (JsonNode domain : written) {
                texts &= domain.isTextual();
                domains.add(domain.asText());
            }
        }
        if (!texts) {
            throw ApiException.invalidField(
                    "domains",
                    written == null ? null : Json.text(written),
                    "a list of host names, at least one");
        }
        return domains;
    }

    private static int days(ObjectNode body) throws ApiException {
        JsonNode written = body.get("days");
        if (written == null || written.isNull()) {
            return NewCertificate.USUAL_DAYS;
        }
        if (!written.isIntegralNumber() || !written.canConvertToInt()) {
            throw ApiException.invalidField("days", Json.text(written), "a whole number");
        }
        return written.intValue();
    }

    private static ApiException none(Call call) {
        return ApiException.notFound(
                "certificates/" + call.variable("name") + " is not obtained by ACME");
    }
}
