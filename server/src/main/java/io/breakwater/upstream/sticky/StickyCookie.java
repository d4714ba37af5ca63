package io.breakwater.upstream.sticky;

import io.breakwater.config.CookieConfig;
import io.breakwater.config.CookieConfig.SameSite;
import io.breakwater.config.CookieConfig.Secure;
import io.breakwater.exchange.RequestHead;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A cookie that names one of several targets. Its value is
///
/// ```
/// <target>.<end>.<signature>
/// target     the beginning of an HMAC of its name: nobody without the key can tell whose it is
/// end        Unix time in seconds, base 36, from which on it counts as none; empty for never
/// signature  HMAC of the scope and of what stands before it, 16 bytes
/// ```
///
/// The scope is the object that the cookie belongs to, so that a cookie of one is worth nothing at
/// another.
///
/// @param <T> what is named
public final class StickyCookie<T> {
    private static final int TARGET_BYTES = 9;
    private static final int SIGNATURE_BYTES = 16;
    private static final int TARGET_LENGTH = 12;
    private static final int RADIX = 36;

    private final CookieConfig config;
    private final CookieKey key;
    private final String scope;
    private final InstantSource clock;
    private final String attributes;
    private final Map<String, T> byId = new HashMap<>();
    private final Map<String, String> idByName = new HashMap<>();

    /// Makes a cookie.
    ///
    /// @param config name, life and attributes
    /// @param key signs it
    /// @param scope what it belongs to, such as `upstreams/app`
    /// @param targets what it may name, by name
    public StickyCookie(CookieConfig config, CookieKey key, String scope, Map<String, T> targets) {
        this(config, key, scope, targets, InstantSource.system());
    }

    StickyCookie(
            CookieConfig config,
            CookieKey key,
            String scope,
            Map<String, T> targets,
            InstantSource clock) {
        this.config = config;
        this.key = key;
        this.scope = scope;
        this.clock = clock;
        this.attributes = attributes(config);
        targets.forEach((name, target) -> {
            String id = key.sign("target\n" + scope + "\n" + name, TARGET_BYTES);
            byId.put(id, target);
            idByName.put(name, id);
        });
    }

    private static String attributes(CookieConfig config) {
        StringBuilder text = new StringBuilder("; Path=").append(config.path());
        if (config.domain() != null) text.append("; Domain=").append(config.domain());
        if (config.ttl() != null) text.append("; Max-Age=").append(config.ttl().toSeconds());
        if (config.httpOnly()) text.append("; HttpOnly");
        if (config.sameSite() != SameSite.OFF) {
            String word = config.sameSite().name();
            text.append("; SameSite=")
                    .append(word.charAt(0))
                    .append(word.substring(1).toLowerCase(Locale.ROOT));
        }
        return text.toString();
    }

    /// The target that a request's cookie names.
    ///
    /// @param head the request
    /// @return null without a cookie, with one that is garbled, forged or over, and with one whose
    ///   target is none any more
    public @Nullable T find(RequestHead head) {
        String value = head.cookie(config.name());
        if (value == null) return null;
        int last = value.lastIndexOf('.');
        if (last <= TARGET_LENGTH || value.charAt(TARGET_LENGTH) != '.') return null;
        T target = byId.get(value.substring(0, TARGET_LENGTH));
        if (target == null) return null;
        String end = value.substring(TARGET_LENGTH + 1, last);
        return isSigned(value, last) && !isOver(end) ? target : null;
    }

    /// Compares in a time that does not tell how much of it is right.
    private boolean isSigned(String value, int last) {
        byte[] right = bytes(signature(value.substring(0, last)));
        return MessageDigest.isEqual(right, bytes(value.substring(last + 1)));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private String signature(String signed) {
        return key.sign("cookie\n" + scope + "\n" + signed, SIGNATURE_BYTES);
    }

    /// Asked of what we signed only, so it is a number.
    private boolean isOver(String end) {
        return !end.isEmpty() && clock.millis() / 1000 >= Long.parseLong(end, RADIX);
    }

    /// The field that makes a client name a target from now on.
    ///
    /// @param name one of the targets' names
    /// @param head the request that is answered
    /// @return a value for Set-Cookie, null when the name is none of theirs
    public @Nullable String assign(String name, RequestHead head) {
        String id = idByName.get(name);
        if (id == null) return null;
        String end =
                config.ttl() == null
                        ? ""
                        : Long.toString(clock.millis() / 1000 + config.ttl().toSeconds(), RADIX);
        String signed = id + "." + end;
        boolean secure =
                config.secure() == Secure.ON
                        || (config.secure() == Secure.AUTO && head.scheme().equals("https"));
        return config.name()
                + "="
                + signed
                + "."
                + signature(signed)
                + attributes
                + (secure ? "; Secure" : "");
    }
}
