package io.breakwater.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.breakwater.config.CookieConfig.SameSite;
import io.breakwater.config.CookieConfig.Secure;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads cookies that keep clients where they are.
final class CookieReader {
    private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
    private static final Pattern PATH = Pattern.compile("/[\\x20-\\x7e&&[^;]]*");
    private static final Pattern DOMAIN =
            Pattern.compile("[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?");

    private CookieReader() {}

    /// Reads a cookie.
    ///
    /// @return null when it is off or no cookie
    static @Nullable CookieConfig read(Fields fields, String key) {
        JsonNode written = fields.raw(key);
        if (written == null || Resilience.isOff(written)) return null;
        Fields table =
                written.isTextual()
                        ? fields.inside(
                                key,
                                key,
                                JsonNodeFactory.instance.objectNode().set("name", written))
                        : fields.table(key);
        if (table == null) return null;
        CookieConfig cookie =
                new CookieConfig(
                        table.text("name"),
                        table.durationOrNull("ttl"),
                        table.text("path"),
                        table.textOrNull("domain"),
                        table.choice("secure", Secure.class),
                        table.flag("http-only"),
                        table.choice("same-site", SameSite.class));
        check(table, cookie);
        table.reportUnknown();
        return cookie;
    }

    private static void check(Fields table, CookieConfig cookie) {
        String name = cookie.name();
        String domain = cookie.domain();
        if (table.has("name") && !TOKEN.matcher(name).matches())
            table.problem("name", name, "a cookie name without blanks and separators");
        if (!PATH.matcher(cookie.path()).matches())
            table.problem("path", cookie.path(), "a path that starts with /");
        if (domain != null && !DOMAIN.matcher(domain).matches())
            table.problem("domain", domain, "a domain such as example.com");
        // RFC 6265bis §4.1.3 and §5.7: browsers throw such cookies away.
        String lower = name.toLowerCase(Locale.ROOT);
        boolean ofHost = lower.startsWith("__host-");
        if ((ofHost || lower.startsWith("__secure-")) && cookie.secure() != Secure.ON)
            table.problem("secure", word(cookie.secure()), "on, as the name demands");
        if (ofHost && (domain != null || !cookie.path().equals("/")))
            table.problem("name", name, "another name: this one allows no domain and only path /");
        if (cookie.sameSite() == SameSite.NONE && cookie.secure() == Secure.OFF)
            table.problem("secure", "off", "on or auto: browsers refuse it with same-site none");
    }

    private static String word(Secure secure) {
        return secure.name().toLowerCase(Locale.ROOT);
    }
}
