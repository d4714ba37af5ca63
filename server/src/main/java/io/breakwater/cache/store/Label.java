package io.breakwater.cache.store;

import java.nio.charset.StandardCharsets;
import java.util.List;

/// What an object is known by, to look it up and to purge it.
///
/// @param key what it is found by; variants of one URL have different keys
/// @param url the text that URL and prefix purges compare, the same for all variants; at most
///   [#MAX_URL_BYTES] bytes of UTF-8
/// @param host what host purges compare
/// @param tags what tag purges compare, at most [#MAX_TAGS]
public record Label(Key key, String url, String host, List<String> tags) {
    /// The longest URL, in bytes.
    public static final int MAX_URL_BYTES = 64 * 1024;

    /// The most tags of an object.
    public static final int MAX_TAGS = 4096;

    /// Copies the list.
    ///
    /// @throws IllegalArgumentException when the URL is too long or there are too many tags
    public Label {
        tags = List.copyOf(tags);
        if (url.length() > MAX_URL_BYTES || utf8(url).length > MAX_URL_BYTES)
            throw new IllegalArgumentException(
                    "url: %d characters (expected: at most %d bytes)"
                            .formatted(url.length(), MAX_URL_BYTES));
        if (tags.size() > MAX_TAGS)
            throw new IllegalArgumentException(
                    "tags: %d (expected: at most %d)".formatted(tags.size(), MAX_TAGS));
    }

    byte[] urlBytes() {
        return utf8(url);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
