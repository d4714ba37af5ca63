package io.breakwater.admin.pages;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.breakwater.config.Kind;
import io.breakwater.config.Problem;
import io.breakwater.config.Setting;
import io.breakwater.config.Settings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The form of one kind of object, made from the setting table: object to inputs, inputs to object.
///
/// @param kind the kind
/// @param names what inputs offer
record Form(Kind kind, Names names) {
    /// The sections of a stored object.
    List<Section> show(ObjectNode body, List<Problem> problems) {
        Map<String, Typed> typed = new LinkedHashMap<>();
        for (Setting setting : Settings.of(kind))
            typed.put(setting.key(), codec(setting).show(setting, Keys.get(body, setting.key())));
        return sections(typed, problems);
    }

    /// The sections with what was typed.
    List<Section> showTyped(Call call, List<Problem> problems) {
        Map<String, Typed> typed = new LinkedHashMap<>();
        for (Setting setting : Settings.of(kind))
            typed.put(setting.key(), Typed.sent(call, setting.key()));
        return sections(typed, problems);
    }

    /// The object that was typed. A field that still shows what it showed keeps its stored value as
    /// it is, and keys without a field stay.
    ///
    /// @param call the sent form
    /// @param base the object that the form started from
    /// @param problems gets what cannot be stored at all
    ObjectNode read(Call call, ObjectNode base, List<Problem> problems) {
        ObjectNode body = base.deepCopy();
        for (Setting setting : Settings.of(kind)) {
            Codec codec = codec(setting);
            JsonNode before = Keys.get(base, setting.key());
            Typed typed = Typed.sent(call, setting.key());
            if (typed.sameAs(codec.show(setting, before))) continue;
            try {
                Keys.set(body, setting.key(), codec.read(setting, typed, before));
            } catch (Unreadable e) {
                problems.add(new Problem("", setting.key(), e.value(), e.expected()));
            }
        }
        return body;
    }

    /// Problems that no field of the form shows.
    ///
    /// @param object `<kind key>/<name>` of the form's object
    /// @param problems all problems
    List<Problem> general(String object, List<Problem> problems) {
        return problems.stream()
                .filter(problem -> !isOf(object, problem) || !hasField(problem.key()))
                .toList();
    }

    /// Problems of the form's own object, for its fields.
    static List<Problem> own(String object, List<Problem> problems) {
        return problems.stream().filter(problem -> isOf(object, problem)).toList();
    }

    private static boolean isOf(String object, Problem problem) {
        return problem.object().isEmpty() || problem.object().equals(object);
    }

    private boolean hasField(String problemKey) {
        return problemKey.equals("name")
                || Settings.of(kind).stream()
                        .anyMatch(setting -> Keys.within(problemKey, setting.key()));
    }

    private List<Section> sections(Map<String, Typed> typed, List<Problem> problems) {
        Map<String, List<Field>> bySection = new LinkedHashMap<>();
        for (Setting setting : Settings.of(kind)) {
            Typed texts = typed.getOrDefault(setting.key(), Typed.of(""));
            bySection
                    .computeIfAbsent(setting.section(), title -> new ArrayList<>())
                    .add(field(setting, texts, problems));
        }
        List<Section> sections = new ArrayList<>();
        bySection.forEach((title, fields) -> sections.add(new Section(title, fields)));
        return sections;
    }

    private Field field(Setting setting, Typed typed, List<Problem> problems) {
        List<Fault> faults =
                problems.stream()
                        .filter(problem -> Keys.within(problem.key(), setting.key()))
                        .map(problem -> Fault.of(setting.key(), problem))
                        .toList();
        List<Input> inputs =
                codec(setting).slots(setting, typed).stream()
                        .map(slot -> Input.of(setting.key(), slot, typed, faults))
                        .toList();
        boolean tick = inputs.getFirst().control() == Slot.Control.TICK;
        return new Field(
                setting.key(),
                "f-" + setting.key().replace('.', '-'),
                setting.required(),
                tick,
                Wording.plain(setting.description()),
                Wording.facts(setting),
                Wording.example(setting),
                inputs,
                faults);
    }

    private Codec codec(Setting setting) {
        Kind reference = setting.reference();
        if (setting.type() != Setting.Type.TABLE && reference != null)
            return PlainCodecs.reference(setting, reference, names);
        return switch (setting.type()) {
            case FLAG -> new PlainCodecs.Tick();
            case LONG_TEXT, SECRET -> new PlainCodecs.Area(setting.key().equals("html") ? 12 : 4);
            case CHOICE -> new PlainCodecs.Select(unset(setting), options(setting));
            case CHOICE_LIST -> new PlainCodecs.Boxes(options(setting));
            case TEXT_LIST -> new PlainCodecs.Lines(2);
            case NODE_LIST -> new TableCodecs.EntryLines();
            case TABLE -> table(setting);
            case TEXT, INTEGER, DECIMAL, DURATION, SIZE ->
                    new PlainCodecs.Line(setting.type(), List.of());
        };
    }

