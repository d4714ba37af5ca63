package io.breakwater.config;

/// How connections to nodes begin.
public enum ProxyProtocol {
    /// With what is spoken on them.
    OFF,
    /// With a line that tells of the client (PROXY protocol, version 1).
    V1,
    /// With a binary header that tells of the client (PROXY protocol, version 2).
    V2
}
