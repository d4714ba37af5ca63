package io.breakwater.tls;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Provider;
import org.conscrypt.Conscrypt;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The native library that speaks TLS: BoringSSL by way of Conscrypt. Handshakes cost it a quarter
/// of what they cost the runtime. A machine that it is not made for has the runtime's TLS.
public final class TlsLibrary {
    /// The one that is never there.
    public static final TlsLibrary NONE = new TlsLibrary(null);

    private static final Logger LOG = LoggerFactory.getLogger(TlsLibrary.class);

    /// Where Conscrypt unpacks its library to. The file has a name of its own, is this user's alone
    /// and is gone once the library is loaded.
    private static final String WORK_FOLDER = "org.conscrypt.native.workdir";

    private final @Nullable Path folder;

    @GuardedBy("this")
    private boolean tried;

    @GuardedBy("this")
    private @Nullable Provider provider;

    private TlsLibrary(@Nullable Path folder) {
        this.folder = folder;
    }

    /// Names the folder.
    ///
    /// @param folder for temporary files, from which code may be run; made when it is missing
    /// @return not yet loaded
    public static TlsLibrary in(Path folder) {
        return new TlsLibrary(folder);
    }

    /// Loads it, the first time that it is called, and tells the log. Blocks on files.
    ///
    /// @return null when the runtime's TLS is to be used
    synchronized @Nullable Provider load() {
        if (tried || folder == null) return provider;
        tried = true;
        try {
            Files.createDirectories(folder);
            System.setProperty(WORK_FOLDER, folder.toString());
            Conscrypt.checkAvailability();
            provider = Conscrypt.newProvider();
            Conscrypt.Version version = Conscrypt.version();
            LOG.info(
                    "TLS of clients is Conscrypt's, {}.{}.{}",
                    version.major(),
                    version.minor(),
                    version.patch());
        } catch (IOException | LinkageError e) {
            LOG.warn(
                    "TLS of clients is the Java runtime's, as Conscrypt cannot be loaded: {}",
                    words(e));
        }
        return provider;
    }

    private static String words(Throwable failure) {
        Throwable cause = failure.getCause() == null ? failure : failure.getCause();
        return String.valueOf(cause.getMessage());
    }
}
