package io.breakwater.cache.policy;

import io.breakwater.cache.policy.KeyRules.Order;
import io.breakwater.cache.policy.KeyRules.Part;
import io.breakwater.cache.policy.KeyRules.Query;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Writes the canonical text of a cache key, and its hash. Reused by one thread for key after key,
/// so that a key costs no allocation.
///
/// ```
/// GET https://example.com:8443/path?query h:accept=value c:name=value s:scope
/// ```
///
/// The method class is GET, which stands for HEAD and for stored responses to POST too. A part that
/// the rules leave out is `*`; a field or cookie that is absent has no `=`. Behind a blank stands
/// what is no part of the URI, so all keys of a URI, or of URIs with one beginning, begin alike,
/// which purging by prefix needs. Characters that part the text, controls and what is not ASCII are
/// escaped with a backslash wherever they stand in a value, so that two requests that differ in a
/// part that counts never give the same text.
public final class KeyText {
    private static final byte[] START = {'G', 'E', 'T', ' '};
    private static final char[] HEX = "0123456789abcdef".toCharArray();

    // Where a character is escaped: one bit for each kind of text.
    private static final int VALUE = 1;
    private static final int NAME = 1 << 1;
    private static final int PATH = 1 << 2;
    private static final int HOST = 1 << 3;
    private static final int SCHEME = 1 << 4;
    private static final byte[] ESCAPED = new byte[128];

    static {
        for (char c = 0; c < 128; c++) if (c <= ' ' || c == 0x7f || c == '\\') ESCAPED[c] = -1;
        escape("=", NAME);
        escape("?*", PATH);
        escape("*/?[]", HOST);
        escape(":*/?", SCHEME);
    }

    private final SipHash hash;
    private byte[] text = new byte[512];
    private int length;

    private static void escape(String separators, int kind) {
        for (int i = 0; i < separators.length(); i++) ESCAPED[separators.charAt(i)] |= (byte) kind;
    }

    /// Makes a writer.
    ///
    /// @param hash the hash of the store that the keys are for
    public KeyText(SipHash hash) {
        this.hash = hash;
    }

    /// Writes a key.
    ///
    /// @param rules what of the request counts
    /// @param request the request
    public void write(KeyRules rules, KeySource request) {
        length = 0;
        for (byte b : START) append((char) b);
        uri(rules, request);
        for (String name : rules.headers()) named("h:", name, request.header(name));
        for (String name : rules.cookies()) named("c:", name, request.cookie(name));
        if (request.scope().isEmpty()) return;
        raw(" s:");
        escaped(request.scope(), VALUE);
    }

    private void uri(KeyRules rules, KeySource request) {
        if (rules.parts().contains(Part.SCHEME)) escaped(request.scheme(), SCHEME);
        else append('*');
        raw("://");
        if (rules.parts().contains(Part.HOST)) host(request);
        else append('*');
        if (rules.parts().contains(Part.PATH)) {
            // A slash ends the host. No path of a request lacks it; one that did would be told
            // apart.
            if (!request.encodedPath().startsWith("/")) raw("/\\-");
            escaped(request.encodedPath(), PATH);
        } else {
            raw("/*");
        }
        String query = request.query();
        if (query != null) query(rules, query);
    }

    private void host(KeySource request) {
        boolean v6 = request.host().indexOf(':') >= 0;
        if (v6) append('[');
        escaped(request.host(), HOST);
        if (v6) append(']');
        int port = request.port();
        if (port < 0 || port == RequestTarget.defaultPort(request.scheme())) return;
        append(':');
        raw(Integer.toString(port));
    }

    private void query(KeyRules rules, String query) {
        if (rules.query() == Query.NONE) return;
        if (rules.query() == Query.ALL && rules.order() == Order.KEEP) {
            append('?');
            escaped(query, VALUE);
            return;
        }
        List<String> counted = new ArrayList<>();
        for (int at = 0; at <= query.length(); ) {
            int end = query.indexOf('&', at);
            if (end < 0) end = query.length();
            String parameter = query.substring(at, end);
            if (counts(rules, parameter)) counted.add(parameter);
            at = end + 1;
        }
        if (counted.isEmpty()) return;
        // Parameters of one name keep their order, which applications look at.
        if (rules.order() == Order.SORT) counted.sort(Comparator.comparing(KeyText::name));
        char separator = '?';
        for (String parameter : counted) {
            append(separator);
            escaped(parameter, VALUE);
            separator = '&';
        }
    }

    private static boolean counts(KeyRules rules, String parameter) {
        String name = name(parameter);
        return switch (rules.query()) {
            case ALL -> true;
            case NONE -> false;
            case INCLUDE -> rules.queryNames().contains(name);
            case EXCLUDE -> !rules.queryNames().contains(name);
        };
    }

    private static String name(String parameter) {
        int equals = parameter.indexOf('=');
        return equals < 0 ? parameter : parameter.substring(0, equals);
    }

    private void named(String kind, String name, @Nullable String value) {
        append(' ');
        raw(kind);
        escaped(name, NAME);
        if (value == null) return;
        append('=');
        escaped(value, VALUE);
    }

    private void raw(String ascii) {
        for (int i = 0; i < ascii.length(); i++) append(ascii.charAt(i));
    }

    private void escaped(String value, int kind) {
        int at = 0;
        int end = value.length();
        if (text.length - length < end) text = Arrays.copyOf(text, (length + end) * 2);
        byte[] to = text;
        int next = length;
        for (; at < end; at++) {
            char c = value.charAt(at);
            if (c >= 128 || (ESCAPED[c] & kind) != 0) break;
            to[next++] = (byte) c;
        }
        length = next;
        // From the first character that is escaped on, which most texts do not have.
        for (; at < end; at++) one(value.charAt(at), kind);
    }

    private void one(char c, int kind) {
        if (c < 128 && (ESCAPED[c] & kind) == 0) {
            append(c);
            return;
        }
        append('\\');
        for (int shift = 12; shift >= 0; shift -= 4) append(HEX[c >> shift & 15]);
    }

    private void append(char ascii) {
        if (length == text.length) text = Arrays.copyOf(text, length * 2);
        text[length++] = (byte) ascii;
    }

    /// The key with a variant's own key behind it, for responses with Vary.
    ///
    /// @param variant the variant
    public void append(VariantKey variant) {
        for (int i = 0; i < variant.names().size(); i++)
            named("v:", variant.names().get(i), variant.values().get(i));
    }

    /// The key with a part of a body behind it: what else the part is told apart by.
    ///
    /// @param part which one, without a blank or `=`
    /// @param of what it is a part of
    public void append(String part, String of) {
        named("p:", part, of);
    }

    /// The text written last.
    ///
    /// @return ASCII, at most 127 in each byte; valid until the next [#write], not to be changed
    public byte[] bytes() {
        return text;
    }

    /// How much of [#bytes] is text.
    ///
    /// @return bytes
    public int length() {
        return length;
    }

    /// The key as a value of its own.
    ///
    /// @return a copy
    public CacheKey key() {
        hash.digest(text, length);
        return new CacheKey(
                hash.high(), hash.low(), new String(text, 0, length, StandardCharsets.US_ASCII));
    }

    /// Hashes the text, for [#high] and [#low].
    public void digest() {
        hash.digest(text, length);
    }

    /// The first half of the last digest.
    ///
    /// @return [CacheKey#high]
    public long high() {
        return hash.high();
    }

    /// The second half of the last digest.
    ///
    /// @return [CacheKey#low]
    public long low() {
        return hash.low();
    }
}
