package io.breakwater.cache.store;

import static io.breakwater.cache.store.StoreKit.BLOCK;
import static io.breakwater.cache.store.StoreKit.body;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is sent from a block file stays what it was while it is on its way, whatever becomes of its
/// blocks.
class SentPagesTest {
    private static final int BYTES = 20 * BLOCK;

    @TempDir private Path folder;

    @Test
    void pagesOnTheirWayKeepTheirContent() throws Exception {
        List<MappedFile> files = new ArrayList<>();
        try (StoreKit kit = StoreKit.of(folder, 64);
                ServerSocketChannel server =
                        ServerSocketChannel.open()
                                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            kit.store().sendable(files::add);
            assertThat(files).as("the file system exchanges pages").hasSize(1);
            MappedFile file = files.getFirst();
            kit.put(1, body(1, BYTES));
            try (SocketChannel client = SocketChannel.open(server.getLocalAddress());
                    SocketChannel peer = server.accept()) {
                try (StoredObject object = kit.ready(1)) {
                    ByteBuffer bytes = Objects.requireNonNull(object.read(0, BYTES));
                    assertThat(bytes.remaining()).isEqualTo(BYTES);
                    long offset = file.offset(bytes);
                    assertThat(offset).isNotNegative();
                    file.sending(offset, BYTES);
                    assertThat(file.channel().transferTo(offset, BYTES, peer)).isEqualTo(BYTES);
                    kit.store().remove(object);
                }
                // The blocks of the first object are used again and again.
                for (int i = 2; i < 12; i++) kit.put(i, body(i, BYTES));
                assertThat(readAll(client)).isEqualTo(body(1, BYTES));
            }
            assertThat(kit.get(11)).isEqualTo(body(11, BYTES));
        }
    }

    @Test
    void buffersOfOtherMemoryAreNotOfTheFile() {
        List<MappedFile> files = new ArrayList<>();
        try (StoreKit kit = StoreKit.of(folder, 64)) {
            kit.store().sendable(files::add);
            assertThat(files.getFirst().offset(ByteBuffer.allocateDirect(100))).isEqualTo(-1);
        }
    }

    private static byte[] readAll(SocketChannel from) throws Exception {
        ByteBuffer all = ByteBuffer.allocate(BYTES);
        while (all.hasRemaining() && from.read(all) >= 0) {}
        return all.array();
    }
}
