package io.breakwater.admin.pages;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.breakwater.config.Document;
import io.breakwater.config.Kind;
import io.breakwater.config.Setting;
import io.breakwater.config.Settings;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/// Which object names which.
///
/// @param document the configuration
record References(Document document) {

    /// The objects that name this one, without repetition.
    List<Ref> usersOf(Kind kind, String name) {
        List<Ref> users = new ArrayList<>();
        for (Kind from : Kind.values()) {
            List<Setting> settings = naming(from, kind);
            if (settings.isEmpty()) continue;
            for (Map.Entry<String, ObjectNode> object : document.of(from).entrySet())
                if (settings.stream().anyMatch(setting -> names(object.getValue(), setting, name)))
                    users.add(new Ref(from, object.getKey(), true));
        }
        return users;
    }

    /// The objects of one kind that an object names, with those that do not exist.
    List<Ref> named(ObjectNode body, Kind from, Kind to) {
        Set<String> names = new LinkedHashSet<>();
        for (Setting setting : naming(from, to)) names.addAll(values(body, setting));
        return names.stream()
                .filter(name -> to != Kind.LOG_FORMAT || isObject(name))
                .map(name -> new Ref(to, name, document.get(to, name) != null))
                .toList();
    }

    /// The upstreams that answer for a location: one, or those of a split.
    List<Ref> answering(ObjectNode location) {
        return Stream.of("upstream", "split.upstream")
                .map(key -> Settings.find(Kind.LOCATION, key))
                .filter(Objects::nonNull)
                .flatMap(setting -> values(location, setting).stream())
                .map(name ->
                        new Ref(Kind.UPSTREAM, name, document.get(Kind.UPSTREAM, name) != null))
                .toList();
    }

    private boolean isObject(String format) {
        return !Names.PREDEFINED_FORMATS.contains(format) && !format.equals("off");
    }

    private static List<Setting> naming(Kind from, Kind to) {
        return Settings.of(from).stream()
                .flatMap(setting ->
                        Stream.concat(
                                Stream.of(setting), Settings.partsOf(from, setting.key()).stream()))
                .filter(setting -> setting.reference() == to)
                .toList();
    }

    private static boolean names(ObjectNode body, Setting setting, String name) {
        return values(body, setting).contains(name);
    }

    private static List<String> values(ObjectNode body, Setting setting) {
        int dot = setting.key().indexOf('.');
        if (dot > 0 && body.get(setting.key().substring(0, dot)) instanceof ArrayNode list) {
            String part = setting.key().substring(dot + 1);
            List<String> names = new ArrayList<>();
            // A text stands for the first part of an entry, which is the name.
            for (JsonNode entry : list)
                names.addAll(PlainCodecs.items(entry.isObject() ? entry.get(part) : entry));
            return names;
        }
        JsonNode value = Keys.get(body, setting.key());
        // A table that stands for a name, such as access-log, carries it in its format.
        if (value instanceof ObjectNode table) value = table.get("format");
        return PlainCodecs.items(value);
    }

    /// An object by name.
    ///
    /// @param kind its kind
    /// @param name its name
    /// @param exists whether there is one
    record Ref(Kind kind, String name, boolean exists) {
        /// Its page.
        public String href() {
            return exists ? "/" + kind.key() + "/" + name : "/new/" + kind.key() + "?name=" + name;
        }

        /// What it is, for people.
        public String label() {
            return kind.label() + " " + name;
        }
    }
}
