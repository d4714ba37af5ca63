package io.breakwater.config;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The setting table: every key of every kind, declared once. Reading, validation, forms, exported
/// defaults and docs/CONFIG.md come from it.
///
/// A setting of type [Setting.Type#TABLE] may have parts, which are settings with dotted keys
/// (`redirect.to`); without parts it is a table with free keys. When its default is a text, a text
/// may be written in place of the table, which then stands for its first part (`access-log`,
/// `forwarded`).
public final class Settings {
    private static final Map<Kind, Map<String, Setting>> ALL = new EnumMap<>(Kind.class);
    private static final Map<Kind, List<Setting>> TOP = new EnumMap<>(Kind.class);

    static {
        for (Kind kind : Kind.values()) {
            Map<String, Setting> byKey = new LinkedHashMap<>();
            for (Setting setting : table(kind)) byKey.put(setting.key(), setting);
            ALL.put(kind, byKey);
            TOP.put(
                    kind,
                    byKey.values().stream()
                            .filter(setting -> setting.key().indexOf('.') < 0)
                            .toList());
        }
    }

    private Settings() {}

    /// The settings of a kind, without the parts of tables.
    ///
    /// @param kind the kind
    /// @return in the order of forms and exported documents
    public static List<Setting> of(Kind kind) {
        List<Setting> found = TOP.get(kind);
        return found == null ? List.of() : found;
    }

    /// Finds a setting or a part of one.
    ///
    /// @param kind the kind
    /// @param key the dotted key, such as `respond` or `respond.status`
    /// @return the setting, or null when there is none
    public static @Nullable Setting find(Kind kind, String key) {
        Map<String, Setting> byKey = ALL.get(kind);
        return byKey == null ? null : byKey.get(key);
    }

    /// The parts of a table, or of one entry of a list of tables.
    ///
    /// @param kind the kind
    /// @param key the dotted key of the table, such as `respond` or `nodes`
    /// @return in order; empty when its keys are free or it is no table
    public static List<Setting> partsOf(Kind kind, String key) {
        String prefix = key + ".";
        return ALL.getOrDefault(kind, Map.of()).values().stream()
                .filter(setting ->
                        setting.key().startsWith(prefix)
                                && setting.key().indexOf('.', prefix.length()) < 0)
                .toList();
    }

    private static List<Setting> table(Kind kind) {
        return switch (kind) {
            case SERVER -> ServerSettings.table();
            case LOCATION -> LocationSettings.table();
            case UPSTREAM -> UpstreamSettings.table();
            case CERTIFICATE -> CertificateSettings.table();
            case CACHE_POLICY -> CachePolicySettings.table();
            case ERROR_PAGE -> PolicySettings.errorPage();
            case LOG_FORMAT -> PolicySettings.logFormat();
        };
    }
}
