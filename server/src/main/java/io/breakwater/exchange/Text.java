package io.breakwater.exchange;

/// A text with variables, compiled.
@FunctionalInterface
public interface Text {
    /// Fills in the variables; an unset variable is empty.
    ///
    /// @param head the request
    /// @return the text
    String render(RequestHead head);
}
