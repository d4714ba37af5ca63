package io.breakwater.cache.policy;

import io.breakwater.http.DeltaSeconds;
import io.breakwater.http.FieldSyntax;
import io.breakwater.http.FieldView;
import io.breakwater.http.HttpDates;
import java.util.List;

/// The head of a response that a node sent, and when.
///
/// @param status the status
/// @param fields the fields as received
/// @param requestMillis when the request was sent, milliseconds since 1970
/// @param responseMillis when the head was received
public record Received(int status, FieldView fields, long requestMillis, long responseMillis) {
    /// When the response was made, by its sender's clock.
    ///
    /// @return the Date field, or the time of receipt without a readable one (RFC 9110 §6.6.1)
    public long dateMillis() {
        long date = date("Date");
        return date == HttpDates.NONE ? responseMillis : date;
    }

    /// When the representation was changed last.
    ///
    /// @return milliseconds since 1970, [HttpDates#NONE] when absent or unreadable
    public long lastModifiedMillis() {
        return date("Last-Modified");
    }

    /// How old the response was when it was received: `corrected_initial_age` of RFC 9111 §4.2.3.
    ///
    /// @return milliseconds, 0 or more
    public long initialAgeMillis() {
        long apparent = Math.max(0, responseMillis - dateMillis());
        // §4.2.3: counted from the request, since the answer may have been made right after it
        long delay = Math.max(0, responseMillis - requestMillis);
        return Math.max(apparent, ageMillis() + delay);
    }

    private long ageMillis() {
        // §5.1: the first member counts, and a value that is no number is ignored
        List<String> members = FieldSyntax.members(fields.first("Age"));
        return members.isEmpty() ? 0 : Math.max(0, DeltaSeconds.parse(members.getFirst())) * 1000;
    }

    long date(String name) {
        String value = fields.first(name);
        return value == null ? HttpDates.NONE : HttpDates.parse(value, responseMillis);
    }
}
