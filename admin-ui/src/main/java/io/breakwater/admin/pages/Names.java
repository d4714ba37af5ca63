package io.breakwater.admin.pages;

import io.breakwater.config.Document;
import io.breakwater.config.Kind;
import java.util.ArrayList;
import java.util.List;

/// The names that forms offer.
///
/// @param document the configuration they come from
record Names(Document document) {
    /// Access-log formats that exist without an object.
    static final List<String> PREDEFINED_FORMATS =
            List.of("tiny", "short", "common", "combined", "json");

    private static final int BOXES_AT_MOST = 60;

    /// The objects of a kind as options.
    List<Slot.Option> of(Kind kind) {
        return document.of(kind).keySet().stream().map(Slot.Option::of).toList();
    }

    /// Whether there are few enough to tick.
    boolean few(Kind kind) {
        return document.of(kind).size() <= BOXES_AT_MOST;
    }

    /// Log formats: own ones, then predefined ones.
    List<Slot.Option> formats() {
        List<Slot.Option> options = new ArrayList<>(of(Kind.LOG_FORMAT));
        PREDEFINED_FORMATS.forEach(
                name -> options.add(new Slot.Option(name, name + " (built in)")));
        return options;
    }

    /// Options for a drop-down list: an entry for "not set", the given ones, and a present value
    /// that is none of them.
    static List<Slot.Option> selectable(String unset, List<Slot.Option> options, String present) {
        List<Slot.Option> all = new ArrayList<>();
        all.add(new Slot.Option("", unset));
        all.addAll(options);
        if (!present.isEmpty() && options.stream().noneMatch(one -> one.value().equals(present)))
            all.add(new Slot.Option(present, present + " (unknown)"));
        return all;
    }
}
