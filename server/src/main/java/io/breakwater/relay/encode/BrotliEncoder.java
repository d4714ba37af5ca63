package io.breakwater.relay.encode;

import com.aayushatharva.brotli4j.Brotli4jLoader;
import com.aayushatharva.brotli4j.encoder.EncoderJNI.Operation;
import com.aayushatharva.brotli4j.encoder.EncoderJNI.Wrapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The br coding (RFC 7932), by Google's encoder. Takes one to a few megabytes, less for bodies
/// that are known to be short.
final class BrotliEncoder implements Encoder {
    private static final int LEAST_WINDOW = 16;

    /// 512 kB, as nginx's module has it: more is memory for each stream and hardly smaller.
    private static final int MOST_WINDOW = 19;

    private final Wrapper encoder;
    private boolean closed;

    /// Begins a body.
    ///
    /// @param level 1 to 8
    /// @param length bytes of the body, -1 when not known
    BrotliEncoder(int level, long length) throws IOException {
        encoder = new Wrapper(Scratch.BYTES, level, window(length), null);
    }

    /// Unpacks and loads the library. Blocks.
    ///
    /// @return why it is not there, null when it is
    static @Nullable Throwable load() {
        return Brotli4jLoader.isAvailable() ? null : Brotli4jLoader.getUnavailabilityCause();
    }

    private static int window(long length) {
        if (length < 0) return MOST_WINDOW;
        int bits = Long.SIZE - Long.numberOfLeadingZeros(length + LEAST_WINDOW);
        return Math.clamp(bits, LEAST_WINDOW, MOST_WINDOW);
    }

    @Override
    public void encode(ByteBuffer input, Then then, List<ByteBuffer> output) throws IOException {
        while (input.hasRemaining()) {
            ByteBuffer in = encoder.getInputBuffer().clear();
            run(Operation.PROCESS, Scratch.move(input, in), output);
        }
        switch (then) {
            case MORE -> {}
            case PAUSE -> run(Operation.FLUSH, 0, output);
            case END -> run(Operation.FINISH, 0, output);
        }
    }

    private void run(Operation what, int bytes, List<ByteBuffer> output) throws IOException {
        encoder.push(what, bytes);
        while (true) {
            if (!encoder.isSuccess()) throw new IOException("brotli: the encoder failed");
            if (encoder.hasMoreOutput()) {
                // The encoder's own memory, good until the next call.
                ByteBuffer coded = encoder.pull();
                if (coded.hasRemaining()) output.add(Scratch.copy(coded));
            } else if (encoder.hasRemainingInput()
                    || (what == Operation.FINISH && !encoder.isFinished())) {
                encoder.push(what, 0);
            } else {
                return;
            }
        }
    }

    @Override
    public void close() {
        if (closed) return;
        closed = true;
        encoder.destroy();
    }
}
