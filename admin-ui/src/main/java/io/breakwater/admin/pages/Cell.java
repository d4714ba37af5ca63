package io.breakwater.admin.pages;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One cell of a list.
///
/// @param style class names of the cell
/// @param parts what is in it
record Cell(String style, List<Part> parts) {
    private static final int PARTS_AT_MOST = 4;

    /// A plain text.
    static Cell text(String text) {
        return new Cell("", List.of(new Part(text, null, "")));
    }

    /// A muted dash or words for "nothing".
    static Cell none(String text) {
        return new Cell("", List.of(new Part(text, null, "muted")));
    }

    /// A dash; where there is little room it is left out with its heading.
    static Cell nothing() {
        return new Cell("nothing", List.of(new Part("–", null, "muted")));
    }

    /// A few words that stay on one line.
    static Cell brief(String text) {
        return new Cell("short", List.of(new Part(text, null, "")));
    }

    /// A technical text.
    static Cell code(String text) {
        return new Cell("mono", List.of(new Part(text, null, "")));
    }

    /// A number, aligned to the right.
    static Cell number(String text) {
        return new Cell("num", List.of(new Part(text, null, "")));
    }

    /// Technical texts below each other.
    static Cell codes(List<String> texts, String none) {
        if (texts.isEmpty()) return none(none);
        List<Part> parts = new ArrayList<>();
        for (String text : texts.subList(0, Math.min(PARTS_AT_MOST, texts.size())))
            parts.add(new Part(text, null, "line"));
        if (texts.size() > PARTS_AT_MOST) parts.add(more(texts.size()));
        return new Cell("mono", parts);
    }

    /// Links.
    static Cell links(List<References.Ref> refs, String none) {
        if (refs.isEmpty()) return none(none);
        List<Part> parts = new ArrayList<>();
        for (References.Ref ref : refs.subList(0, Math.min(PARTS_AT_MOST, refs.size())))
            parts.add(new Part(ref.name(), ref.href(), ref.exists() ? "" : "missing"));
        if (refs.size() > PARTS_AT_MOST) parts.add(more(refs.size()));
        return new Cell("", parts);
    }

    /// A text that needs attention.
    static Cell warning(String text) {
        return new Cell("", List.of(new Part(text, null, "warn")));
    }

    private static Part more(int size) {
        return new Part("+" + (size - PARTS_AT_MOST) + " more", null, "muted");
    }

    /// A piece of a cell.
    ///
    /// @param text what is shown
    /// @param href where it leads, null for nowhere
    /// @param style class names
    record Part(String text, @Nullable String href, String style) {}
}
