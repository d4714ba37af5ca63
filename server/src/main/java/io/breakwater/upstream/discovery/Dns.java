package io.breakwater.upstream.discovery;

import io.breakwater.config.HostPort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;
import org.xbill.DNS.hosts.HostsFileParser;

/// Asks DNS servers: one after the other, twice round, until one knows. Answers that do not fit a
/// datagram are asked for again over TCP. Blocks: on virtual threads only.
final class Dns {
    private static final Path HOSTS = Path.of("/etc/hosts");
    private static final Duration PATIENCE = Duration.ofMillis(1500);
    private static final int ROUNDS = 2;
    private static final int MOST_ALIASES = 16;

    /// How long a line of the hosts file is good for, seconds.
    private static final long HOSTS_TTL = 5;

    private final List<InetSocketAddress> servers;

    /// Makes one.
    ///
    /// @param servers whom to ask, empty for those of the system
    Dns(List<HostPort> servers) {
        this.servers =
                servers.stream()
                        .map(one ->
                                new InetSocketAddress(
                                        InetAddress.ofLiteral(one.host()), one.port()))
                        .toList();
    }

    /// What is known of a name.
    ///
    /// @param records of the wanted type; none when there are none
    /// @param ttlSeconds how long that is good for
    /// @param absence why there are none, in words
    record Answer(List<Record> records, long ttlSeconds, String absence) {
        static Answer none(String absence) {
            return new Answer(List.of(), 0, absence);
        }
    }

    /// Asks for the records of a name. Aliases are followed; a short name is tried in the domains
    /// of the system's search list.
    ///
    /// @param text the name
    /// @param type of [Type]
    /// @return what is known, possibly that there are none
    /// @throws LookupException when nobody knows
    Answer ask(String text, int type) throws LookupException {
        SystemResolver system = SystemResolver.read(SystemResolver.FILE);
        boolean own = servers.isEmpty();
        Answer local = own ? ofHosts(text, type) : null;
        if (local != null) return local;
        List<InetSocketAddress> asked = own ? system.servers() : servers;
        Answer first = null;
        for (String candidate : own ? candidates(text, system) : List.of(text)) {
            Answer answer = follow(name(candidate), type, asked);
            if (!answer.records().isEmpty()) return answer;
            if (first == null) first = answer;
        }
        return first == null ? Answer.none("no name") : first;
    }

    /// The names that a name may mean, in the order in which they are tried.
    static List<String> candidates(String text, SystemResolver system) {
        if (text.endsWith(".")) return List.of(text);
        List<String> names = new ArrayList<>();
        for (String domain : system.search()) names.add(text + "." + domain);
        boolean first = text.chars().filter(letter -> letter == '.').count() >= system.dots();
        names.add(first ? 0 : names.size(), text);
        return names;
    }

    private static Name name(String text) throws LookupException {
        try {
            return Name.fromString(text, Name.root);
        } catch (TextParseException e) {
            throw new LookupException("not a name for DNS: " + e.getMessage());
        }
    }

    private static @Nullable Answer ofHosts(String text, int type) throws LookupException {
        if ((type != Type.A && type != Type.AAAA) || !Files.exists(HOSTS)) return null;
        Name name = name(text);
        HostsFileParser hosts = new HostsFileParser(HOSTS); // a kept one sees changes late
        try {
            InetAddress v4 = hosts.getAddressForHost(name, Type.A).orElse(null);
            InetAddress v6 = hosts.getAddressForHost(name, Type.AAAA).orElse(null);
            if (v4 == null && v6 == null) return null;
            List<Record> records = new ArrayList<>();
            if (type == Type.A && v4 != null)
                records.add(new ARecord(name, DClass.IN, HOSTS_TTL, v4));
            if (type == Type.AAAA && v6 != null)
                records.add(new AAAARecord(name, DClass.IN, HOSTS_TTL, v6));
            return new Answer(records, HOSTS_TTL, HOSTS + " has no such address of " + text);
        } catch (IOException e) {
            throw new LookupException(HOSTS + " cannot be read: " + e.getMessage());
        }
    }

    private static Answer follow(Name name, int type, List<InetSocketAddress> servers)
            throws LookupException {
        Name at = name;
        Message message = send(at, type, servers);
        long ttl = Long.MAX_VALUE;
        for (int aliases = 0; aliases < MOST_ALIASES; aliases++) {
            List<Record> records = of(message, at, type);
            for (Record one : records) ttl = Math.min(ttl, one.getTTL());
            if (!records.isEmpty()) return new Answer(records, ttl, "");
            List<Record> alias = of(message, at, Type.CNAME);
            if (!alias.isEmpty()) {
                ttl = Math.min(ttl, alias.getFirst().getTTL());
                at = ((CNAMERecord) alias.getFirst()).getTarget();
            } else if (message.getRcode() == Rcode.NXDOMAIN) {
                return Answer.none("NXDOMAIN: there is no " + shown(at));
            } else if (at.equals(message.getQuestion().getName())) {
                return Answer.none(shown(at) + " has no " + Type.string(type) + " records");
            } else {
                message = send(at, type, servers); // the server left following it to us
            }
        }
        throw new LookupException(shown(name) + " is an alias of an alias without end");
    }

    private static List<Record> of(Message message, Name name, int type) {
        return message.getSection(Section.ANSWER).stream()
                .filter(record -> record.getType() == type && record.getName().equals(name))
                .toList();
    }

    private static String shown(Name name) {
        return name.toString(true);
    }

    private static String shown(InetSocketAddress server) {
        return new HostPort(Literal.of(server.getAddress()), server.getPort()).text();
    }

    private static Message send(Name name, int type, List<InetSocketAddress> servers)
            throws LookupException {
        Message query = Message.newQuery(Record.newRecord(name, type, DClass.IN));
        List<String> troubles = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            troubles.clear();
            for (InetSocketAddress server : servers) {
                String trouble;
                try {
                    Message answer = send(query.clone(), server);
                    int code = answer.getRcode();
                    if (code == Rcode.NOERROR || code == Rcode.NXDOMAIN) return answer;
                    trouble = Rcode.string(code);
                } catch (PortUnreachableException e) {
                    trouble = "nobody listens there";
                } catch (IOException e) {
                    String message = e.getMessage();
                    trouble = message == null ? e.getClass().getSimpleName() : message;
                }
                troubles.add(shown(server) + ": " + trouble);
            }
        }
        throw new LookupException(
                "no DNS server answers for "
                        + shown(name)
                        + " ("
                        + String.join("; ", troubles)
                        + ")");
    }

    private static Message send(Message query, InetSocketAddress server) throws IOException {
        SimpleResolver resolver = new SimpleResolver(server);
        resolver.setTimeout(PATIENCE);
        try {
            return resolver.sendAsync(query, Thread::startVirtualThread)
                    .toCompletableFuture()
                    .get(PATIENCE.multipliedBy(3).toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            throw cause instanceof IOException failure ? failure : new IOException(cause);
        } catch (TimeoutException e) {
            throw new IOException("timed out", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
