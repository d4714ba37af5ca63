package io.breakwater.cache.store;

import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/// Says what a disk or a file is about, in words for people.
final class DiskWords {
    private DiskWords() {}

    /// The words.
    ///
    /// @param failure what was thrown
    /// @return a short text without the path of the file, which whoever tells it has
    static String of(Throwable failure) {
        return switch (failure) {
            case AccessDeniedException denied -> "no permission to make or write it";
            case NoSuchFileException missing -> "its folder is not there";
            case FileSystemException other when other.getReason() != null -> other.getReason();
            default -> {
                String message = failure.getMessage();
                yield message == null ? failure.toString() : message;
            }
        };
    }
}
