package io.breakwater.boot;

import com.fasterxml.jackson.databind.JsonNode;
import io.breakwater.config.CacheSettings;
import io.breakwater.config.Sizes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Reads where the cache keeps what it stores: as a list of tables in the settings file, or as one
/// text, which the environment can give, too.
final class CacheFiles {
    private static final int LEAST_BYTES = 1 << 20;

    private CacheFiles() {}

    /// Told of what is wrong.
    interface Problems {
        /// Notes a problem.
        void add(ProcessKey key, String value, String expected);
    }

    /// A list of tables as one text: `PATH SIZE, PATH SIZE`.
    ///
    /// @param list `[{ path = "…", size = "…" }, …]`; what is none of that stays as it is, to be
    ///   refused
    /// @return the text
    static String text(JsonNode list) {
        List<String> entries = new ArrayList<>();
        for (JsonNode entry : list) {
            JsonNode path = entry.get("path");
            JsonNode size = entry.get("size");
            boolean known = path != null && size != null && entry.size() == 2;
            entries.add(known ? path.asText() + " " + size.asText() : entry.toString());
        }
        return String.join(", ", entries);
    }

    /// Reads the settings.
    ///
    /// @param home where relative paths begin
    /// @param journal where purges are noted
    /// @param files the text, `off` or empty for no cache
    /// @param memory the memory for what is hot
    /// @param block the size of a block
    /// @param problems told of what is wrong
    /// @return the settings
    static CacheSettings read(
            Path home, Path journal, String files, String memory, String block, Problems problems) {
        List<CacheSettings.BlockFile> read = new ArrayList<>();
        if (!files.isEmpty() && !files.equals("off")) {
            for (String entry : files.split(",", -1)) {
                String one = entry.strip();
                int blank = one.lastIndexOf(' ');
                long bytes = blank < 0 ? -1 : bytes(one.substring(blank + 1));
                if (bytes < LEAST_BYTES) {
                    problems.add(
                            ProcessKey.CACHE_FILES,
                            one,
                            "{ path = \"data/cache/blocks\", size = \"4gb\" }, with at least 1mb");
                    continue;
                }
                Path path = home.resolve(one.substring(0, blank).strip()).normalize();
                read.add(new CacheSettings.BlockFile(path, bytes));
            }
        }
        long hot = bytes(memory);
        if (hot < 0) problems.add(ProcessKey.CACHE_MEMORY, memory, "a size such as 256mb");
        long bytes = bytes(block);
        if (bytes < 4096 || bytes > 1 << 20 || Long.bitCount(bytes) != 1) {
            problems.add(ProcessKey.CACHE_BLOCK_SIZE, block, "a power of two, 4kb to 1mb");
            return CacheSettings.NONE;
        }
        return new CacheSettings(read, journal, Math.max(0, hot), (int) bytes);
    }

    private static long bytes(String text) {
        try {
            return Sizes.parse(text);
        } catch (IllegalArgumentException e) {
            return -1; // the caller says what is expected
        }
    }
}
