package io.breakwater.acme;

import io.breakwater.control.CertificateOrder.Part;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Runs the program that publishes DNS records and takes them away.
final class DnsHook {
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final int MOST_OUTPUT_BYTES = 4096;

    private final List<String> command;
    private final Story story;

    /// @param command program and first arguments
    DnsHook(List<String> command, Story story) {
        this.command = command;
        this.story = story;
    }

    /// Publishes a record; returns when it can be seen.
    ///
    /// @throws OrderFailedException when the program fails
    void present(String domain, String record, String value)
            throws OrderFailedException, InterruptedException {
        String fault = run("present", domain, record, value);
        if (fault != null) throw new OrderFailedException(Part.HOOK, fault);
    }

    /// Takes a record away. A failure is told; it does not harm the order.
    void cleanup(String domain, String record, String value) throws InterruptedException {
        String fault = run("cleanup", domain, record, value);
        if (fault != null) story.warn(Part.HOOK, fault);
    }

    private @Nullable String run(String verb, String domain, String record, String value)
            throws InterruptedException {
        List<String> words = new ArrayList<>(command);
        words.addAll(List.of(verb, domain, record, value));
        String shown = command.getFirst() + " " + verb + " " + domain;
        Process process;
        try {
            process = new ProcessBuilder(words).redirectErrorStream(true).start();
            process.getOutputStream().close();
        } catch (IOException e) {
            return shown + " cannot be run: " + e.getMessage();
        }
        try {
            Output output = new Output(process.getInputStream());
            Thread reader = Thread.ofVirtual().name("bw-acme-hook").start(output);
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                return shown + " was ended, as it took more than " + PATIENCE.toMinutes() + " min";
            // What it has left running may hold its output open.
            reader.join(Duration.ofSeconds(1));
            String text = output.text();
            String said = text.isEmpty() ? "" : ": " + text;
            if (process.exitValue() != 0)
                return shown + " failed with exit code " + process.exitValue() + said;
            story.tell(Part.HOOK, shown + " is done" + said);
            return null;
        } finally {
            process.destroyForcibly();
        }
    }

    /// What a program writes; of much only the beginning is kept.
    private static final class Output implements Runnable {
        private final InputStream in;
        private String kept = "";

        Output(InputStream in) {
            this.in = in;
        }

        @Override
        public void run() {
            byte[] part = new byte[1024];
            try {
                for (int read = in.read(part); read >= 0; read = in.read(part))
                    keep(new String(part, 0, read, StandardCharsets.UTF_8));
            } catch (IOException e) {
                keep(" (the rest cannot be read: " + e.getMessage() + ")");
            }
        }

        private synchronized void keep(String text) {
            if (kept.length() < MOST_OUTPUT_BYTES) kept += text;
        }

        synchronized String text() {
            return kept.strip();
        }
    }
}
