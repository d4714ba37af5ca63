import io.breakwater.tls.Identity;
import io.breakwater.tls.PemText;
import io.breakwater.tls.SelfSigned;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/// Writes N.pem and N.key for the host nN.many.test, each with a key of its own, for each N below COUNT.
/// Certificates.java FOLDER COUNT
public final class Certificates {
    private static final int DAYS = 20;

    private Certificates() {}

    /// Writes them.
    public static void main(String... words) {
        Path folder = Path.of(words[0]);
        IntStream.range(0, Integer.parseInt(words[1])).parallel().forEach(number -> write(folder, number));
    }

    private static void write(Path folder, int number) {
        try {
            Identity made = SelfSigned.server(List.of("n" + number + ".many.test"), DAYS, "EC", 256);
            Files.writeString(folder.resolve(number + ".pem"), PemText.of(made.chain()));
            Files.writeString(folder.resolve(number + ".key"), PemText.of(made.key()));
        } catch (Exception e) {
            throw new IllegalStateException("certificate " + number + " cannot be made", e);
        }
    }
}
