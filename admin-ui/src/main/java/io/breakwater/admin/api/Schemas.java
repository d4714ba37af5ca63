package io.breakwater.admin.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.breakwater.admin.NodeChanges;
import io.breakwater.config.Kind;
import io.breakwater.config.Setting;
import io.breakwater.config.Settings;
import io.breakwater.control.AcmeView;
import io.breakwater.control.CacheEntries;
import io.breakwater.control.CachePurge;
import io.breakwater.control.CacheTop;
import io.breakwater.control.CacheView;
import io.breakwater.control.CertificateView;
import io.breakwater.control.DiscoveryView;
import io.breakwater.control.LiveSample;
import io.breakwater.control.MirrorView;
import io.breakwater.control.NodeView;
import io.breakwater.control.RouteView;
import io.breakwater.control.StatusView;
import io.breakwater.control.UpstreamEvent;
import io.breakwater.control.UpstreamView;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Map;

/// The OpenAPI document's schemas: objects from the setting table, views from their records, the
/// few others by hand.
final class Schemas {
    private static final String NAME_PATTERN = "^[a-z0-9][a-z0-9._-]*$";

    private Schemas() {}

    static String ref(String name) {
        return "#/components/schemas/" + name;
    }

    static ObjectNode all() {
        ObjectNode schemas = Json.object();
        ObjectNode document = table("Objects per kind, by name.");
        ObjectNode kinds = document.putObject("properties");
        for (Kind kind : Kind.values()) {
            String name = ObjectsResource.schemaOf(kind);
            schemas.set(name, object(kind));
            schemas.set(name + "-list", list(ref(name), true));
            kinds.putObject(kind.key())
                    .put("type", "object")
                    .putObject("additionalProperties")
                    .put("$ref", ref(name));
        }
        schemas.set("document", document);
        views(schemas);
        changes(schemas);
        accounts(schemas);
        schemas.set("problem", problem());
        schemas.putObject("anything");
        return schemas;
    }

    private static void views(ObjectNode schemas) {
        schemas.set("status", record(StatusView.class));
        schemas.set("node", record(NodeView.class));
        schemas.set("node-list", list(ref("node"), false));
        schemas.set("discovery", record(DiscoveryView.class));
        schemas.set("discovery-list", list(ref("discovery"), false));
        schemas.set("live-upstream", record(UpstreamView.class));
        schemas.set("live-upstream-list", list(ref("live-upstream"), false));
        schemas.set("upstream-event", record(UpstreamEvent.class));
        schemas.set("upstream-event-list", list(ref("upstream-event"), false));
        schemas.set("node-weight", required(fields("weight", "integer")));
        ObjectNode change = fields("state", "string", "weight", "integer");
        choices(
                change.withObjectProperty("properties").withObjectProperty("state"),
                NodeChanges.STATES.stream().sorted().toList());
        array(change, "addresses").put("type", "string");
        change.putArray("required").add("addresses");
        schemas.set("node-change", change);
        schemas.set("live-certificate", record(CertificateView.class));
        schemas.set("live-certificate-list", list(ref("live-certificate"), false));
        schemas.set("mirror", record(MirrorView.class));
        schemas.set("mirror-list", list(ref("mirror"), false));
        schemas.set("acme", record(AcmeView.class));
        ObjectNode certificate = fields("days", "integer", "key-type", "string");
        array(certificate, "domains").put("type", "string");
        certificate.putArray("required").add("domains");
        schemas.set("new-certificate", certificate);
        schemas.set("cache-stats", record(CacheView.class));
        schemas.set("cache-top", record(CacheTop.class));
        schemas.set("cache-entries", record(CacheEntries.class));
        schemas.set(
                "cache-purge",
                fields(
                        "url", "string", "prefix", "string", "tag", "string", "host", "string",
                        "all", "boolean", "soft", "boolean", "dry-run", "boolean", "wait",
                        "boolean"));
        schemas.set("cache-purged", record(CachePurge.Done.class));
        schemas.set("route-answer", record(RouteView.class));
        schemas.set("sample", record(LiveSample.class));
    }

