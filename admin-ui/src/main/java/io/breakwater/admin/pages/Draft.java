package io.breakwater.admin.pages;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.breakwater.config.Kind;

/// An object on its way from the form over the review to the apply. It travels in hidden fields, so
/// that nothing is kept between requests and several tabs do not disturb each other.
///
/// @param kind the kind
/// @param original the name of the object being edited, empty for a new one
/// @param name the name as typed
/// @param tag the tag of the object that the form started from, empty for a new one
/// @param base the fields that the form started from
/// @param body the fields as typed
/// @param comment why
record Draft(
        Kind kind,
        String original,
        String name,
        String tag,
        ObjectNode base,
        ObjectNode body,
        String comment) {

    /// What a review page sent.
    static Draft sent(Kind kind, Call call) {
        String original = call.text("_original");
        return new Draft(
                kind,
                original,
                original.isEmpty() ? call.text("name").strip() : original,
                call.text("_tag"),
                JsonText.object(call.text("_base")),
                JsonText.object(call.text("_body")),
                call.text("comment"));
    }

    /// The same with other fields.
    Draft with(ObjectNode other) {
        return new Draft(kind, original, name, tag, base, other, comment);
    }

    /// Whether it makes a new object.
    public boolean isNew() {
        return original.isEmpty();
    }

    /// The object's place, `<kind key>/<name>`.
    public String object() {
        return kind.key() + "/" + name;
    }

    /// The fields as they travel.
    public String bodyText() {
        return JsonText.compact(body);
    }

    /// The first fields as they travel.
    public String baseText() {
        return JsonText.compact(base);
    }
}
