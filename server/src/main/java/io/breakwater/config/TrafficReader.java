package io.breakwater.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.breakwater.config.LocationConfig.Share;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads how a location shares requests among upstreams and who gets copies of them.
final class TrafficReader {
    private TrafficReader() {}

    static List<Share> split(Fields fields) {
        JsonNode written = fields.raw("split");
        if (written == null) return List.of();
        List<Share> shares = new ArrayList<>();
        if (!(written instanceof ArrayNode list) || list.isEmpty()) {
            fields.problem(
                    "split",
                    written,
                    "a list such as [{ upstream = \"app\", weight = 95 }, { upstream ="
                            + " \"canary\", weight = 5 }]");
            return shares;
        }
        for (int i = 0; i < list.size(); i++) share(fields, i, list.get(i), shares);
        Set<String> seen = new HashSet<>();
        for (Share share : shares)
            if (!seen.add(share.upstream()))
                fields.problem("split", share.upstream(), "each upstream once");
        if (shares.size() == list.size() && shares.stream().allMatch(one -> one.weight() == 0))
            fields.problem("split", written, "at least one weight above 0");
        return shares;
    }

    private static void share(Fields fields, int index, JsonNode element, List<Share> to) {
        if (element.isTextual()) {
            fields.checkReference("split", element.textValue(), Kind.UPSTREAM);
            to.add(new Share(element.textValue(), 1));
        } else if (element instanceof ObjectNode body) {
            Fields table = fields.inside("split", "split[" + index + "]", body);
            String upstream = table.reference("upstream", Kind.UPSTREAM);
            int weight = table.integer("weight");
            table.reportUnknown();
            if (upstream != null) to.add(new Share(upstream, weight));
        } else {
            fields.problem("split", element, "an upstream, or a table of upstream and weight");
        }
    }

    static @Nullable CookieConfig splitSticky(Fields fields) {
        CookieConfig cookie = CookieReader.read(fields, "split-sticky");
        if (cookie != null && !fields.has("split"))
            fields.problem("split-sticky", fields.raw("split-sticky"), "off without split");
        return cookie;
    }

    static @Nullable MirrorConfig mirror(Fields fields) {
        Fields table = fields.table("mirror");
        if (table == null) return null;
        String upstream = table.reference("upstream", Kind.UPSTREAM);
        double percent = table.decimal("percent");
        long maxBodySize = table.size("max-body-size", 0);
        int maxConcurrent = table.integer("max-concurrent");
        table.reportUnknown();
        if (!fields.has("upstream") && !fields.has("split"))
            fields.problem("mirror", fields.raw("mirror"), "absent without upstream or split");
        return upstream == null
                ? null
                : new MirrorConfig(upstream, percent, maxBodySize, maxConcurrent);
    }
}
