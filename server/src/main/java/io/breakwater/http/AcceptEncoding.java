package io.breakwater.http;

import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Which content codings a client takes (RFC 9110 §12.5.3), of those that we know. Weights are
/// thousandths; 0 is not acceptable.
///
/// @param zstd weight of Zstandard
/// @param br weight of Brotli
/// @param gzip weight of gzip
/// @param identity weight of no coding; 1 when the client says nothing of it, as everything else
///   that it takes is better then
public record AcceptEncoding(int zstd, int br, int gzip, int identity) {
    /// Takes no coding.
    public static final AcceptEncoding NONE = new AcceptEncoding(0, 0, 0, 1);

    private static final int FULL = 1000;
    private static final int UNSAID = -1;
    private static final int LEAST = 1;

    /// Reads the field.
    ///
    /// @param field its combined value, null when it is absent
    /// @return [#NONE] without the field: such a client would have to take any coding, but few can
    public static AcceptEncoding parse(@Nullable String field) {
        if (field == null) return NONE;
        int zstd = UNSAID;
        int br = UNSAID;
        int gzip = UNSAID;
        int identity = UNSAID;
        int others = UNSAID;
        for (String member : FieldSyntax.members(field)) {
            int semicolon = member.indexOf(';');
            String name = (semicolon < 0 ? member : member.substring(0, semicolon)).strip();
            int weight = semicolon < 0 ? FULL : weight(member.substring(semicolon + 1).strip());
            switch (name.toLowerCase(Locale.ROOT)) {
                case "zstd" -> zstd = first(zstd, weight);
                case "br" -> br = first(br, weight);
                case "gzip", "x-gzip" -> gzip = first(gzip, weight);
                case "identity" -> identity = first(identity, weight);
                case "*" -> others = first(others, weight);
                default -> {}
            }
        }
        int unlisted = Math.max(0, others);
        return new AcceptEncoding(
                zstd == UNSAID ? unlisted : zstd,
                br == UNSAID ? unlisted : br,
                gzip == UNSAID ? unlisted : gzip,
                identity != UNSAID ? identity : others == 0 ? 0 : LEAST);
    }

    private static int first(int before, int weight) {
        return before == UNSAID ? weight : before;
    }

    /// RFC 9110 §12.4.2. What is no weight is taken for 0: better no coding than an unwanted one.
    private static int weight(String parameter) {
        int equals = parameter.indexOf('=');
        if (equals < 0 || !parameter.substring(0, equals).strip().equalsIgnoreCase("q")) return 0;
        String value = parameter.substring(equals + 1).strip();
        if (value.isEmpty() || value.length() > 5 || (value.length() > 1 && value.charAt(1) != '.'))
            return 0;
        int weight = digit(value, 0) * FULL;
        int unit = FULL;
        for (int i = 2; i < value.length(); i++) {
            unit /= 10;
            weight += digit(value, i) * unit;
        }
        return weight >= 0 && weight <= FULL ? weight : 0;
    }

    /// So far below 0 that no sum with it is a weight when it is no digit.
    private static int digit(String value, int index) {
        char c = value.charAt(index);
        return c >= '0' && c <= '9' ? c - '0' : -10_000;
    }

    /// The weight of a coding.
    ///
    /// @param coding the coding
    /// @return thousandths, 0 when it is not acceptable
    public int weight(ContentCoding coding) {
        return switch (coding) {
            case ZSTD -> zstd;
            case BR -> br;
            case GZIP -> gzip;
        };
    }

    /// The coding that a body should have.
    ///
    /// @param offered what there is, the best first, which decides among equal weights
    /// @return null for none
    public @Nullable ContentCoding best(List<ContentCoding> offered) {
        ContentCoding best = null;
        for (ContentCoding coding : offered)
            if (weight(coding) > 0
                    && weight(coding) >= identity
                    && (best == null || weight(coding) > weight(best))) best = coding;
        return best;
    }

    /// One form for all fields that mean the same where nothing but our codings counts, so that
    /// clients share what is stored for them. It is a field to send on, too: [#best] of it is the
    /// same.
    ///
    /// @return the acceptable codings by falling weight; `identity` when there is none
    public String normal() {
        TreeSet<Integer> ranks = new TreeSet<>();
        for (ContentCoding coding : ContentCoding.values())
            if (counts(coding)) ranks.add(rank(coding));
        StringBuilder normal = new StringBuilder();
        int place = 0;
        for (int rank : ranks) {
            for (ContentCoding coding : ContentCoding.values()) {
                if (!counts(coding) || rank(coding) != rank) continue;
                if (!normal.isEmpty()) normal.append(", ");
                normal.append(coding.token());
                if (place > 0) normal.append(";q=0.").append(10 - place);
            }
            place++;
        }
        if (normal.isEmpty()) return "identity";
        return identity == 0 ? normal.append(", identity;q=0").toString() : normal.toString();
    }

    private boolean counts(ContentCoding coding) {
        return weight(coding) > 0 && weight(coding) >= identity;
    }

    private int rank(ContentCoding coding) {
        return -weight(coding);
    }
}
