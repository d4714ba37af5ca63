package io.breakwater.upstream.discovery;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// What `/etc/resolv.conf` says (resolv.conf(5)). Read anew for each look-up, since it changes with
/// the network.
///
/// @param servers in their order, at least one
/// @param search domains that are tried behind a short name
/// @param dots a name with so many dots is tried as it is first
record SystemResolver(List<InetSocketAddress> servers, List<String> search, int dots) {
    static final Path FILE = Path.of("/etc/resolv.conf");
    private static final int DNS_PORT = 53;
    private static final int MOST_DOTS = 15;

    /// Reads the file; without one, a server on this machine is asked.
    static SystemResolver read(Path file) {
        List<String> lines;
        try {
            lines = Files.readAllLines(file);
        } catch (IOException e) {
            lines = List.of(); // resolv.conf(5): "the default is to use the local machine"
        }
        List<InetSocketAddress> servers = new ArrayList<>();
        List<String> search = List.of();
        int dots = 1;
        for (String line : lines) {
            List<String> words = List.of(line.strip().split("\\s+", -1));
            List<String> rest = words.subList(1, words.size());
            switch (words.getFirst()) {
                case "nameserver" -> addServer(rest, servers);
                case "search", "domain" -> search = rest;
                case "options" -> dots = dots(rest, dots);
                default -> {} // a comment, or nothing to us
            }
        }
        if (servers.isEmpty())
            servers.add(new InetSocketAddress(InetAddress.getLoopbackAddress(), DNS_PORT));
        return new SystemResolver(List.copyOf(servers), List.copyOf(search), dots);
    }

    private static void addServer(List<String> words, List<InetSocketAddress> to) {
        if (words.isEmpty()) return;
        try {
            to.add(new InetSocketAddress(InetAddress.ofLiteral(words.getFirst()), DNS_PORT));
        } catch (IllegalArgumentException e) {
            // No address: the system's own resolver passes over such a line, too.
        }
    }

    private static int dots(List<String> options, int usual) {
        int dots = usual;
        for (String option : options)
            if (option.matches("ndots:\\d{1,4}"))
                dots = Math.min(MOST_DOTS, Integer.parseInt(option.substring(6)));
        return dots;
    }
}
