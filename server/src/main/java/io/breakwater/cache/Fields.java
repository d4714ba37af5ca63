package io.breakwater.cache;

import io.breakwater.http.FieldView;
import org.eclipse.jetty.http.HttpFields;

/// Jetty's fields as the policy reads them.
///
/// @param of not changed meanwhile
record Fields(HttpFields of) implements FieldView {
    @Override
    public int size() {
        return of.size();
    }

    @Override
    public String name(int index) {
        return of.getField(index).getName();
    }

    @Override
    public String value(int index) {
        String value = of.getField(index).getValue();
        return value == null ? "" : value;
    }
}
