package io.breakwater.config;

import static io.breakwater.config.Setting.Type.CHOICE;
import static io.breakwater.config.Setting.Type.DECIMAL;
import static io.breakwater.config.Setting.Type.INTEGER;
import static io.breakwater.config.Setting.Type.LONG_TEXT;
import static io.breakwater.config.Setting.Type.TABLE;
import static io.breakwater.config.Setting.Type.TEXT;
import static io.breakwater.config.Setting.Type.TEXT_LIST;
import static io.breakwater.config.SettingList.choices;
import static io.breakwater.config.SettingList.def;
import static io.breakwater.config.SettingList.emptyTable;
import static io.breakwater.config.SettingList.list;
import static io.breakwater.config.SettingList.max;
import static io.breakwater.config.SettingList.min;
import static io.breakwater.config.SettingList.required;

import java.util.List;

/// The settings of what servers refer to: error pages, log formats.
final class PolicySettings {
    private PolicySettings() {}

    static List<Setting> errorPage() {
        return new SettingList(Kind.ERROR_PAGE)
                .section("Templates")
                .add(
                        "html",
                        LONG_TEXT,
                        "HTML template for every status; the built-in page when absent.",
                        "\"<h1>{{status}} {{reason}}</h1>\"")
                .add(
                        "json",
                        LONG_TEXT,
                        "JSON template for every status; the built-in one when absent.",
                        "'{\"error\": \"{{reason}}\"}'")
                .add(
                        "status",
                        TABLE,
                        "Templates by status (`404`) or class (`4xx`, `5xx`), each a table of"
                                + " `html` and `json`. A status wins over its class, and both over"
                                + " the general templates.",
                        "{ \"404\" = { html = \"<h1>Not here</h1>\" } }",
                        emptyTable())
                .done();
    }

    static List<Setting> logFormat() {
        return new SettingList(Kind.LOG_FORMAT)
                .section("Lines")
                .add(
                        "format",
                        LONG_TEXT,
                        "Template with tags in braces, or a built-in format: tiny, short, common,"
                                + " combined, json.",
                        "\"{client-ip} {method} {uri} {status} {latency}\"",
                        required())
                .add(
                        "sample",
                        DECIMAL,
                        "Share of the lines that is written.",
                        "0.1",
                        def(1.0),
                        min("0"),
                        max("1"))
                .add(
                        "only",
                        TEXT_LIST,
                        "Writes only these status classes (`4xx`) and only requests that took at"
                                + " least a time (`slow:1s`); everything when empty.",
                        "[\"4xx\", \"5xx\", \"slow:1s\"]",
                        list())
                .section("Files")
                .add(
                        "file",
                        TEXT,
                        "File name inside the log folder; `<server>.access.log` when absent.",
                        "\"slow.log\"")
                .add(
                        "rotate",
                        TEXT,
                        "When a new file is begun: never, daily, hourly, or at a size such as"
                                + " `100mb`.",
                        "\"100mb\"",
                        def("daily"))
                .add(
                        "keep",
                        INTEGER,
                        "Rotated files that are kept; 0 for all.",
                        "30",
                        def(14),
                        min("0"))
                .add(
                        "compress",
                        CHOICE,
                        "How rotated files are compressed.",
                        "\"off\"",
                        def("gzip"),
                        choices("gzip", "off"))
                .done();
    }
}
