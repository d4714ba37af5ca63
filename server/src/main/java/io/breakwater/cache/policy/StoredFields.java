package io.breakwater.cache.policy;

import io.breakwater.http.CacheControl;
import io.breakwater.http.FieldList;
import io.breakwater.http.FieldSyntax;
import io.breakwater.http.FieldView;
import io.breakwater.http.HttpDates;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// Which fields of a response are stored, and which of a validation replace stored ones (RFC 9111
/// §3.1, §3.2).
public final class StoredFields {
    /// Fields of one connection (RFC 9110 §7.6.1), of one proxy (RFC 9111 §3.1), and Age, which
    /// every answer tells anew.
    private static final Set<String> NEVER =
            Set.of(
                    "connection",
                    "keep-alive",
                    "proxy-connection",
                    "te",
                    "trailer",
                    "transfer-encoding",
                    "upgrade",
                    "proxy-authenticate",
                    "proxy-authentication-info",
                    "proxy-authorization",
                    "age");

    /// What tells of the stored body and stays as it is (§3.2), with the fields that say how to
    /// read its bytes.
    private static final Set<String> OF_BODY =
            Set.of("content-length", "content-encoding", "content-range", "etag");

    private StoredFields() {}

    /// The fields that are stored.
    ///
    /// @param response the response
    /// @param control its directives, whose field lists are left out
    /// @param rules the rules
    /// @return the fields in their order, with a Date
    static FieldList of(Received response, CacheControl control, CacheRules rules) {
        FieldView fields = response.fields();
        Set<String> left = leftOut(fields, control, rules);
        FieldList.Builder stored = FieldList.builder();
        boolean dated = response.date("Date") != HttpDates.NONE;
        for (int i = 0; i < fields.size(); i++) {
            String name = fields.name(i).toLowerCase(Locale.ROOT);
            if (!left.contains(name) && (dated || !name.equals("date")))
                stored.add(fields.name(i), fields.value(i));
        }
        // RFC 9110 §6.6.1: a recipient with a clock adds the Date that is missing
        if (!dated) stored.add("Date", HttpDates.format(response.responseMillis()));
        return stored.build();
    }

    private static Set<String> leftOut(FieldView fields, CacheControl control, CacheRules rules) {
        Set<String> left = new HashSet<>(NEVER);
        for (String name : FieldSyntax.members(fields.combined("Connection")))
            left.add(name.toLowerCase(Locale.ROOT));
        // §5.2.2.4, §5.2.2.7: fields that only a validated response, or only one client, may have
        left.addAll(control.noCacheFields());
        left.addAll(control.privateFields());
        // Also of a 304, whose cookie is for one client as well.
        if (rules.setCookie() != CacheRules.SetCookie.STORE)
            left.addAll(List.of("set-cookie", "set-cookie2"));
        return left;
    }

    /// Updates stored fields with those of a 304, a 206 or a HEAD response (§3.2).
    ///
    /// @param stored the stored fields
    /// @param update the new response
    /// @param control the directives of the new response
    /// @param rules the rules
    /// @return the stored fields that the update does not have, then the update's, except what
    ///   tells of the stored body
    public static FieldList updated(
            FieldList stored, Received update, CacheControl control, CacheRules rules) {
        FieldList fresh = of(update, control, rules);
        Set<String> gone = new HashSet<>(control.noCacheFields());
        gone.addAll(control.privateFields());
        for (int i = 0; i < fresh.size(); i++) gone.add(fresh.name(i).toLowerCase(Locale.ROOT));
        gone.removeAll(OF_BODY);
        FieldList.Builder merged = FieldList.builder();
        for (int i = 0; i < stored.size(); i++)
            if (!gone.contains(stored.name(i).toLowerCase(Locale.ROOT)))
                merged.add(stored.name(i), stored.value(i));
        for (int i = 0; i < fresh.size(); i++)
            if (!OF_BODY.contains(fresh.name(i).toLowerCase(Locale.ROOT)))
                merged.add(fresh.name(i), fresh.value(i));
        return merged.build();
    }
}
