package io.breakwater.exchange;

import java.util.Locale;

/// The end of a client's HTTP/2 connection for what the client sent on it: the client got a GOAWAY
/// with an error.
///
/// @param server the server object's name
/// @param peer the client's address, `-` when it is not known any more
/// @param reason why
/// @param words what was found, for the log
public record Http2End(String server, String peer, Reason reason, String words) {
    /// Why, in kinds that can be counted. The floods are more frames a second than
    /// `http2-max-control-frames`; they end with ENHANCE_YOUR_CALM (RFC 9113 §7).
    public enum Reason {
        /// RST_STREAM, or requests that had to be answered with one.
        RESET_FLOOD,
        /// CONTINUATION.
        CONTINUATION_FLOOD,
        /// PING.
        PING_FLOOD,
        /// SETTINGS, or one with too many parameters.
        SETTINGS_FLOOD,
        /// DATA that is empty, or of a stream that has ended.
        DATA_FLOOD,
        /// HEADERS that are empty or not valid.
        HEADERS_FLOOD,
        /// PRIORITY, WINDOW_UPDATE that is of no use, frames of unknown types.
        OTHER_FLOOD,
        /// A block of fields that is not HPACK.
        COMPRESSION_ERROR,
        /// More bytes than the windows allow.
        FLOW_CONTROL_ERROR,
        /// A frame of a size that it must not have.
        FRAME_SIZE_ERROR,
        /// Anything else that RFC 9113 forbids.
        PROTOCOL_ERROR;

        /// As metrics write it.
        ///
        /// @return in lower case, with dashes
        public String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }
}
