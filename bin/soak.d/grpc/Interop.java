import io.grpc.testing.integration.TestCases;
import io.grpc.testing.integration.TestServiceClient;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// grpc-java's interop client, case by case in one process, and what becomes of each.
/// Interop.java NAME PORT [ARGUMENT OF THE CLIENT]...
public final class Interop {
    /// Not offered by the server of grpc-java itself, or only with accounts of Google.
    private static final Set<TestCases> NOT_OFFERED =
            EnumSet.of(
                    TestCases.CACHEABLE_UNARY,
                    TestCases.CLIENT_COMPRESSED_UNARY,
                    TestCases.CLIENT_COMPRESSED_STREAMING,
                    TestCases.COMPUTE_ENGINE_CREDS,
                    TestCases.COMPUTE_ENGINE_CHANNEL_CREDENTIALS,
                    TestCases.SERVICE_ACCOUNT_CREDS,
                    TestCases.JWT_TOKEN_CREDS,
                    TestCases.OAUTH2_AUTH_TOKEN,
                    TestCases.PER_RPC_CREDS,
                    TestCases.GOOGLE_DEFAULT_CREDENTIALS,
                    TestCases.ORCA_PER_RPC,
                    TestCases.ORCA_OOB);

    private Interop() {}

    public static void main(String[] words) throws Exception {
        List<String> failed = new ArrayList<>();
        int passed = 0;
        for (TestCases test : EnumSet.complementOf(EnumSet.copyOf(NOT_OFFERED))) {
            String name = test.name().toLowerCase();
            List<String> arguments =
                    new ArrayList<>(
                            List.of(
                                    "--server_host=127.0.0.1",
                                    "--server_port=" + words[1],
                                    "--test_case=" + name,
                                    "--soak_iterations=200",
                                    "--soak_overall_timeout_seconds=60"));
            arguments.addAll(List.of(words).subList(2, words.length));
            try {
                run(arguments.toArray(String[]::new));
                passed++;
            } catch (InvocationTargetException e) {
                failed.add(name);
                System.out.println("        " + name + ": " + e.getCause());
            }
        }
        boolean all = failed.isEmpty();
        System.out.println(
                (all ? "  ok    " : "  FAIL  ")
                        + words[0]
                        + ": "
                        + passed
                        + " cases passed"
                        + (all ? "" : ", failed: " + String.join(" ", failed)));
        System.exit(all ? 0 : 1);
    }

    private static void run(String[] arguments) throws Exception {
        TestServiceClient client = new TestServiceClient();
        call(client, "parseArgs", arguments);
        call(client, "setUp");
        try {
            call(client, "run");
        } finally {
            call(client, "tearDown");
        }
    }

    /// Its main method ends the process after one case.
    private static void call(TestServiceClient client, String name, String[]... arguments)
            throws Exception {
        Class<?>[] types = arguments.length == 0 ? new Class<?>[0] : new Class<?>[] {String[].class};
        Method method = TestServiceClient.class.getDeclaredMethod(name, types);
        method.setAccessible(true);
        method.invoke(client, (Object[]) arguments);
    }
}
