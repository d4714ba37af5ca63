package io.breakwater.config;

import static io.breakwater.config.Setting.Type.CHOICE;
import static io.breakwater.config.Setting.Type.INTEGER;
import static io.breakwater.config.Setting.Type.SIZE;
import static io.breakwater.config.Setting.Type.TABLE;
import static io.breakwater.config.Setting.Type.TEXT_LIST;
import static io.breakwater.config.SettingList.choices;
import static io.breakwater.config.SettingList.def;
import static io.breakwater.config.SettingList.list;
import static io.breakwater.config.SettingList.max;
import static io.breakwater.config.SettingList.min;

/// The settings of how responses are compressed, and their reading.
///
/// The levels end where 64 kB of a body would keep an I/O thread busy for much more than two
/// milliseconds, or a stream would take tens of megabytes.
final class CompressionSettings {
    /// What is worth it: text in all its forms, and fonts and images that are not compressed.
    private static final String[] TYPES = {
        "text/*",
        "*+json",
        "*+xml",
        "application/json",
        "application/x-ndjson",
        "application/xml",
        "application/javascript",
        "application/x-javascript",
        "application/wasm",
        "application/vnd.ms-fontobject",
        "font/otf",
        "font/ttf",
        "image/bmp",
        "image/vnd.microsoft.icon",
        "image/x-icon"
    };

    private CompressionSettings() {}

    static void ofLocation(SettingList list) {
        list.add(
                        "compression",
                        TABLE,
                        "Compresses responses for clients that take it (Accept-Encoding): `on`,"
                            + " `off`, or a table. With a cache each form is stored by itself."
                            + " Never compressed: what the node has compressed, `Cache-Control:"
                            + " no-transform`, event streams, gRPC, answers to requests with Range,"
                            + " and slices of a cache policy. Strong entity tags become weak, as"
                            + " the bytes are others.",
                        "{ encodings = [\"br\", \"gzip\"], min-length = \"2kb\" }",
                        def("off"),
                        choices("on", "off"))
                .add(
                        "compression.mode",
                        CHOICE,
                        "Whether it is done; `off` keeps the other keys for later.",
                        "\"off\"",
                        def("on"),
                        choices("on", "off"))
                .add(
                        "compression.encodings",
                        TEXT_LIST,
                        "What is offered: `zstd`, `br` and `gzip`, the best first. The order"
                                + " decides where a client takes several equally gladly.",
                        "[\"br\", \"gzip\"]",
                        list("zstd", "br", "gzip"))
                .add(
                        "compression.min-length",
                        SIZE,
                        "Shortest body that is compressed, as far as the node tells the length.",
                        "\"2kb\"",
                        def("1kb"),
                        min("0"))
                .add(
                        "compression.types",
                        TEXT_LIST,
                        "Media types that are compressed: `text/html`, `text/*`, `*+json` for a"
                                + " structured suffix, or `*` for all.",
                        "[\"text/*\", \"application/json\"]",
                        list(TYPES));
        levels(list);
    }

    private static void levels(SettingList list) {
        list.add(
                        "compression.gzip-level",
                        INTEGER,
                        "From fast to small.",
                        "1",
                        def(5),
                        min("1"),
                        max("9"))
                .add(
                        "compression.br-level",
                        INTEGER,
                        "From fast to small; higher ones are for files that are compressed once.",
                        "4",
                        def(5),
                        min("1"),
                        max("8"))
                .add(
                        "compression.zstd-level",
                        INTEGER,
                        "From fast to small.",
                        "1",
                        def(3),
                        min("1"),
                        max("10"));
    }
}
