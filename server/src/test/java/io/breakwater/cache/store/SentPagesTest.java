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
import java.util.Random;
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
            kit.store().sendable(into(files));
            assertThat(files).as("the file system exchanges pages").hasSize(1);
            MappedFile file = files.getFirst();
            kit.put(1, body(1, BYTES));
            try (SocketChannel client = SocketChannel.open(server.getLocalAddress());
                    SocketChannel peer = server.accept()) {
                try (StoredObject object = kit.ready(1)) {
                    send(object, BYTES, file, peer);
                    kit.store().remove(object);
                }
                // The blocks of the first object are used again and again.
                for (int i = 2; i < 12; i++) kit.put(i, body(i, BYTES));
                assertThat(readAll(client, BYTES)).isEqualTo(body(1, BYTES));
            }
            assertThat(kit.get(11)).isEqualTo(body(11, BYTES));
        }
    }

    /// Neighbours, which may share large pages, end at different times.
    @Test
    void neighboursEndWhileTheyAreOnTheirWay() throws Exception {
        List<MappedFile> files = new ArrayList<>();
        List<SocketChannel> open = new ArrayList<>();
        Random random = new Random(11);
        try (StoreKit kit = StoreKit.of(folder, 256);
                ServerSocketChannel server =
                        ServerSocketChannel.open()
                                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            kit.store().sendable(into(files));
            MappedFile file = files.getFirst();
            int next = 1;
            for (int round = 0; round < 12; round++) {
                int first = next;
                int[] lengths = random.ints(12, BLOCK, 12 * BLOCK).toArray();
                for (int length : lengths) kit.put(next, body(next++, length));
                List<SocketChannel> clients = new ArrayList<>();
                for (int i = 0; i < lengths.length; i++) {
                    SocketChannel client = SocketChannel.open(server.getLocalAddress());
                    SocketChannel peer = server.accept();
                    open.add(client);
                    open.add(peer);
                    clients.add(client);
                    try (StoredObject object = kit.ready(first + i)) {
                        send(object, lengths[i], file, peer);
                        // The others are what eviction finds.
                        if (random.nextBoolean()) kit.store().remove(object);
                    }
                }
                for (int i = 0; i < 40; i++) {
                    int length = random.nextInt(BLOCK, 12 * BLOCK);
                    kit.put(next, body(next++, length));
                }
                for (int i = 0; i < lengths.length; i++)
                    assertThat(readAll(clients.get(i), lengths[i]))
                            .as("round %d, object %d", round, i)
                            .isEqualTo(body(first + i, lengths[i]));
            }
        } finally {
            for (SocketChannel channel : open) channel.close();
        }
    }

    private static MappedFile.Listener into(List<MappedFile> files) {
        return new MappedFile.Listener() {
            @Override
            public void opened(MappedFile file) {
                files.add(file);
            }

            @Override
            public void closed(MappedFile file) {
                files.remove(file);
            }
        };
    }

    private static void send(StoredObject object, int length, MappedFile file, SocketChannel to)
            throws Exception {
        for (int at = 0; at < length; ) {
            ByteBuffer bytes = Objects.requireNonNull(object.read(at, length - at));
            long offset = file.offset(bytes);
            file.sending(offset, bytes.remaining());
            assertThat(file.channel().transferTo(offset, bytes.remaining(), to))
                    .isEqualTo(bytes.remaining());
            at += bytes.remaining();
        }
    }

    @Test
    void buffersOfOtherMemoryAreNotOfTheFile() {
        List<MappedFile> files = new ArrayList<>();
        try (StoreKit kit = StoreKit.of(folder, 64)) {
            kit.store().sendable(into(files));
            assertThat(files.getFirst().offset(ByteBuffer.allocateDirect(100))).isEqualTo(-1);
        }
    }

    private static byte[] readAll(SocketChannel from, int bytes) throws Exception {
        ByteBuffer all = ByteBuffer.allocate(bytes);
        while (all.hasRemaining() && from.read(all) >= 0) {}
        return all.array();
    }
}
