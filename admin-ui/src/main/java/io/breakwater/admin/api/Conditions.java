package io.breakwater.admin.api;

import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Conditional requests, RFC 9110 §13.
final class Conditions {
    private Conditions() {}

    static String quoted(String tag) {
        return '"' + tag + '"';
    }

    /// The condition of a write as [io.breakwater.control.Control#put] takes it: a tag, `*` for
    /// "must exist", empty for "must not exist", null for none.
    ///
    /// @param current the present tag, null when there is no object
    static @Nullable String ifTag(HttpServletRequest request, @Nullable String current)
            throws ApiException {
        List<String> none = tags(request, "If-None-Match");
        if (!none.isEmpty()) {
            if (none.equals(List.of("*"))) {
                return "";
            }
            throw ApiException.badRequest(
                    "If-None-Match: " + String.join(", ", none) + " (expected: * to create only)");
        }
        List<String> match = tags(request, "If-Match");
        if (match.isEmpty()) {
            return null;
        }
        if (match.contains("*")) {
            return "*";
        }
        // Weak tags keep their prefix and so never match, RFC 9110 §8.8.3.2.
        return current != null && match.contains(current) ? current : match.getFirst();
    }

    /// The revision that a write of the whole configuration asks for, null for none, -1 for one
    /// that cannot be.
    static @Nullable Long ifRevision(HttpServletRequest request) {
        List<String> match = tags(request, "If-Match");
        if (match.isEmpty() || match.contains("*")) {
            return null;
        }
        String tag = match.getFirst();
        int dash = tag.indexOf('-');
        try {
            return Long.valueOf(dash < 0 ? tag : tag.substring(0, dash));
        } catch (NumberFormatException e) {
            return -1L;
        }
    }

    /// Whether a read may be answered with 304. Weak comparison.
    static boolean isUnchanged(HttpServletRequest request, String tag) {
        for (String sent : tags(request, "If-None-Match")) {
            String strong = sent.startsWith("W/") ? sent.substring(2) : sent;
            if (strong.equals("*") || strong.equals(tag)) {
                return true;
            }
        }
        return false;
    }

    /// A read's answer with its tag, or 304.
    static Reply tagged(HttpServletRequest request, String tag, Reply reply) {
        Reply answer = isUnchanged(request, tag) ? Reply.empty(304).with(reply.headers()) : reply;
        return answer.with("ETag", quoted(tag));
    }

    private static List<String> tags(HttpServletRequest request, String field) {
        List<String> tags = new ArrayList<>();
        for (String line : Collections.list(request.getHeaders(field))) {
            for (String part : line.split(",", -1)) {
                String tag = part.strip().replace("\"", "");
                if (!tag.isEmpty()) {
                    tags.add(tag);
                }
            }
        }
        return tags;
    }
}
