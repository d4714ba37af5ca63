package io.breakwater.relay.transform;

import io.breakwater.relay.Encoding;
import io.breakwater.relay.encode.Encoder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jetty.ee10.proxy.AsyncMiddleManServlet.ContentTransformer;
import org.eclipse.jetty.util.BufferUtil;
import org.jspecify.annotations.Nullable;

/// Compresses a body, past a filter if there is one. An empty input that is not the end says that
/// the source pauses: then all that came so far goes out.
final class EncodingTransformer implements ContentTransformer {
    private final Encoding encoding;
    private final @Nullable ContentTransformer filter;

    EncodingTransformer(Encoding encoding, @Nullable ContentTransformer filter) {
        this.encoding = encoding;
        this.filter = filter;
    }

    /// Whether bytes wait for more of them to come.
    boolean isPending() {
        return encoding.isPending();
    }

    @Override
    public void transform(ByteBuffer input, boolean finished, List<ByteBuffer> output)
            throws IOException {
        boolean pauses = !finished && !input.hasRemaining();
        Encoder.Then then =
                finished ? Encoder.Then.END : pauses ? Encoder.Then.PAUSE : Encoder.Then.MORE;
        if (filter == null || pauses) {
            encoding.encode(input, then, output);
            return;
        }
        List<ByteBuffer> filtered = new ArrayList<>();
        filter.transform(input, finished, filtered);
        for (ByteBuffer part : filtered) encoding.encode(part, Encoder.Then.MORE, output);
        if (finished) encoding.encode(BufferUtil.EMPTY_BUFFER, then, output);
    }
}
