package io.breakwater.admin.pages;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What stands in the inputs of one field, by the input's part; the part of a field with one input
/// is the empty text.
///
/// @param values all values per part, without trailing line ends
record Typed(Map<String, List<String>> values) {
    /// Copies the map.
    Typed {
        Map<String, List<String>> copy = new LinkedHashMap<>();
        values.forEach((part, texts) -> copy.put(part, List.copyOf(texts)));
        values = copy;
    }

    /// One input with one value.
    static Typed of(String value) {
        return new Typed(Map.of("", List.of(value)));
    }

    /// Several values of one input.
    static Typed of(List<String> texts) {
        return new Typed(Map.of("", texts));
    }

    /// What a form sent for a field.
    static Typed sent(Call call, String key) {
        Map<String, List<String>> values = new LinkedHashMap<>();
        for (String name : call.request().getParameterMap().keySet()) {
            if (name.equals(key)) values.put("", stripped(call.texts(name)));
            else if (name.startsWith(key + "/"))
                values.put(name.substring(key.length() + 1), stripped(call.texts(name)));
        }
        return new Typed(values);
    }

    /// The first value of a part.
    String text(String part) {
        List<String> all = values.getOrDefault(part, List.of());
        return all.isEmpty() ? "" : all.getFirst();
    }

    /// The lines of all values of a part, without empty ones.
    List<String> lines(String part) {
        List<String> lines = new ArrayList<>();
        for (String value : values.getOrDefault(part, List.of()))
            for (String line : value.lines().toList()) if (!line.isBlank()) lines.add(line.strip());
        return lines;
    }

    /// Whether nothing is typed in any part.
    boolean isBlank() {
        return values.values().stream().flatMap(List::stream).allMatch(String::isBlank);
    }

    /// The same texts, whatever empty parts there are.
    boolean sameAs(Typed other) {
        return filled().equals(other.filled());
    }

    private Map<String, List<String>> filled() {
        Map<String, List<String>> filled = new LinkedHashMap<>();
        values.forEach((part, texts) -> {
            // White space at the end of a text does not come back from a form.
            List<String> kept =
                    texts.stream()
                            .map(String::stripTrailing)
                            .filter(text -> !text.isEmpty())
                            .toList();
            if (!kept.isEmpty()) filled.put(part, kept);
        });
        return filled;
    }

    private static List<String> stripped(List<String> texts) {
        return texts.stream().map(String::stripTrailing).toList();
    }
}
