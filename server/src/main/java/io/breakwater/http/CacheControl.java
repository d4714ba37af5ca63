package io.breakwater.http;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Cache directives of a request or a response (RFC 9111 §5.2, RFC 5861).
///
/// What is written wrongly is read in the way that stores and reuses less: a `max-age` that is no
/// number makes a response stale (RFC 9111 §4.2.1), `no-store=x` is `no-store`, `public=x` is
/// nothing, `no-cache=""` is `no-cache` without fields. Of a directive that is there twice the
/// first counts (RFC 9111 §4.2.1); field lists of `no-cache` and `private` add up, and their
/// unqualified forms win. Unknown directives are ignored (RFC 9111 §5.2.3).
///
/// @param flags directives without argument, see the constants
/// @param maxAgeSeconds `max-age`, [#ABSENT] when absent, 0 when it cannot be read
/// @param sharedMaxAgeSeconds `s-maxage`, [#ABSENT] when absent, 0 when it cannot be read
/// @param staleWhileRevalidateSeconds [#ABSENT] when absent or unreadable
/// @param staleIfErrorSeconds [#ABSENT] when absent or unreadable
/// @param maxStaleSeconds [#ABSENT] when absent or unreadable, [#ANY] without argument
/// @param minFreshSeconds [#ABSENT] when absent or unreadable
/// @param noCacheFields field names of the qualified `no-cache`, lower case
/// @param privateFields field names of the qualified `private`, lower case
public record CacheControl(
        int flags,
        long maxAgeSeconds,
        long sharedMaxAgeSeconds,
        long staleWhileRevalidateSeconds,
        long staleIfErrorSeconds,
        long maxStaleSeconds,
        long minFreshSeconds,
        List<String> noCacheFields,
        List<String> privateFields) {
    /// No such directive.
    public static final long ABSENT = -1;

    /// `max-stale` without argument: stale by any time.
    public static final long ANY = Long.MAX_VALUE;

    /// Flag: `no-store`.
    public static final int NO_STORE = 1;

    /// Flag: `no-cache` without fields.
    public static final int NO_CACHE = 1 << 1;

    /// Flag: `private` without fields.
    public static final int PRIVATE = 1 << 2;

    /// Flag: `public`.
    public static final int PUBLIC = 1 << 3;

    /// Flag: `must-revalidate`.
    public static final int MUST_REVALIDATE = 1 << 4;

    /// Flag: `proxy-revalidate`.
    public static final int PROXY_REVALIDATE = 1 << 5;

    /// Flag: `must-understand`.
    public static final int MUST_UNDERSTAND = 1 << 6;

    /// Flag: `no-transform`.
    public static final int NO_TRANSFORM = 1 << 7;

    /// Flag: `only-if-cached`.
    public static final int ONLY_IF_CACHED = 1 << 8;

    /// No directive at all.
    public static final CacheControl NONE = new DirectiveReader().result();

    /// Copies the lists.
    public CacheControl {
        noCacheFields = List.copyOf(noCacheFields);
        privateFields = List.copyOf(privateFields);
    }

    /// Reads `Cache-Control`, all lines of it.
    ///
    /// @param fields the fields of a request or a response
    /// @return [#NONE] when the field is absent
    public static CacheControl of(FieldView fields) {
        DirectiveReader reader = null;
        for (int i = 0; i < fields.size(); i++) {
            if (!fields.name(i).equalsIgnoreCase("Cache-Control")) continue;
            if (reader == null) reader = new DirectiveReader();
            reader.readList(fields.value(i)); // line by line: a broken quote ends with its line
        }
        return reader == null ? NONE : reader.result();
    }

    /// Reads the value of a targeted field such as `CDN-Cache-Control` (RFC 9213 §2.1).
    ///
    /// @param value the combined value, null for an absent field
    /// @return null when the field is absent, empty, no dictionary, or when a directive has a value
    ///   of a type that it cannot have: such a field is ignored as a whole (RFC 9213 §2.2)
    public static @Nullable CacheControl ofTargeted(@Nullable String value) {
        if (value == null) return null;
        Dictionary dictionary = Dictionary.parse(value);
        return dictionary == null || dictionary.members().isEmpty()
                ? null
                : new DirectiveReader().readTargeted(dictionary);
    }

    /// Reads `Surrogate-Control` of the Edge Architecture Specification 1.0: `no-store`, and
    /// `max-age=fresh+stale` whose second number is how long the response may be served stale.
    ///
    /// @param value the combined value, null for an absent field
    /// @return null when the field is absent or says nothing about storing
    public static @Nullable CacheControl ofSurrogate(@Nullable String value) {
        return value == null ? null : new DirectiveReader().readSurrogate(value);
    }

    /// Whether all flags of a set are there.
    ///
    /// @param wanted flags, or-ed
    /// @return true when each is there
    public boolean has(int wanted) {
        return (flags & wanted) == wanted;
    }

    /// Whether one flag of a set is there.
    ///
    /// @param wanted flags, or-ed
    /// @return true when at least one is there
    public boolean hasAny(int wanted) {
        return (flags & wanted) != 0;
    }
}
