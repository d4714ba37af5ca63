package io.breakwater.admin.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.breakwater.config.DocumentFormat;
import io.breakwater.control.Control;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One request as a resource sees it.
///
/// @param request the servlet request
/// @param response for streams and cookies; other answers are a [Reply]
/// @param variables path variables by name
/// @param principal who asks
record Call(
        HttpServletRequest request,
        HttpServletResponse response,
        Map<String, String> variables,
        Principal principal) {
    static final int MAX_BODY_BYTES = 10 * 1024 * 1024;
    private static final int MAX_COMMENT_CHARS = 1_000;

    /// A path variable of the route.
    String variable(String name) {
        String value = variables.get(name);
        if (value == null) {
            throw new IllegalArgumentException("the route has no {" + name + "}");
        }
        return value;
    }

    /// A path variable that is a number of 0 or more.
    long number(String name) throws ApiException {
        return number(name, variable(name));
    }

    @Nullable String query(String name) {
        return request.getParameter(name);
    }

    /// A query parameter that is a number.
    long number(String name, long otherwise, long min, long max) throws ApiException {
        String text = query(name);
        if (text == null) {
            return otherwise;
        }
        long value = number(name, text);
        if (value < min || value > max) {
            throw ApiException.badRequest(
                    name + ": " + text + " (expected: " + min + " to " + max + ")");
        }
        return value;
    }

    /// A query parameter that is true or false; present without a value means true.
    boolean flag(String name) throws ApiException {
        String text = query(name);
        if (text == null || text.equals("false")) {
            return false;
        }
        if (text.isEmpty() || text.equals("true")) {
            return true;
        }
        throw ApiException.badRequest(name + ": " + text + " (expected: true or false)");
    }

    /// Who and why, from the principal and `?comment=`.
    Control.Change change(String otherwise) throws ApiException {
        String comment = query("comment");
        if (comment != null && comment.length() > MAX_COMMENT_CHARS) {
            throw ApiException.badRequest(
                    "comment: "
                            + comment.length()
                            + " characters (expected: at most "
                            + MAX_COMMENT_CHARS
                            + ")");
        }
        return new Control.Change(
                principal.author(),
                comment == null || comment.isBlank() ? otherwise : comment.strip());
    }

    /// The media type of the body without parameters, in lower case, null without one.
    @Nullable String mediaType() {
        String type = request.getContentType();
        if (type == null) {
            return null;
        }
        int end = type.indexOf(';');
        return (end < 0 ? type : type.substring(0, end)).strip().toLowerCase(Locale.ROOT);
    }

    /// The format of the body: `?format=`, else `Content-Type`, else JSON.
    DocumentFormat bodyFormat() throws ApiException {
        String asked = query("format");
        if (asked != null) {
            return format(asked);
        }
        String type = mediaType();
        if (type == null) {
            return DocumentFormat.JSON;
        }
        return DocumentFormat.of(type)
                .orElseThrow(() ->
                        new ApiException(
                                        415,
                                        "Content-Type: "
                                                + type
                                                + " (expected: application/json, application/toml"
                                                + " or application/yaml)")
                                .withHeader(
                                        "Accept",
                                        "application/json, application/toml, application/yaml"));
    }

    static DocumentFormat format(String name) throws ApiException {
        return DocumentFormat.of(name)
                .orElseThrow(() ->
                        ApiException.badRequest(
                                "format: " + name + " (expected: json, toml or yaml)"));
    }

    /// The body as text; read once.
    String bodyText() throws ApiException, IOException {
        if (request.getContentLengthLong() > MAX_BODY_BYTES) {
            discardBody();
            throw tooLarge();
        }
        byte[] bytes = request.getInputStream().readNBytes(MAX_BODY_BYTES + 1);
        if (bytes.length > MAX_BODY_BYTES) {
            discardBody();
            throw tooLarge();
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            throw ApiException.badRequest("the body is not UTF-8");
        }
    }

    /// The body as a JSON object with no fields but these.
    ObjectNode jsonBody(List<String> keys) throws ApiException, IOException {
        String type = mediaType();
        if (type != null && !type.equals("application/json")) {
            throw new ApiException(415, "Content-Type: " + type + " (expected: application/json)")
                    .withHeader("Accept", "application/json");
        }
        ObjectNode body = jsonObject(bodyText());
        for (Map.Entry<String, JsonNode> field : body.properties()) {
            if (!keys.contains(field.getKey())) {
                throw ApiException.invalidField(
                        field.getKey(),
                        Json.text(field.getValue()),
                        "one of " + String.join(", ", keys));
            }
        }
        return body;
    }

    static ObjectNode jsonObject(String text) throws ApiException {
        try {
            if (Json.parse(text) instanceof ObjectNode object) {
                return object;
            }
            throw ApiException.badRequest("the body is not a JSON object");
        } catch (JsonProcessingException e) {
            throw ApiException.badRequest("the body is not JSON: " + where(e));
        }
    }

    /// What is wrong and where, without the library's view of the source.
    static String where(JsonProcessingException e) {
        String message = e.getOriginalMessage();
        return e.getLocation() == null
                ? message
                : message
                        + " (line "
                        + e.getLocation().getLineNr()
                        + ", column "
                        + e.getLocation().getColumnNr()
                        + ")";
    }

    /// A text field of a JSON body.
    static @Nullable String text(ObjectNode body, String key) throws ApiException {
        JsonNode value = body.get(key);
        if (value == null || value.isNull()) {
            return null;
        }
        if (!value.isTextual()) {
            throw ApiException.invalidField(key, Json.text(value), "text");
        }
        return value.textValue();
    }

    /// A text field that must be present.
    static String requiredText(ObjectNode body, String key) throws ApiException {
        String value = text(body, key);
        if (value == null) {
            throw ApiException.invalidField(key, null, "text");
        }
        return value;
    }

    private static long number(String name, String text) throws ApiException {
        try {
            long value = Long.parseLong(text);
            if (value >= 0) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Falls through to the one message.
        }
        throw ApiException.badRequest(name + ": " + text + " (expected: a number, 0 or more)");
    }

    /// Reads on, within bounds, since a client that is still sending does not see the answer.
    private void discardBody() throws IOException {
        byte[] scrap = new byte[64 * 1024];
        InputStream body = request.getInputStream();
        for (long left = 8L * MAX_BODY_BYTES; left > 0; ) {
            int read = body.read(scrap);
            if (read < 0) {
                return;
            }
            left -= read;
        }
    }

    private static ApiException tooLarge() {
        return new ApiException(413, "the body is larger than 10 MB")
                .withHeader("Connection", "close");
    }
}
