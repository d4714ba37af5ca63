package io.breakwater.acme;

import io.breakwater.control.CertificateOrder.Part;
import io.breakwater.tls.SelfSigned;
import java.security.GeneralSecurityException;
import org.shredzone.acme4j.Authorization;
import org.shredzone.acme4j.challenge.Challenge;
import org.shredzone.acme4j.challenge.Dns01Challenge;
import org.shredzone.acme4j.challenge.Http01Challenge;
import org.shredzone.acme4j.challenge.TlsAlpn01Challenge;

/// A way to prove that names are ours. What it opens for the authority to find stays until it is
/// closed.
interface Proof {
    /// Opens what the authority will ask for.
    ///
    /// @param authorization of one name
    /// @return what to close when the authority has decided
    /// @throws OrderFailedException when that cannot be
    /// @throws InterruptedException when it is not wanted any more
    Open open(Authorization authorization) throws OrderFailedException, InterruptedException;

    /// What was opened for one name.
    ///
    /// @param domain the name
    /// @param challenge what the authority will look at
    /// @param close takes it away
    record Open(String domain, Challenge challenge, Closing close) {}

    /// Takes away what was opened.
    interface Closing {
        /// Takes it away.
        ///
        /// @throws InterruptedException when the process stops
        void run() throws InterruptedException;
    }

    private static <T extends Challenge> T find(
            Authorization authorization, Class<T> type, String name) throws OrderFailedException {
        String domain = authorization.getIdentifier().getDomain();
        return authorization
                .findChallenge(type)
                .orElseThrow(() ->
                        new OrderFailedException(
                                Part.CHALLENGE,
                                "the authority does not offer "
                                        + name
                                        + " for "
                                        + domain
                                        + ", but "
                                        + authorization.getChallenges().stream()
                                                .map(Challenge::getType)
                                                .toList()));
    }

    /// By a file on port 80.
    ///
    /// @param challenges answers
    /// @param reach looks whether it is reached
    /// @param story is told
    record Http(Challenges challenges, Reach reach, Story story) implements Proof {
        @Override
        public Open open(Authorization authorization)
                throws OrderFailedException, InterruptedException {
            Http01Challenge challenge = find(authorization, Http01Challenge.class, "http-01");
            String domain = authorization.getIdentifier().getDomain();
            reach.check(domain, story);
            String token = challenge.getToken();
            challenges.file(domain, token, challenge.getAuthorization());
            return new Open(domain, challenge, () -> challenges.removeFile(domain, token));
        }
    }

    /// By a certificate on port 443.
    ///
    /// @param challenges answers
    record Tls(Challenges challenges) implements Proof {
        @Override
        public Open open(Authorization authorization) throws OrderFailedException {
            TlsAlpn01Challenge challenge =
                    find(authorization, TlsAlpn01Challenge.class, "tls-alpn-01");
            String domain = authorization.getIdentifier().getDomain();
            try {
                challenges
                        .alpn()
                        .show(domain, SelfSigned.challenge(domain, challenge.getAcmeValidation()));
            } catch (GeneralSecurityException e) {
                throw new OrderFailedException(
                        Part.CHALLENGE,
                        "the challenge's certificate cannot be made: " + e,
                        null,
                        e);
            }
            return new Open(domain, challenge, () -> challenges.alpn().withdraw(domain));
        }
    }

    /// By a record of DNS.
    ///
    /// @param hook publishes
    record Dns(DnsHook hook) implements Proof {
        @Override
        public Open open(Authorization authorization)
                throws OrderFailedException, InterruptedException {
            Dns01Challenge challenge = find(authorization, Dns01Challenge.class, "dns-01");
            String domain = authorization.getIdentifier().getDomain();
            String name = challenge.getRRName(domain);
            String record = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
            String value = challenge.getDigest();
            hook.present(domain, record, value);
            return new Open(domain, challenge, () -> hook.cleanup(domain, record, value));
        }
    }
}
