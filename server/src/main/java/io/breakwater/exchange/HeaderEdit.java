package io.breakwater.exchange;

import org.eclipse.jetty.http.HttpFields;

/// Compiled operations on header fields.
@FunctionalInterface
public interface HeaderEdit {
    /// Does nothing.
    HeaderEdit NONE = (fields, head) -> {};

    /// Changes the fields in place.
    ///
    /// @param fields the fields to change
    /// @param head the request, for variables
    void apply(HttpFields.Mutable fields, RequestHead head);
}
