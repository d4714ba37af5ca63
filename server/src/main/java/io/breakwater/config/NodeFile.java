package io.breakwater.config;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.breakwater.config.UpstreamConfig.Node;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads a list of nodes from a file of its own: a table with the key `nodes`, as an upstream has
/// it.
public final class NodeFile {
    private NodeFile() {}

    /// The notation of a file.
    ///
    /// @param file its name
    /// @return null when its ending says none
    public static @Nullable DocumentFormat formatOf(String file) {
        int dot = file.lastIndexOf('.');
        if (dot < 0 || file.indexOf('/', dot) >= 0) return null;
        return DocumentFormat.of(file.substring(dot + 1)).orElse(null);
    }

    /// Reads a list.
    ///
    /// @param text the whole text
    /// @param format its notation
    /// @return the nodes, at least one
    /// @throws InvalidConfigException with every problem, such as an empty list
    public static List<Node> read(String text, DocumentFormat format)
            throws InvalidConfigException {
        ObjectNode body = format.parseFields(text);
        Scope scope = new Scope(Document.EMPTY);
        Fields fields = Fields.of(Kind.UPSTREAM, "", body, scope);
        List<Node> nodes = UpstreamReader.nodes(fields, DiscoveryConfig.How.STATIC);
        TlsReader.checkFile(fields);
        body.forEachEntry((key, value) -> {
            if (!key.equals("nodes")) fields.problem(key, value, "absent: only nodes");
        });
        if (scope.problems().isEmpty()) return nodes;
        // of no object: the file has none
        throw new InvalidConfigException(
                scope.problems().stream()
                        .map(one -> new Problem("", one.key(), one.value(), one.expected()))
                        .toList());
    }
}
