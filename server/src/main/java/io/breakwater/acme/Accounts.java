package io.breakwater.acme;

import io.breakwater.acme.AcmeStore.Account;
import io.breakwater.config.AcmeConfig;
import io.breakwater.control.CertificateOrder.Part;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.HexFormat;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.shredzone.acme4j.AccountBuilder;
import org.shredzone.acme4j.Login;
import org.shredzone.acme4j.Metadata;
import org.shredzone.acme4j.Session;
import org.shredzone.acme4j.exception.AcmeException;

/// Accounts at authorities, one for each directory, e-mail address and key id. Made when they are
/// first needed, and kept. Any thread; blocks.
final class Accounts {
    private final AcmeStore store;
    private final ReentrantLock making = new ReentrantLock();

    Accounts(AcmeStore store) {
        this.store = store;
    }

    /// The account that a certificate is ordered with.
    ///
    /// @param again whether the authority does not know the kept one any more
    /// @throws OrderFailedException when it cannot be made
    /// @throws AcmeException when the authority refuses
    Login login(Session session, AcmeConfig config, Story story, boolean again)
            throws OrderFailedException, AcmeException, InterruptedException {
        making.lockInterruptibly();
        try {
            String id = id(config);
            Account kept = store.account(id);
            if (kept == null || again) return make(session, config, id, kept, story);
            story.tell(Part.ACCOUNT, "the account " + kept.location() + " is used");
            return session.login(URI.create(kept.location()).toURL(), keys(kept));
        } catch (GeneralSecurityException | MalformedURLException e) {
            throw new OrderFailedException(
                    Part.ACCOUNT, "the key of the account cannot be used: " + e, null, e);
        } finally {
            making.unlock();
        }
    }

    private Login make(
            Session session, AcmeConfig config, String id, @Nullable Account kept, Story story)
            throws OrderFailedException, AcmeException, GeneralSecurityException {
        KeyPair keys = kept == null ? fresh() : keys(kept);
        AccountBuilder builder = new AccountBuilder().agreeToTermsOfService().useKeyPair(keys);
        if (config.email() != null) builder.addEmail(config.email());
        Metadata metadata = session.getMetadata();
        if (config.eabKid() != null && config.eabHmac() != null)
            builder.withKeyIdentifier(config.eabKid(), hmac(config.eabHmac()));
        else if (metadata.isExternalAccountRequired())
            throw new OrderFailedException(
                    Part.ACCOUNT,
                    "the authority wants an external account: set acme.eab-kid and acme.eab-hmac");
        Login login = builder.createLogin(session);
        String location = login.getAccountLocation().toString();
        store.keep(
                new Account(
                        id,
                        location,
                        keys.getPublic().getEncoded(),
                        keys.getPrivate().getEncoded()));
        String terms = metadata.getTermsOfService().map(uri -> "; its terms are " + uri).orElse("");
        story.tell(Part.ACCOUNT, "the account " + location + " was made" + terms);
        return login;
    }

    private static String hmac(String written) throws OrderFailedException {
        if (!written.startsWith("/")) return written;
        try {
            return Files.readString(Path.of(written)).strip();
        } catch (IOException e) {
            throw new OrderFailedException(
                    Part.ACCOUNT, "acme.eab-hmac cannot be read: " + e, null, e);
        }
    }

    private static KeyPair fresh() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair();
    }

    private static KeyPair keys(Account account) throws GeneralSecurityException {
        KeyFactory factory = KeyFactory.getInstance("EC");
        return new KeyPair(
                factory.generatePublic(new X509EncodedKeySpec(account.publicKey())),
                factory.generatePrivate(new PKCS8EncodedKeySpec(account.privateKey())));
    }

    private static String id(AcmeConfig config) throws GeneralSecurityException {
        String text = config.directory() + "\n" + config.email() + "\n" + config.eabKid();
        byte[] digest =
                MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(digest);
    }
}
