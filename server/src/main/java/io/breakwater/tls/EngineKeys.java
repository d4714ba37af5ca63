package io.breakwater.tls;

import java.net.Socket;
import java.security.Principal;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/// Keys of servers' engines only: there are no sockets that block, and nothing is shown as a
/// client.
abstract class EngineKeys extends X509ExtendedKeyManager {
    @Override
    public final String @Nullable [] getServerAliases(
            String keyType, Principal @Nullable [] issuers) {
        return null;
    }

    @Override
    public final @Nullable String chooseServerAlias(
            String keyType, Principal @Nullable [] issuers, Socket socket) {
        return null;
    }

    @Override
    public final String @Nullable [] getClientAliases(
            String keyType, Principal @Nullable [] issuers) {
        return null;
    }

    @Override
    public final @Nullable String chooseClientAlias(
            String[] keyType, Principal @Nullable [] issuers, Socket socket) {
        return null;
    }
}
