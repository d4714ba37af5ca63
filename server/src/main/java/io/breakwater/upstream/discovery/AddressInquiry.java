package io.breakwater.upstream.discovery;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/// The addresses of one name, A and AAAA. When one of both cannot be asked for, what it was before
/// counts: a server that does not answer for one kind must not take the nodes of that kind away.
final class AddressInquiry implements Inquiry {
    private static final List<Integer> TYPES = List.of(Type.A, Type.AAAA);

    private final Dns dns;
    private final String name;
    private final Map<Integer, List<Record>> former = new HashMap<>();

    AddressInquiry(Dns dns, String name) {
        this.dns = dns;
        this.name = name;
    }

    @Override
    public Result ask() throws LookupException {
        Addresses addresses = addresses();
        List<Found> found = addresses.all().stream().map(Found::address).toList();
        return new Result(found, Duration.ofSeconds(addresses.ttlSeconds()));
    }

    /// Addresses.
    ///
    /// @param all at least one, sorted
    /// @param ttlSeconds how long they are good for
    record Addresses(List<InetAddress> all, long ttlSeconds) {}

    /// Asks for both kinds.
    Addresses addresses() throws LookupException {
        List<Record> records = new ArrayList<>();
        LookupException failure = null;
        String absence = "";
        long ttl = Long.MAX_VALUE;
        for (int type : TYPES) {
            try {
                Dns.Answer answer = dns.ask(name, type);
                former.put(type, answer.records());
                if (answer.records().isEmpty()) absence = answer.absence();
                else ttl = Math.min(ttl, answer.ttlSeconds());
            } catch (LookupException e) {
                failure = e;
            }
            records.addAll(former.getOrDefault(type, List.of()));
        }
        if (ttl < Long.MAX_VALUE) return new Addresses(sorted(records), ttl);
        throw failure != null ? failure : new LookupException(absence);
    }

    private static List<InetAddress> sorted(List<Record> records) {
        List<InetAddress> all = new ArrayList<>();
        for (Record record : records) {
            if (record instanceof ARecord v4) all.add(v4.getAddress());
            if (record instanceof AAAARecord v6) all.add(v6.getAddress());
        }
        // Servers turn the order with each answer.
        all.sort(Comparator.comparing(InetAddress::getHostAddress));
        return all;
    }
}
