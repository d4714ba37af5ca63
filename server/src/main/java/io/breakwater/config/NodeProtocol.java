package io.breakwater.config;

/// What is spoken with nodes.
public enum NodeProtocol {
    /// HTTP/1.1.
    HTTP1,
    /// HTTP/2: by prior knowledge on plain connections, by ALPN over TLS.
    H2,
    /// HTTP/2 where a node chooses it by ALPN, otherwise HTTP/1.1.
    AUTO
}
