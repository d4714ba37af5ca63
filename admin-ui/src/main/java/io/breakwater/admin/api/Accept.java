package io.breakwater.admin.api;

import io.breakwater.config.DocumentFormat;
import java.util.Locale;
import java.util.Optional;

/// The `Accept` field, RFC 9110 §12.5.1, as far as three formats need it.
final class Accept {
    private Accept() {}

    /// The best format; JSON where any will do.
    static DocumentFormat pick(String accept) throws ApiException {
        DocumentFormat best = null;
        double bestQuality = 0;
        for (String range : accept.split(",", -1)) {
            String[] parts = range.split(";", -1);
            Optional<DocumentFormat> format = format(parts[0].strip().toLowerCase(Locale.ROOT));
            double quality = quality(parts);
            if (format.isPresent() && quality > bestQuality) {
                best = format.get();
                bestQuality = quality;
            }
        }
        if (best == null) {
            throw new ApiException(
                    406,
                    "Accept: "
                            + accept
                            + " (expected: application/json, application/toml or"
                            + " application/yaml)");
        }
        return best;
    }

    private static Optional<DocumentFormat> format(String range) {
        return switch (range) {
            case "*/*", "application/*", "text/*" -> Optional.of(DocumentFormat.JSON);
            default -> range.indexOf('/') < 0 ? Optional.empty() : DocumentFormat.of(range);
        };
    }

    private static double quality(String[] parts) {
        for (int i = 1; i < parts.length; i++) {
            String parameter = parts[i].strip();
            if (parameter.startsWith("q=")) {
                try {
                    return Double.parseDouble(parameter.substring(2));
                } catch (NumberFormatException e) {
                    return 0;
                }
            }
        }
        return 1;
    }
}
