package io.breakwater.admin.pages;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serial;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Style sheets, scripts and icons. Pages link them with the hash of their content, so that
/// browsers may keep them for good and still see each change at once.
final class StaticFiles extends HttpServlet {
    @Serial private static final long serialVersionUID = 1L;

    private static final Map<String, String> TYPES =
            Map.of(
                    "css", "text/css; charset=utf-8",
                    "js", "text/javascript; charset=utf-8",
                    "svg", "image/svg+xml",
                    "txt", "text/plain; charset=utf-8");

    private final transient @Nullable Path folder;
    private final transient Map<String, Asset> kept = new ConcurrentHashMap<>();

    StaticFiles(@Nullable Path webDir) {
        this.folder = webDir == null ? null : webDir.resolve("static").toAbsolutePath().normalize();
    }

    /// The address of a file, with its hash.
    ///
    /// @param name such as `css/app.css`
    public String url(String name) {
        Asset asset = find(name);
        return asset == null ? "/static/" + name : "/static/" + name + "?v=" + asset.hash;
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        String path = request.getPathInfo();
        Asset asset = path == null ? null : find(path.substring(1));
        if (asset == null) {
            response.sendError(404);
            return;
        }
        String tag = '"' + asset.hash + '"';
        response.setHeader("ETag", tag);
        response.setHeader("Cache-Control", cacheControl(asset, request.getParameter("v")));
        if (tag.equals(request.getHeader("If-None-Match"))) {
            response.setStatus(304);
            return;
        }
        response.setContentType(asset.type);
        response.setContentLength(asset.bytes.length);
        response.getOutputStream().write(asset.bytes);
    }

    private static String cacheControl(Asset asset, @Nullable String version) {
        return asset.hash.equals(version) ? "public, max-age=31536000, immutable" : "no-cache";
    }

    private @Nullable Asset find(String name) {
        Asset known = kept.get(name);
        if (known != null) return known;
        String type = TYPES.get(name.substring(name.lastIndexOf('.') + 1));
        if (type == null || name.contains("..") || name.contains("\\")) return null;
        try {
            byte[] bytes = read(name);
            if (bytes == null) return null;
            Asset asset = new Asset(bytes, type, hash(bytes));
            if (folder == null) kept.put(name, asset);
            return asset;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private byte @Nullable [] read(String name) throws IOException {
        if (folder != null && Files.isRegularFile(folder.resolve(name)))
            return Files.readAllBytes(folder.resolve(name));
        // Vendored scripts are in the jar only, so a live folder falls back to it.
        try (InputStream in =
                StaticFiles.class.getClassLoader().getResourceAsStream("web/static/" + name)) {
            return in == null ? null : in.readAllBytes();
        }
    }

    private static String hash(byte[] bytes) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
            return HexFormat.of().formatHex(digest, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private record Asset(byte[] bytes, String type, String hash) {}
}
