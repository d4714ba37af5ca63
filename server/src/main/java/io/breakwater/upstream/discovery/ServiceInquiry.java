package io.breakwater.upstream.discovery;

import io.breakwater.config.UpstreamConfig;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.SRVRecord;
import org.xbill.DNS.Type;

/// The nodes that the service records of one name list (RFC 2782).
final class ServiceInquiry implements Inquiry {
    private static final Comparator<SRVRecord> ORDER =
            Comparator.comparingInt(SRVRecord::getPriority)
                    .thenComparing(SRVRecord::getTarget)
                    .thenComparingInt(SRVRecord::getPort);

    private final Dns dns;
    private final String name;
    private final Map<Name, AddressInquiry> targets = new HashMap<>();
    private final Map<Name, List<InetAddress>> former = new HashMap<>();

    ServiceInquiry(Dns dns, String name) {
        this.dns = dns;
        this.name = name;
    }

    @Override
    public Result ask() throws LookupException {
        Dns.Answer answer = dns.ask(name, Type.SRV);
        if (answer.records().isEmpty()) throw new LookupException(answer.absence());
        List<SRVRecord> services = new ArrayList<>();
        for (Record record : answer.records()) {
            // RFC 2782: a target of "." says that there is no such service here.
            if (record instanceof SRVRecord service && !service.getTarget().equals(Name.root))
                services.add(service);
        }
        if (services.isEmpty())
            throw new LookupException(name + " says that there is no such service");
        services.sort(ORDER);
        Set<Name> named = new HashSet<>();
        services.forEach(service -> named.add(service.getTarget()));
        targets.keySet().retainAll(named);
        former.keySet().retainAll(named);
        long ttl = answer.ttlSeconds();
        LookupException failure = null;
        for (Name target : named) {
            try {
                ttl = Math.min(ttl, askFor(target));
            } catch (LookupException e) {
                failure = e;
            }
        }
        List<Found> found = new ArrayList<>();
        for (SRVRecord service : services)
            for (InetAddress address : former.getOrDefault(service.getTarget(), List.of()))
                found.add(found(service, address));
        if (failure != null && found.isEmpty()) throw failure;
        return new Result(List.copyOf(found), Duration.ofSeconds(ttl));
    }

    /// Asks for the addresses of a target; without an answer those that it had stay.
    private long askFor(Name target) throws LookupException {
        AddressInquiry inquiry =
                targets.computeIfAbsent(target, key -> new AddressInquiry(dns, key.toString()));
        AddressInquiry.Addresses addresses = inquiry.addresses();
        former.put(target, addresses.all());
        return addresses.ttlSeconds();
    }

    private static Found found(SRVRecord service, InetAddress address) {
        // RFC 2782: records of weight 0 have "a very small chance" beside others. By its draw from
        // 0 to the sum, that is the share of a weight of 1; among themselves they are equal.
        int weight = Math.max(1, service.getWeight());
        UpstreamConfig.Node node =
                new UpstreamConfig.Node(
                        service.getTarget().toString(true),
                        service.getPort(),
                        weight,
                        false,
                        UpstreamConfig.State.ACTIVE,
                        0);
        return Found.service(address, node, service.getPriority());
    }
}
