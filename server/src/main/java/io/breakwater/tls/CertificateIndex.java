package io.breakwater.tls;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The certificates that listeners may show, found by the name that a client asks for: the name in
/// full, else a wildcard for its first label, else the default. Immutable; a look-up is two of a
/// hash table at most, however many there are.
public final class CertificateIndex {
    private final Map<String, int[]> byName = new HashMap<>();
    private final List<Shown> all;
    private final int[] defaults;

    /// One of them.
    ///
    /// @param name the object's name
    /// @param identity certificate and key
    /// @param domains what it is shown for, in lower-case ASCII, some with `*.` in front
    /// @param isDefault whether it is shown when there is none for a name
    public record Shown(String name, Identity identity, List<String> domains, boolean isDefault) {
        /// Copies the list.
        public Shown {
            domains = List.copyOf(domains);
        }
    }

    /// Makes an index.
    ///
    /// @param shown in any order; of two for one name with keys of one kind the one that is valid
    ///   longer is shown
    public CertificateIndex(List<Shown> shown) {
        List<Shown> order = new ArrayList<>(shown);
        order.sort(Comparator.comparing(CertificateIndex::end).reversed());
        all = List.copyOf(order);
        int[] unnamed = {};
        for (int i = 0; i < all.size(); i++) {
            Shown each = all.get(i);
            for (String domain : each.domains()) {
                int[] known = byName.get(domain);
                byName.put(domain, known == null ? new int[] {i} : with(known, i));
            }
            if (each.isDefault()) unnamed = with(unnamed, i);
        }
        defaults = unnamed;
    }

    private static Instant end(Shown shown) {
        return shown.identity().chain().getFirst().getNotAfter().toInstant();
    }

    private static int[] with(int[] list, int element) {
        int[] longer = Arrays.copyOf(list, list.length + 1);
        longer[list.length] = element;
        return longer;
    }

    /// Whether there is one for a client.
    ///
    /// @param host what it asks for, in lower case; null for nothing
    /// @return false when it has to be refused
    boolean has(@Nullable String host) {
        return find(host).length > 0;
    }

    /// Finds the one for a client.
    ///
    /// @param host what it asks for, in lower case; null for nothing
    /// @param algorithm of its key, such as `EC`
    /// @return its number; -1 when there is none
    int find(@Nullable String host, String algorithm) {
        for (int each : find(host))
            if (all.get(each).identity().key().getAlgorithm().equals(algorithm)) return each;
        return -1;
    }

    private int[] find(@Nullable String host) {
        if (host == null) return defaults;
        int[] found = byName.get(host);
        if (found != null) return found;
        int dot = host.indexOf('.');
        found = dot < 0 ? null : byName.get("*" + host.substring(dot));
        return found == null ? defaults : found;
    }

    Identity identity(int number) {
        return all.get(number).identity();
    }

    /// Those that may be shown.
    ///
    /// @return the ones that are valid longest first
    public List<Shown> all() {
        return all;
    }
}
