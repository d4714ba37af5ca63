package io.breakwater.cache;

import io.breakwater.cache.policy.Slices;
import io.breakwater.cache.policy.StoredResponse;
import org.eclipse.jetty.http.HttpFields;

/// What those who wait for a response get when its head has come.
sealed interface FillHead {
    /// A response that may be shared.
    ///
    /// @param response what is stored of it
    record Shared(StoredResponse response) implements FillHead {}

    /// A slice of a response that may be shared, the first one that was asked for: it says what the
    /// whole is.
    ///
    /// @param slices all of them
    /// @param number of this one
    record Sliced(Slices slices, long number) implements FillHead {}

    /// A further slice of a known response.
    record Slice() implements FillHead {}

    /// There is no further slice: the response is another one by now.
    record Changed() implements FillHead {}

    /// The response does not come in slices: it has to be asked for as a whole.
    record Whole() implements FillHead {}

    /// A response for the one who caused the request.
    ///
    /// @param status its status
    /// @param fields its fields, not changed any more
    record Passed(int status, HttpFields fields) implements FillHead {}

    /// The node says that something is still good, but not what: it has to be asked without
    /// conditions.
    record Unclear() implements FillHead {}

    /// What was waited for was stored in the very moment: it is looked up again.
    record Stored() implements FillHead {}

    /// What is stored is still good.
    ///
    /// @param response with what the validation said
    /// @param sequence of the stored object that it is about
    record Validated(StoredResponse response, long sequence) implements FillHead {}
}
