package io.breakwater.cache.store;

/// Told what becomes of a [Writing]. Runs on a disk thread or on the thread of a call to the
/// writing; must not block. Exactly one of [#committed] and [#failed] is called, once, unless the
/// writing is closed first.
public interface WritingListener {
    /// There is room again after [Writing#append] said that there was none.
    void room();

    /// The object is stored.
    void committed();

    /// The object is not and will not be stored. What was appended is released; what was visible
    /// stays readable until the writing is closed.
    ///
    /// @param reason why
    void failed(StoreFailure reason);
}
