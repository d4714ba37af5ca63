package io.breakwater.admin.pages;

/// Answers one kind of request.
@FunctionalInterface
interface Page {
    /// Answers. May block.
    Reply answer(Call call);
}
