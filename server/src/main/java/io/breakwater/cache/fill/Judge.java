package io.breakwater.cache.fill;

import io.breakwater.cache.store.Label;
import java.nio.ByteBuffer;
import org.eclipse.jetty.server.Response;
import org.jspecify.annotations.Nullable;

/// Says what a response is worth when its head is there.
///
/// @param <H> the heads that guests get
public interface Judge<H> {
    /// Looks at a head. Once, on an I/O thread.
    ///
    /// @param response status and fields
    /// @return what becomes of it
    Verdict<H> judge(Response response);

    /// The body turned out to be longer than what may be stored. At most once, on an I/O thread.
    void tooLong();

    /// What becomes of a response.
    ///
    /// @param <H> the heads
    /// @param head what guests get
    /// @param length of the body in bytes, -1 when not known
    /// @param place how it is stored, null for not at all
    /// @param stays whether guests get the head until [Fill#outdate], although nothing is stored
    record Verdict<H>(H head, long length, @Nullable Place place, boolean stays) {
        /// A head for those who wait already, of a response that is not stored.
        ///
        /// @param <H> the heads
        /// @param head what guests get
        /// @param length of the body in bytes, -1 when not known
        /// @return the verdict
        public static <H> Verdict<H> passing(H head, long length) {
            return new Verdict<>(head, length, null, false);
        }
    }

    /// How a response is stored.
    ///
    /// @param label what it is known by
    /// @param head as the store keeps it
    /// @param mostBytes the longest body to be stored
    record Place(Label label, ByteBuffer head, long mostBytes) {}
}
