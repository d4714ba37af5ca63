package io.breakwater.boot;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.breakwater.config.Document;
import io.breakwater.config.InvalidConfigException;
import io.breakwater.config.Kind;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What an empty store is filled with.
///
/// @param upstream the address to proxy instead of the sample pages, null for the first
///   configuration file
/// @param listen where the server listens instead of the address in the file, null for that one
record FirstStart(@Nullable String upstream, @Nullable String listen) {
    private static final String DEFAULT_LISTEN = "0.0.0.0:8080";
    private static final Map<String, Integer> PORTS = Map.of("http", 80, "https", 443);

    /// Whether the person asked for anything but the file.
    boolean isAsked() {
        return upstream != null || listen != null;
    }

    /// Makes the document.
    ///
    /// @param file the first configuration
    /// @throws StartException when the file or an argument cannot be used
    Document document(Path file) throws StartException {
        if (listen != null && Addresses.parse(listen) == null) {
            throw new StartException(
                    "--listen " + listen + ": expected host:port, IPv6 in brackets");
        }
        return upstream == null ? withListen(read(file)) : forUpstream(upstream);
    }

    private Document forUpstream(String url) throws StartException {
        Document document = Document.EMPTY;
        ObjectNode server = JsonNodeFactory.instance.objectNode();
        server.putArray("listen").add(listen == null ? DEFAULT_LISTEN : listen);
        server.putArray("locations").add("app");
        server.put("access-log", "combined");
        ObjectNode location = JsonNodeFactory.instance.objectNode().put("upstream", "app");
        ObjectNode group = JsonNodeFactory.instance.objectNode();
        group.putArray("nodes").add(node(url));
        document = document.with(Kind.SERVER, "default", server);
        document = document.with(Kind.LOCATION, "app", location);
        return document.with(Kind.UPSTREAM, "app", group);
    }

    private static String node(String url) throws StartException {
        String expected = "--upstream " + url + ": expected a URL such as http://127.0.0.1:9001";
        URI uri;
        try {
            uri = new URI(url);
        } catch (URISyntaxException e) {
            throw new StartException(expected, e);
        }
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        if (uri.getHost() == null || !PORTS.containsKey(scheme)) {
            throw new StartException(expected);
        }
        if (scheme.equals("https")) {
            throw new StartException(
                    "--upstream "
                            + url
                            + ": this version speaks plain http to upstreams, not https");
        }
        String path = uri.getRawPath();
        if (path != null && !path.isEmpty() && !path.equals("/") || uri.getRawQuery() != null) {
            throw new StartException(
                    "--upstream "
                            + url
                            + ": expected no path; paths are changed by a location's rewrite");
        }
        // The host of a URI keeps the brackets of an IPv6 literal, as node addresses do.
        return uri.getHost() + ":" + (uri.getPort() < 0 ? PORTS.get(scheme) : uri.getPort());
    }

    private Document withListen(Document document) throws StartException {
        if (listen == null) {
            return document;
        }
        if (document.of(Kind.SERVER).size() != 1) {
            throw new StartException(
                    "--listen needs a first configuration with one server; it has "
                            + document.of(Kind.SERVER).size());
        }
        Map.Entry<String, ObjectNode> only =
                document.of(Kind.SERVER).sequencedEntrySet().getFirst();
        ObjectNode server = only.getValue().deepCopy();
        server.putArray("listen").add(listen);
        return document.with(Kind.SERVER, only.getKey(), server);
    }

    private static Document read(Path file) throws StartException {
        try {
            return DocumentFiles.read(file);
        } catch (IOException e) {
            throw new StartException("cannot read the first configuration " + file + ": " + e, e);
        } catch (InvalidConfigException e) {
            throw new StartException(
                    "the first configuration " + file + " is not valid: " + e.getMessage(), e);
        }
    }
}
