package io.breakwater.cache.store;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// What purges ask of an object.
interface Facts {
    /// Whether something holds, as far as is known.
    enum Answer {
        YES,
        NO,
        /// Only the head tells, and it is not at hand.
        UNKNOWN;

        static Answer of(boolean holds) {
            return holds ? YES : NO;
        }
    }

    long sequence();

    /// Whether it is marked already as to be validated.
    boolean isSoft();

    int url();

    int host();

    /// How many tags can be asked for by [#tag]; [Slots#MANY_TAGS] when only [#hasTag] tells.
    int tags();

    int tag(int index);

    Answer hasTag(int tag);

    Answer urlStartsWith(byte[] prefix);

    /// Of an object in the index that is pinned.
    ///
    /// @param word the first of its slot, from while it was live
    /// @param head null when it is not at hand
    record Stored(Slots slots, int block, long word, HeadArea.@Nullable View head)
            implements Facts {
        @Override
        public long sequence() {
            return slots.sequence(block);
        }

        @Override
        public boolean isSoft() {
            return Slots.isSoft(word);
        }

        @Override
        public int url() {
            return slots.url(block);
        }

        @Override
        public int host() {
            return slots.host(block);
        }

        @Override
        public int tags() {
            return Slots.tags(word);
        }

        @Override
        public int tag(int index) {
            return slots.tag(block, index);
        }

        @Override
        public Answer hasTag(int tag) {
            if (!slots.mayHaveTag(block, tag)) return Answer.NO;
            return head == null ? Answer.UNKNOWN : Answer.of(head.hasTag(tag));
        }

        @Override
        public Answer urlStartsWith(byte[] prefix) {
            return head == null ? Answer.UNKNOWN : Answer.of(head.urlStartsWith(prefix));
        }
    }

    /// Of an object that is about to enter the index.
    record New(long sequence, int url, int host, int[] tagHashes, byte[] urlBytes)
            implements Facts {
        @Override
        public boolean isSoft() {
            return false;
        }

        @Override
        public int tags() {
            return Slots.MANY_TAGS;
        }

        @Override
        public int tag(int index) {
            return tagHashes[index];
        }

        @Override
        public Answer hasTag(int tag) {
            return Answer.of(Arrays.stream(tagHashes).anyMatch(each -> each == tag));
        }

        @Override
        public Answer urlStartsWith(byte[] prefix) {
            return Answer.of(
                    prefix.length <= urlBytes.length
                            && Arrays.mismatch(urlBytes, 0, prefix.length, prefix, 0, prefix.length)
                                    < 0);
        }
    }
}
