package io.breakwater.admin.pages;

import java.util.List;

/// One input of a field.
///
/// @param part which part of the field it edits, empty for the only one
/// @param label shown above the input, empty for none
/// @param control how it is drawn
/// @param rows height of a text area
/// @param hint greyed text in an empty input
/// @param options words to choose from, or to offer
record Slot(
        String part, String label, Control control, int rows, String hint, List<Option> options) {

    /// A one-line input.
    static Slot line(String part, String label, String hint) {
        return new Slot(part, label, Control.LINE, 1, hint, List.of());
    }

    /// A text area.
    static Slot area(String part, String label, int rows, String hint) {
        return new Slot(part, label, Control.AREA, rows, hint, List.of());
    }

    /// A list to choose one of.
    static Slot select(String part, String label, List<Option> options) {
        return new Slot(part, label, Control.SELECT, 1, "", options);
    }

    /// Boxes to tick.
    static Slot boxes(List<Option> options) {
        return new Slot("", "", Control.BOXES, 1, "", options);
    }

    /// How an input is drawn.
    enum Control {
        /// One line of text, with offers when there are options.
        LINE,
        /// Several lines.
        AREA,
        /// A drop-down list.
        SELECT,
        /// One box to tick.
        TICK,
        /// Several boxes.
        BOXES
    }

    /// A word to choose.
    ///
    /// @param value what is stored
    /// @param label what is shown
    record Option(String value, String label) {
        static Option of(String value) {
            return new Option(value, value);
        }
    }
}