    private static void changes(ObjectNode schemas) {
        ObjectNode field = fields("key", "string");
        field.withObjectProperty("properties")
                .putObject("before")
                .put("description", "null when it was absent");
        field.withObjectProperty("properties")
                .putObject("after")
                .put("description", "null when it is absent");
        ObjectNode difference = fields("object", "string", "action", "string");
        array(difference, "fields").setAll(field);
        schemas.set("difference", difference);

        ObjectNode applied =
                fields("changed", "boolean", "revision", "integer", "millis", "integer");
        array(applied, "differences").put("$ref", ref("difference"));
        schemas.set("applied", applied);
        ObjectNode error = fields("object", "string", "key", "string", "expected", "string");
        error.withObjectProperty("properties")
                .putObject("value")
                .putArray("type")
                .add("string")
                .add("null");
        schemas.set("error", error);
        ObjectNode plan = fields("valid", "boolean");
        array(plan, "errors").put("$ref", ref("error"));
        array(plan, "differences").put("$ref", ref("difference"));
        schemas.set("plan", plan);
        ArrayNode either = schemas.putObject("applied-or-plan").putArray("oneOf");
        either.addObject().put("$ref", ref("applied"));
        either.addObject().put("$ref", ref("plan"));

        ObjectNode head =
                fields(
                        "number", "integer", "author", "string", "comment", "string", "created",
                        "string");
        schemas.set("revision-head", head);
        schemas.set("revision-list", list(ref("revision-head"), true));
        ObjectNode revision = head.deepCopy();
        revision.withObjectProperty("properties")
                .putObject("document")
                .put("$ref", ref("document"));
        schemas.set("revision", revision);
        ObjectNode diff = fields("from", "integer", "to", "integer");
        array(diff, "differences").put("$ref", ref("difference"));
        schemas.set("revision-diff", diff);
    }

    private static void accounts(ObjectNode schemas) {
        schemas.set("new-token", required(fields("name", "string")));
        schemas.set("made-token", fields("name", "string", "token", "string"));
        schemas.set("token", fields("name", "string", "author", "string", "created", "string"));
        schemas.set("token-list", list(ref("token"), false));
        ObjectNode password = fields("user", "string", "password", "string", "current", "string");
        password.putArray("required").add("password");
        schemas.set("new-password", password);
    }

    private static ObjectNode problem() {
        ObjectNode problem =
                fields(
                        "type", "string", "title", "string", "status", "integer", "detail",
                        "string");
        array(problem, "errors").put("$ref", ref("error"));
        ObjectNode properties = problem.withObjectProperty("properties");
        properties
                .putObject("revision")
                .put("type", "integer")
                .put("description", "With 412: the one in force.");
        properties
                .putObject("etag")
                .put("type", "string")
                .put("description", "With 412: the object's tag now.");
        properties
                .putObject("current")
                .put("type", "object")
                .put("description", "With 412: the object as it is.");
        properties
                .putObject("sent")
                .put("type", "object")
                .put("description", "With 412: the object as sent.");
        return problem;
    }

    /// One kind's object, from the setting table.
    private static ObjectNode object(Kind kind) {
        ObjectNode schema = table("A " + kind.label() + ".");
        schema.putObject("properties")
                .putObject("name")
                .put("type", "string")
                .put("pattern", NAME_PATTERN)
                .put("description", "As in the path; may be left out in writes.");
        parts(schema, Settings.of(kind));
        // Keys of later versions are taken, as long as they say what this version does anyway.
        schema.remove("additionalProperties");
        return schema;
    }

    /// Puts settings into a table, each under the last part of its dotted key.
    private static void parts(ObjectNode table, List<Setting> settings) {
        ObjectNode properties = table.withObjectProperty("properties");
        ArrayNode required = Json.object().arrayNode();
        for (Setting setting : settings) {
            String name = setting.key().substring(setting.key().lastIndexOf('.') + 1);
            properties.set(name, value(setting));
            if (setting.required()) {
                required.add(name);
            }
        }
        if (!required.isEmpty()) {
            table.set("required", required);
        }
        table.put("additionalProperties", false);
    }

    private static ObjectNode value(Setting setting) {
        ObjectNode schema = Json.object();
        switch (setting.type()) {
            case TEXT, LONG_TEXT, SECRET -> schema.put("type", "string");
            case DURATION ->
                    schema.put("type", "string")
                            .putArray("examples")
                            .add("500ms")
                            .add("10s")
                            .add("5m");
            case SIZE -> schema.putArray("type").add("string").add("integer");
            case FLAG -> schema.put("type", "boolean");
            case INTEGER -> bounds(schema.put("type", "integer"), setting);
            case DECIMAL -> bounds(schema.put("type", "number"), setting);
            case CHOICE -> choices(schema.put("type", "string"), setting.choices());
            case TEXT_LIST -> items(schema).put("type", "string");
            case CHOICE_LIST -> choices(items(schema).put("type", "string"), setting.choices());
            case NODE_LIST -> textOrTable(items(schema), setting);
            case TABLE -> table(schema, setting);
        }
        schema.put("description", setting.description());
        JsonNode otherwise = setting.defaultValue();
        if (otherwise != null) {
            schema.set("default", otherwise);
        }
        return schema;
    }

