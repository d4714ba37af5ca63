package io.breakwater.admin.pages;

import com.fasterxml.jackson.databind.JsonNode;
import io.breakwater.config.Setting;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Turns the value of a setting into inputs and back.
interface Codec {
    /// The inputs.
    ///
    /// @param setting the setting
    /// @param typed what stands in them, for fields whose number of inputs varies
    List<Slot> slots(Setting setting, Typed typed);

    /// What the inputs show for a stored value.
    ///
    /// @param setting the setting
    /// @param value the value, null when it is not set
    Typed show(Setting setting, @Nullable JsonNode value);

    /// The value of what was typed.
    ///
    /// @param setting the setting
    /// @param typed the inputs
    /// @param before the value that the form started from; parts that have no input stay
    /// @return null for "not set"
    /// @throws Unreadable when there is no way to store it
    @Nullable JsonNode read(Setting setting, Typed typed, @Nullable JsonNode before)
            throws Unreadable;
}
