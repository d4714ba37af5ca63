package io.breakwater.http;

import org.jspecify.annotations.Nullable;

/// Brings the path of a request into one form before any decision is taken on it (RFC 3986 §6.2.2),
/// and gives the upstream a path that means the same.
///
/// | in the path | matched as | sent upstream |
/// |---|---|---|
/// | `/./`, `/../`, also as `%2e`, also with `;params` | resolved | resolved |
/// | `//` | `/` | `/` |
/// | `/a;v=1/b` | `/a/b` | `/a;v=1/b` |
/// | `/;v=1/b` | `/b` | `/b` |
/// | `%7E`, `%41` (unreserved) | decoded | decoded |
/// | `%2f`, `%5c`, a backslash | `%2F`, `%5C` | `%2F`, `%5C` |
/// | `%25` | `%`, or `%25` where two hexadecimal digits follow | `%25` |
/// | other escapes | decoded as UTF-8 | as sent, hexadecimal digits in upper case |
/// | characters that no path may hold | as they are | percent-encoded |
///
/// An encoded slash is never a separator here, and `%25` before two digits stays encoded, so that
/// no two paths that differ upstream are matched as the same text with a slash in it.
///
/// Refused: `..` above the root, a dot segment beside an encoded slash (`..%2f`, which an upstream
/// that decodes would resolve), incomplete escapes, NUL and other control characters, bytes that
/// are not UTF-8, and anything that does not start with `/`.
public final class PathNormaliser {
    private PathNormaliser() {}

    /// A path in both forms.
    ///
    /// @param decoded what locations match, starts with `/`
    /// @param encoded what an upstream gets, starts with `/`
    public record Normalised(String decoded, String encoded) {}

    /// Normalises a path.
    ///
    /// @param rawPath the path as sent, without query; empty stands for `/`
    /// @return both forms, the argument itself where nothing had to be changed; null when the path
    ///   must be refused, see [#refusal]
    public static @Nullable Normalised of(String rawPath) {
        if (isNormal(rawPath)) {
            return new Normalised(rawPath, rawPath);
        }
        return rawPath.isEmpty() ? new Normalised("/", "/") : new PathRun(rawPath).normalise();
    }

    /// Why a path is refused, for the log.
    ///
    /// @param rawPath the path as sent
    /// @return the reason in words, null when [#of] accepts it
    public static @Nullable String refusal(String rawPath) {
        if (isNormal(rawPath) || rawPath.isEmpty()) {
            return null;
        }
        PathRun run = new PathRun(rawPath);
        return run.normalise() == null ? run.refusal() : null;
    }

    /// Whether a path holds a dot segment in any spelling, which [#of] resolves or refuses.
    ///
    /// @param rawPath the path
    /// @return true when one was seen
    public static boolean hasDotSegment(String rawPath) {
        if (isNormal(rawPath) || rawPath.isEmpty()) {
            return false;
        }
        PathRun run = new PathRun(rawPath);
        run.normalise();
        return run.sawDots();
    }

    /// Whether a path is its own normal form in both ways: plain characters only, no dot segment,
    /// no empty segment, no parameters. Allocates nothing.
    ///
    /// @param rawPath the path as sent
    /// @return true when [#of] gives the argument back
    public static boolean isNormal(String rawPath) {
        int length = rawPath.length();
        if (length == 0 || rawPath.charAt(0) != '/') {
            return false;
        }
        for (int i = 1; i < length; i++) {
            char c = rawPath.charAt(i);
            if (c == '/' || c == '.') {
                if (rawPath.charAt(i - 1) == '/' && (c == '/' || isDotSegment(rawPath, i))) {
                    return false;
                }
            } else if (!PathChars.isPlain(c)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isDotSegment(String path, int start) {
        int end = start + 1;
        if (end < path.length() && path.charAt(end) == '.') {
            end++;
        }
        return end == path.length() || path.charAt(end) == '/';
    }
}
