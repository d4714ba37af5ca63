package io.breakwater.boot;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/// A folder that only its owner may enter.
final class PrivateFolder {
    private static final Set<PosixFilePermission> OWNER =
            PosixFilePermissions.fromString("rwx------");

    private PrivateFolder() {}

    /// Makes the folder, or closes an existing one to others.
    static Path make(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(OWNER));
        }
        return Files.setPosixFilePermissions(folder, OWNER);
    }
}
