package io.breakwater.config;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/// Turns a document into typed records, or says everything that is wrong with it. Reads nothing but
/// the document: no file, no name service.
public final class ConfigReader {
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,99}");

    private final Document document;
    private final Scope scope;

    private ConfigReader(Document document) {
        this.document = document;
        this.scope = new Scope(document);
    }

    /// Reads a whole configuration. Objects that are not enabled are read and checked like the
    /// others.
    ///
    /// @param document the document
    /// @return typed records; every reference resolves
    /// @throws InvalidConfigException with every problem found
    public static Configuration read(Document document) throws InvalidConfigException {
        return new ConfigReader(document).read();
    }

    private Configuration read() throws InvalidConfigException {
        Configuration configuration =
                new Configuration(
                        each(Kind.SERVER, new ServerReader(document)::read),
                        each(Kind.LOCATION, LocationReader::read),
                        each(Kind.UPSTREAM, UpstreamReader::read),
                        each(Kind.CERTIFICATE, CertificateReader::read),
                        each(Kind.CACHE_POLICY, CachePolicyReader::read),
                        each(Kind.ERROR_PAGE, PolicyReaders::errorPage),
                        each(Kind.LOG_FORMAT, PolicyReaders::logFormat));
        if (!scope.problems().isEmpty()) throw new InvalidConfigException(scope.problems());
        return configuration;
    }

    private <T> Map<String, T> each(Kind kind, Reader<T> reader) {
        Map<String, T> read = new LinkedHashMap<>();
        for (Map.Entry<String, ObjectNode> entry : document.of(kind).entrySet()) {
            String name = entry.getKey();
            Fields fields = Fields.of(kind, name, entry.getValue(), scope);
            checkName(kind, name);
            read.put(name, reader.read(name, fields));
            fields.reportUnknown();
        }
        return read;
    }

    private void checkName(Kind kind, String name) {
        String object = kind.key() + "/" + name;
        if (!NAME.matcher(name).matches())
            scope.add(
                    new Problem(
                            object,
                            "",
                            name,
                            "a name of at most 100 characters a-z, 0-9, '.', '_' and '-' that"
                                    + " begins with a letter or digit"));
        else if (kind == Kind.LOG_FORMAT
                && (Scope.BUILT_IN_FORMATS.contains(name) || name.equals("off")))
            scope.add(
                    new Problem(
                            object, "", name, "a name other than off and the built-in formats"));
    }

    /// Reads one object.
    private interface Reader<T> {
        T read(String name, Fields fields);
    }
}
