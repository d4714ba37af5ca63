package io.breakwater.deliver;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The forms an error answer can have, and the choice between them by the Accept field.
enum AcceptedForm {
    /// A page.
    HTML("text/html", "application/xhtml+xml"),
    /// Problem details.
    JSON("application/json", "application/problem+json"),
    /// Lines of text.
    TEXT("text/plain", "text/plain");

    private final String type;
    private final String otherType;

    AcceptedForm(String type, String otherType) {
        this.type = type;
        this.otherType = otherType;
    }

    /// Chooses by quality (RFC 9110 §12.5.1), then by how exactly the form is named, then in the
    /// order of the forms: an error answer is better in a form not asked for than empty.
    static AcceptedForm of(@Nullable String accept) {
        if (accept == null || accept.isBlank()) {
            return HTML;
        }
        AcceptedForm best = HTML;
        int bestScore = 0;
        for (AcceptedForm form : values()) {
            int score = form.score(accept);
            if (score > bestScore) {
                bestScore = score;
                best = form;
            }
        }
        return best;
    }

    /// Ten times the quality in thousandths, plus how exactly it is named; 0 for not acceptable.
    private int score(String accept) {
        int best = 0;
        int bestExactness = 0;
        for (String range : accept.split(",", 64)) {
            int semicolon = range.indexOf(';');
            String wanted =
                    (semicolon < 0 ? range : range.substring(0, semicolon))
                            .strip()
                            .toLowerCase(Locale.ROOT);
            int exactness = exactness(wanted);
            if (exactness == 0 || exactness < bestExactness) {
                continue;
            }
            int quality = semicolon < 0 ? 1000 : quality(range.substring(semicolon + 1));
            int score = quality == 0 ? 0 : quality * 10 + exactness;
            // The most exact range decides; of two equally exact ones (our two names) the better.
            best = exactness > bestExactness ? score : Math.max(best, score);
            bestExactness = exactness;
        }
        return best;
    }

    private int exactness(String range) {
        if (range.equals(type) || range.equals(otherType)) {
            return 3;
        }
        if (range.endsWith("/*") && type.startsWith(range.substring(0, range.length() - 1))) {
            return 2;
        }
        return range.equals("*/*") || range.equals("*") ? 1 : 0;
    }

    /// The `q` parameter in thousandths; what is no number counts as 1.
    private static int quality(String parameters) {
        for (String parameter : parameters.split(";", 16)) {
            String text = parameter.strip();
            if (text.length() > 2 && (text.startsWith("q=") || text.startsWith("Q="))) {
                try {
                    return (int) (Math.clamp(Double.parseDouble(text.substring(2)), 0, 1) * 1000);
                } catch (NumberFormatException e) {
                    return 1000;
                }
            }
        }
        return 1000;
    }
}
