package io.breakwater.route;

import io.breakwater.exchange.Text;
import io.breakwater.route.Renderer.Place;
import java.util.Set;

/// Compiles texts with variables that belong to no location, and so know no captures.
public final class PlainText {
    private PlainText() {}

    /// Compiles a text.
    ///
    /// @param text such as `$host`
    /// @return rendered without any escaping
    /// @throws IllegalArgumentException when a variable is not known; the message says what is
    ///   expected
    public static Text of(String text) {
        try {
            Variables known = new Variables(Set.of(), null, System::getenv);
            return Renderer.text(Template.parse(text, known), Place.PLAIN);
        } catch (Template.BadTemplate e) {
            throw new IllegalArgumentException(e.expected(), e);
        }
    }
}
