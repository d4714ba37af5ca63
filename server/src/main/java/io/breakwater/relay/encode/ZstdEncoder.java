package io.breakwater.relay.encode;

import com.github.luben.zstd.EndDirective;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdException;
import com.github.luben.zstd.util.Native;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The zstd coding (RFC 8878), by the library of its authors. Takes two to a few megabytes, less
/// for bodies that are known to be short.
final class ZstdEncoder implements Encoder {
    /// 1 MB. RFC 9659 §3: clients need not take more than 8 MB.
    private static final int WINDOW = 20;

    private final ZstdCompressCtx context = new ZstdCompressCtx();

    /// Begins a body.
    ///
    /// @param level 1 to 10
    /// @param length bytes of the body, -1 when not known
    ZstdEncoder(int level, long length) {
        context.setLevel(level);
        if (length >= 0) context.setPledgedSrcSize(length);
        if (length < 0 || length > 1L << WINDOW) context.setWindowLog(WINDOW);
    }

    /// Unpacks and loads the library. Blocks.
    ///
    /// @return why it is not there, null when it is
    static @Nullable Throwable load() {
        try {
            Native.load();
            return null;
        } catch (LinkageError | RuntimeException e) {
            return e;
        }
    }

    @Override
    public void encode(ByteBuffer input, Then then, List<ByteBuffer> output) throws IOException {
        try {
            Scratch scratch = Scratch.own();
            while (input.hasRemaining()) {
                ByteBuffer in = scratch.take(input);
                while (in.hasRemaining()) run(in, EndDirective.CONTINUE, scratch, output);
            }
            EndDirective end =
                    switch (then) {
                        case MORE -> null;
                        case PAUSE -> EndDirective.FLUSH;
                        case END -> EndDirective.END;
                    };
            if (end == null) return;
            ByteBuffer nothing = scratch.take(input);
            boolean done = false;
            while (!done) done = run(nothing, end, scratch, output);
        } catch (ZstdException e) {
            throw new IOException("zstd: " + e.getMessage(), e);
        }
    }

    private boolean run(ByteBuffer in, EndDirective how, Scratch scratch, List<ByteBuffer> output) {
        ByteBuffer out = scratch.out();
        boolean done = context.compressDirectByteBufferStream(out, in, how);
        if (out.position() > 0) output.add(Scratch.copy(out.flip()));
        return done;
    }

    @Override
    public void close() {
        context.close();
    }
}