    private Codec table(Setting setting) {
        if (setting.key().endsWith("-headers")) return new TableCodecs.HeaderLines();
        if (kind == Kind.ERROR_PAGE && setting.key().equals("status"))
            return new TableCodecs.StatusTemplates();
        if (kind == Kind.CACHE_POLICY && setting.key().equals("ttl"))
            return new TableCodecs.StatusTimes();
        List<Setting> parts = Settings.partsOf(kind, setting.key());
        return parts.isEmpty() ? new PlainCodecs.Json() : new PartsCodec(parts, names);
    }

    private static String unset(Setting setting) {
        String usual = PlainCodecs.text(setting.defaultValue());
        return usual.isEmpty() ? "not set" : "default: " + usual;
    }

    private static List<Slot.Option> options(Setting setting) {
        return setting.choices().stream().map(Slot.Option::of).toList();
    }

    /// A group of fields under a heading.
    ///
    /// @param title the heading
    /// @param fields in order
    record Section(String title, List<Field> fields) {
        /// The heading as an element id.
        public String id() {
            return "s-" + title.toLowerCase(Locale.ROOT).replace(' ', '-');
        }

        /// Whether any field has an error.
        public boolean faulty() {
            return fields.stream().anyMatch(field -> !field.faults().isEmpty());
        }
    }

    /// One setting.
    ///
    /// @param key its key
    /// @param id element id
    /// @param required whether it must be set
    /// @param tick whether it is a single box to tick
    /// @param help what it means
    /// @param facts default, limits and unit in a few words
    /// @param example a value as it is typed here, empty for none
    /// @param inputs at least one
    /// @param faults what is wrong with it
    record Field(
            String key,
            String id,
            boolean required,
            boolean tick,
            String help,
            String facts,
            String example,
            List<Input> inputs,
            List<Fault> faults) {
        /// Where a link to the first input at fault leads.
        public String target() {
            return inputs.stream().filter(Input::faulty).findFirst().orElse(inputs.getFirst()).id();
        }
    }

    /// One thing that is wrong with a field.
    ///
    /// @param part which part of the field, empty for the field itself
    /// @param text what was found and what was expected
    record Fault(String part, String text) {
        private static final Pattern ITEM = Pattern.compile("\\[(\\d{1,6})]\\.?(.*)");

        static Fault of(String key, Problem problem) {
            String rest = problem.key().substring(key.length());
            Matcher item = ITEM.matcher(rest);
            String part = rest.startsWith(".") ? rest.substring(1) : rest;
            // Items of a list are typed one per line.
            if (item.matches())
                part = ("line " + (Integer.parseInt(item.group(1)) + 1) + " " + item.group(2));
            return new Fault(part.strip(), Wording.of(problem));
        }

        /// Whether an input may be the one at fault; one that edits a part is only for that part.
        private boolean isIn(Slot slot) {
            return slot.part().isEmpty()
                    || part.isEmpty()
                    || Keys.within(part, slot.part().replace('/', '.'));
        }
    }

    /// One input.
    ///
    /// @param name its form name
    /// @param id element id
    /// @param slot how it is drawn
    /// @param value the text in it
    /// @param values all ticked values
    /// @param faulty whether what is typed is at fault
    record Input(
            String name, String id, Slot slot, String value, List<String> values, boolean faulty) {
        static Input of(String key, Slot slot, Typed typed, List<Fault> faults) {
            String name = slot.part().isEmpty() ? key : key + "/" + slot.part();
            List<String> values = typed.lines(slot.part());
            String id = "f-" + name.replace('.', '-').replace('/', '-');
            boolean faulty = faults.stream().anyMatch(fault -> fault.isIn(slot));
            return new Input(name, id, slot, typed.text(slot.part()), values, faulty);
        }

        /// How it is drawn.
        public Slot.Control control() {
            return slot.control();
        }
    }

    /// The field with this key, for templates that place one by themselves.
    static @Nullable Field find(List<Section> sections, String key) {
        return sections.stream()
                .flatMap(section -> section.fields().stream())
                .filter(field -> field.key().equals(key))
                .findFirst()
                .orElse(null);
    }
}
