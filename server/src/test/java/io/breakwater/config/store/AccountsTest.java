package io.breakwater.config.store;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.breakwater.control.Accounts;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AccountsTest {
    @TempDir Path dir;
    private Store store;
    private Accounts accounts;
    private Path first;

    @BeforeEach
    void open() {
        first = dir.resolve("initial-password");
        store = Store.open("jdbc:h2:file:" + dir.resolve("config"), dir.resolve("secret.key"));
        accounts = store.accounts(first);
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void generatesAPasswordOnceAndLeavesItForItsOwner() throws IOException {
        String password = requireNonNull(store.ensureAdmin(first, null));
        assertThat(password).matches("[a-zA-Z2-9]{20}").doesNotContainPattern("[lIO]");
        assertThat(Files.readString(first)).isEqualTo(password + "\n");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(first)))
                .isEqualTo("rw-------");
        assertThat(accounts.signIn("admin", password)).isTrue();
        assertThat(accounts.mustChangePassword("admin")).isTrue();
        assertThat(store.ensureAdmin(first, null)).isNull();
        assertThat(store.ensureAdmin(first, "another password")).isNull();
        assertThat(accounts.signIn("admin", password)).isTrue();
        assertThat(first).exists();
    }

    @Test
    void replacesAPasswordFileThatOthersCouldRead() throws IOException {
        Files.writeString(first, "old");
        Files.setPosixFilePermissions(first, PosixFilePermissions.fromString("rw-rw-rw-"));
        String password = requireNonNull(store.ensureAdmin(first, null));
        assertThat(Files.readString(first)).isEqualTo(password + "\n");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(first)))
                .isEqualTo("rw-------");
    }

    @Test
    void firstPasswordChangeRemovesTheFile() {
        String password = requireNonNull(store.ensureAdmin(first, null));
        long version = accounts.passwordVersion("admin");
        assertThat(accounts.setPassword("admin", "correct horse")).isTrue();
        assertThat(first).doesNotExist();
        assertThat(accounts.mustChangePassword("admin")).isFalse();
        assertThat(accounts.passwordVersion("admin")).isEqualTo(version + 1);
        assertThat(accounts.signIn("admin", password)).isFalse();
        assertThat(accounts.signIn("admin", "correct horse")).isTrue();
    }

    @Test
    void fileLeftBehindByACrashIsRemovedAtTheNextStart() throws IOException {
        store.ensureAdmin(first, "given password");
        Files.writeString(first, "stale");
        assertThat(store.ensureAdmin(first, null)).isNull();
        assertThat(first).doesNotExist();
    }

    @Test
    void givenPasswordNeedsNoFileAndNoChange() {
        assertThat(store.ensureAdmin(first, "given password")).isNull();
        assertThat(first).doesNotExist();
        assertThat(accounts.signIn("admin", "given password")).isTrue();
        assertThat(accounts.mustChangePassword("admin")).isFalse();
    }

    @Test
    void shortPasswordsAreRefused() {
        assertThatThrownBy(() -> store.ensureAdmin(first, "short"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("5 characters (expected: 8 to 1024)")
                .hasMessageNotContaining("short");
        store.ensureAdmin(first, "given password");
        assertThatThrownBy(() -> accounts.setPassword("admin", "1234567"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(accounts.signIn("admin", "given password")).isTrue();
    }

    @Test
    void passwordsDifferInEveryCharacter() {
        store.ensureAdmin(
                first, "pässwörd ✓ with more than 72 bytes, so that a cut hash is seen: 1");
        assertThat(
                        accounts.signIn(
                                "admin",
                                "pässwörd ✓ with more than 72 bytes, so that a cut hash is seen:"
                                        + " 1"))
                .isTrue();
        assertThat(
                        accounts.signIn(
                                "admin",
                                "pässwörd ✓ with more than 72 bytes, so that a cut hash is seen:"
                                        + " 2"))
                .isFalse();
        assertThat(accounts.signIn("admin", "")).isFalse();
        assertThat(accounts.signIn("admin", "x".repeat(5000))).isFalse();
        assertThat(accounts.signIn("ADMIN", "given password")).isFalse();
    }

    @Test
    void unknownUserIsUnknownAndTakesAsLong() {
        store.ensureAdmin(first, "given password");
        assertThat(accounts.passwordVersion("nobody")).isEqualTo(-1);
        assertThat(accounts.mustChangePassword("nobody")).isFalse();
        assertThat(accounts.setPassword("nobody", "some password")).isFalse();
        long known = fastest(() -> accounts.signIn("admin", "wrong password"));
        long unknown = fastest(() -> accounts.signIn("nobody", "wrong password"));
        assertThat(unknown).isBetween(known / 2, known * 2);
    }

    @Test
    void accountsSurviveARestart() {
        store.ensureAdmin(first, "given password");
        String token = accounts.createToken("ci", "admin");
        store.close();
        open();
        assertThat(accounts.signIn("admin", "given password")).isTrue();
        assertThat(accounts.tokenName(token)).isEqualTo("ci");
    }

    @Test
    void tokenIsFoundByItsTextUntilRevoked() {
        String one = accounts.createToken("one", "admin");
        String two = accounts.createToken("two", "ann");
        assertThat(one).startsWith("bwt_").hasSize(47).isNotEqualTo(two);
        assertThat(accounts.tokens())
                .extracting(Accounts.Token::name, Accounts.Token::author)
                .containsExactly(tuple("one", "admin"), tuple("two", "ann"));
        assertThat(accounts.tokenName(one)).isEqualTo("one");
        assertThat(accounts.tokenName(one + "x")).isNull();
        assertThat(accounts.tokenName("bwt_")).isNull();
        assertThat(accounts.tokenName("")).isNull();
        assertThat(accounts.revokeToken("one")).isTrue();
        assertThat(accounts.revokeToken("one")).isFalse();
        assertThat(accounts.tokenName(one)).isNull();
        assertThat(accounts.createToken("one", "admin")).isNotEqualTo(one);
    }

    @Test
    void tokenNamesAreUniqueAndPlain() {
        accounts.createToken("ci", "admin");
        assertThatThrownBy(() -> accounts.createToken("ci", "ann"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a name that is not taken");
        assertThatThrownBy(() -> accounts.createToken("No good", "ann"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("No good");
        assertThat(accounts.tokens()).hasSize(1);
    }

    @Test
    void neitherPasswordNorTokenIsInTheFile() throws IOException {
        store.ensureAdmin(first, "given password");
        String token = accounts.createToken("ci", "admin");
        store.close();
        String bytes = Files.readString(dir.resolve("config.mv.db"), StandardCharsets.ISO_8859_1);
        assertThat(bytes)
                .contains("$argon2id$v=19$m=12288,t=3,p=1$")
                .doesNotContain("given password")
                .doesNotContain(token);
        open();
    }

    /// Processor time, as time on the clock tells more of what else the machine does.
    private static long fastest(BooleanSupplier attempt) {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long best = Long.MAX_VALUE;
        for (int i = 0; i < 8; i++) {
            long begin = threads.getCurrentThreadCpuTime();
            assertThat(attempt.getAsBoolean()).isFalse();
            best = Math.min(best, threads.getCurrentThreadCpuTime() - begin);
        }
        return best;
    }
}