    private static ObjectNode items(ObjectNode list) {
        return list.put("type", "array").putObject("items");
    }

    private static void textOrTable(ObjectNode schema, Setting setting) {
        ArrayNode either = schema.putArray("anyOf");
        either.addObject().put("type", "string");
        parts(
                either.addObject().put("type", "object"),
                Settings.partsOf(setting.kind(), setting.key()));
    }

    /// A table with parts, one with free keys, or one that a text may stand for.
    private static void table(ObjectNode schema, Setting setting) {
        List<Setting> parts = Settings.partsOf(setting.kind(), setting.key());
        JsonNode otherwise = setting.defaultValue();
        if (otherwise != null && otherwise.isTextual()) {
            textOrTable(schema, setting);
        } else {
            schema.put("type", "object");
            if (!parts.isEmpty()) {
                parts(schema, parts);
            }
        }
    }

    private static void bounds(ObjectNode schema, Setting setting) {
        bound(schema, "minimum", setting.min() == null ? "" : setting.min());
        bound(schema, "maximum", setting.max() == null ? "" : setting.max());
    }

    private static void bound(ObjectNode schema, String key, String value) {
        if (value.matches("-?[0-9]{1,18}")) {
            schema.put(key, Long.parseLong(value));
        }
    }

    private static void choices(ObjectNode schema, List<String> choices) {
        if (!choices.isEmpty()) {
            choices.forEach(schema.putArray("enum")::add);
        }
    }

    /// A view record, with keys as [Json] writes them.
    private static ObjectNode record(Class<? extends Record> type) {
        ObjectNode schema = table("");
        schema.remove("description");
        ObjectNode properties = schema.putObject("properties");
        for (RecordComponent component : type.getRecordComponents()) {
            properties.set(Json.key(component.getName()), type(component.getGenericType()));
        }
        return schema;
    }

    private static ObjectNode type(Type type) {
        ObjectNode schema = Json.object();
        if (type instanceof ParameterizedType generic) {
            Type[] arguments = generic.getActualTypeArguments();
            if (generic.getRawType() == Map.class) {
                schema.put("type", "object").set("additionalProperties", type(arguments[1]));
            } else {
                schema.put("type", "array").set("items", type(arguments[0]));
            }
        } else if (type instanceof Class<?> plain) {
            if (plain.isRecord()) {
                return record(plain.asSubclass(Record.class));
            }
            if (plain.isArray()) {
                schema.put("type", "array").set("items", type(plain.componentType()));
            } else if (plain == boolean.class) {
                schema.put("type", "boolean");
            } else if (plain.isPrimitive()) {
                schema.put("type", plain == double.class ? "number" : "integer");
            } else {
                schema.putArray("type").add("string").add("null");
            }
        }
        return schema;
    }

    private static ObjectNode list(String items, boolean withRevision) {
        ObjectNode list = withRevision ? fields("revision", "integer") : fields();
        array(list, "items").put("$ref", items);
        return list;
    }

    private static ObjectNode table(String description) {
        return Json.object().put("type", "object").put("description", description);
    }

    /// A table of plain fields: name, type, name, type.
    private static ObjectNode fields(String... namesAndTypes) {
        ObjectNode schema = Json.object().put("type", "object");
        ObjectNode properties = schema.putObject("properties");
        for (int i = 0; i < namesAndTypes.length; i += 2) {
            properties.putObject(namesAndTypes[i]).put("type", namesAndTypes[i + 1]);
        }
        return schema;
    }

    private static ObjectNode required(ObjectNode schema) {
        ArrayNode required = schema.putArray("required");
        schema.withObjectProperty("properties").fieldNames().forEachRemaining(required::add);
        return schema;
    }

    /// Adds a list and gives the schema of its items.
    private static ObjectNode array(ObjectNode schema, String key) {
        return schema.withObjectProperty("properties")
                .putObject(key)
                .put("type", "array")
                .putObject("items");
    }
}
