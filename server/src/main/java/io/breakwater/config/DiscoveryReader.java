package io.breakwater.config;

import io.breakwater.config.DiscoveryConfig.How;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads how an upstream finds its nodes.
final class DiscoveryReader {
    private static final int DNS_PORT = 53;
    private static final String SERVER =
            "the literal address of a DNS server, such as 10.0.0.53:53";

    private DiscoveryReader() {}

    static DiscoveryConfig read(Fields fields) {
        How how = fields.choice("discovery", How.class);
        Duration interval = fields.durationOrNull("interval");
        if (how == How.STATIC) absent(fields, "interval", "dns, srv or file");
        return new DiscoveryConfig(how, interval, resolver(fields, how), file(fields, how));
    }

    private static void absent(Fields fields, String key, String with) {
        if (fields.has(key))
            fields.problem(key, fields.raw(key), "absent: for discovery = " + with);
    }

    private static List<HostPort> resolver(Fields fields, How how) {
        List<HostPort> servers = new ArrayList<>();
        if (how == How.STATIC || how == How.FILE) {
            absent(fields, "resolver", "dns or srv");
            return servers;
        }
        for (String text : fields.texts("resolver")) {
            HostPort server = server(text);
            if (server == null) fields.problem("resolver", text, SERVER);
            else servers.add(server);
        }
        return servers;
    }

    private static @Nullable HostPort server(String text) {
        boolean bareV6 = text.indexOf(':') != text.lastIndexOf(':') && !text.startsWith("[");
        String host = bareV6 ? "[" + text + "]" : text;
        HostPort server = HostPort.parse(host);
        if (server == null) server = HostPort.parse(host + ":" + DNS_PORT);
        return server == null || server.port() == 0 || HostPort.literal(server.host()) == null
                ? null
                : server;
    }

    private static @Nullable String file(Fields fields, How how) {
        if (how != How.FILE) {
            absent(fields, "discovery-file", "file");
            return null;
        }
        String file = fields.textOrNull("discovery-file");
        if (file != null && file.indexOf('\0') < 0 && NodeFile.formatOf(file) != null) return file;
        fields.problem("discovery-file", file, "a file name that ends in .toml, .json or .yaml");
        return null;
    }
}
