package io.breakwater.testing;

import java.nio.charset.StandardCharsets;
import java.util.List;

/// A request or a response as it was read.
///
/// @param head its head
/// @param body the bytes of the body after its framing was taken off; owned by the caller
/// @param trailers the trailer fields
/// @param framing how the body was delimited
/// @param ending how it ended; anything but [Ending#COMPLETE] came too early
@SuppressWarnings("ArrayRecordComponent") // bytes as they came; never compared
public record Message(
        Head head, byte[] body, List<Head.Field> trailers, Framing framing, Ending ending) {
    /// The body as text.
    ///
    /// @return decoded as ISO-8859-1, so that each byte is one character
    public String text() {
        return new String(body, StandardCharsets.ISO_8859_1);
    }

    /// The status of a response.
    ///
    /// @return 100 to 599
    public int status() {
        return head.status();
    }

    @Override
    public String toString() {
        String shown = body.length > 400 ? text().substring(0, 400) + "…" : text();
        return head + "\n" + shown + "\n" + trailers + " " + framing + " " + ending;
    }
}
