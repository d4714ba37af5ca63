package io.breakwater.admin.pages;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.breakwater.config.Document;
import io.breakwater.config.Kind;
import io.breakwater.control.Control;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// All objects of one kind.
final class ListPage {
    private final Control control;
    private final Kind kind;

    ListPage(Control control, Kind kind) {
        this.control = control;
        this.kind = kind;
    }

    Reply show(Call call) {
        Document document = control.document();
        Columns columns =
                new Columns(
                        document, new References(document), control::nodes, control.certificates());
        String search = call.text("q").strip();
        List<Row> rows = new ArrayList<>();
        for (Map.Entry<String, ObjectNode> entry : document.of(kind).entrySet()) {
            if (!matches(entry, search)) continue;
            rows.add(row(columns, entry.getKey(), entry.getValue()));
        }
        View view =
                new View(
                        kind,
                        Labels.plural(kind),
                        Labels.purpose(kind),
                        Labels.firstStep(kind),
                        Columns.headings(kind),
                        rows,
                        document.of(kind).size(),
                        search);
        return Reply.view("list", Labels.plural(kind), view);
    }

    private Row row(Columns columns, String name, ObjectNode body) {
        JsonNode enabled = body.get("enabled");
        return new Row(
                name,
                "/" + kind.key() + "/" + name,
                "/delete/" + kind.key() + "/" + name,
                "/new/" + kind.key() + "?from=" + name,
                enabled == null || enabled.asBoolean(true),
                PlainCodecs.text(body.get("note")),
                columns.cells(kind, name, body));
    }

    private static boolean matches(Map.Entry<String, ObjectNode> entry, String search) {
        if (search.isEmpty()) return true;
        String wanted = search.toLowerCase(Locale.ROOT);
        return entry.getKey().contains(wanted)
                || entry.getValue().toString().toLowerCase(Locale.ROOT).contains(wanted);
    }

    /// @param kind the kind
    /// @param heading the heading
    /// @param purpose one sentence
    /// @param firstStep what to do when there is none
    /// @param headings columns after the name
    /// @param rows objects that match the search
    /// @param total number of all objects
    /// @param search what was searched for
    record View(
            Kind kind,
            String heading,
            String purpose,
            String firstStep,
            List<String> headings,
            List<Row> rows,
            int total,
            String search) {
        /// Whether self-signed certificates can be made here.
        public boolean isCertificates() {
            return kind == Kind.CERTIFICATE;
        }

        public String newHref() {
            return "/new/" + kind.key();
        }
    }

    /// @param name the object's name
    /// @param href its page
    /// @param deleteHref where it is deleted
    /// @param copyHref where a copy is begun
    /// @param enabled whether it is used
    /// @param note free text
    /// @param cells after the name
    record Row(
            String name,
            String href,
            String deleteHref,
            String copyHref,
            boolean enabled,
            String note,
            List<Cell> cells) {}
}
