package io.breakwater.control;

/// What is counted of connections whose protocol was changed, such as WebSocket's.
///
/// @param open open now
/// @param webSockets that were opened for WebSocket since the start
/// @param others that were opened for other protocols
/// @param receivedBytes that clients have sent through them
/// @param sentBytes that clients have got through them
public record TunnelView(
        int open, long webSockets, long others, long receivedBytes, long sentBytes) {
    /// Nothing counted.
    public static final TunnelView NONE = new TunnelView(0, 0, 0, 0, 0);
}
