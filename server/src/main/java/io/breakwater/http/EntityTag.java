package io.breakwater.http;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// An entity tag (RFC 9110 §8.8.3).
///
/// @param opaque what stands between the quotes
/// @param weak whether it begins with `W/`
public record EntityTag(String opaque, boolean weak) {
    /// Parses the value of an ETag field.
    ///
    /// @param text the value, null for an absent field
    /// @return null when it is absent or no entity tag
    public static @Nullable EntityTag parse(@Nullable String text) {
        if (text == null) return null;
        boolean weak = text.startsWith("W/"); // §8.8.3: case matters
        int open = weak ? 2 : 0;
        int last = text.length() - 1;
        if (last <= open || text.charAt(open) != '"' || text.charAt(last) != '"') return null;
        for (int i = open + 1; i < last; i++) {
            char c = text.charAt(i);
            if (c <= ' ' || c == '"' || c == 0x7f) return null;
        }
        return new EntityTag(text.substring(open + 1, last), weak);
    }

    /// Strong comparison (RFC 9110 §8.8.3.2): the same bytes.
    ///
    /// @param other the other tag, null for none
    /// @return true when both are strong and equal
    public boolean isStrongly(@Nullable EntityTag other) {
        return other != null && !weak && !other.weak && opaque.equals(other.opaque);
    }

    /// Weak comparison (RFC 9110 §8.8.3.2): as good as the same.
    ///
    /// @param other the other tag, null for none
    /// @return true when both are equal, weak or not
    public boolean isWeakly(@Nullable EntityTag other) {
        return other != null && opaque.equals(other.opaque);
    }

    @Override
    public String toString() {
        return (weak ? "W/\"" : "\"") + opaque + '"';
    }

    /// The entity tags of If-None-Match or If-Match (RFC 9110 §13.1).
    ///
    /// @param any whether the field is `*`
    /// @param tags the tags; what is no entity tag is left out
    public record Condition(boolean any, List<EntityTag> tags) {
        /// Copies the list.
        public Condition {
            tags = List.copyOf(tags);
        }

        /// Parses the combined value of the field.
        ///
        /// @param field the value
        /// @return the condition
        public static Condition parse(String field) {
            if (field.equals("*")) return new Condition(true, List.of());
            List<EntityTag> tags = new ArrayList<>();
            // Entity tags may hold commas, but no quotes and no escapes.
            for (int at = 0; at < field.length(); ) {
                int open = field.indexOf('"', at);
                int close = open < 0 ? -1 : field.indexOf('"', open + 1);
                if (close < 0) break;
                boolean weak = open >= 2 && open - 2 >= at && field.startsWith("W/", open - 2);
                EntityTag tag = EntityTag.parse(field.substring(weak ? open - 2 : open, close + 1));
                if (tag != null) tags.add(tag);
                at = close + 1;
            }
            return new Condition(false, tags);
        }

        /// Whether a tag is among them by weak comparison, as If-None-Match compares.
        ///
        /// @param tag the tag of the representation, null when it has none
        /// @return true for `*` too
        public boolean matchesWeakly(@Nullable EntityTag tag) {
            if (any) return true;
            for (EntityTag one : tags) if (one.isWeakly(tag)) return true;
            return false;
        }
    }
}
