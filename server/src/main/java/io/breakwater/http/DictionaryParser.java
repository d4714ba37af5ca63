package io.breakwater.http;

import io.breakwater.http.Dictionary.Value;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One parsing of a dictionary (RFC 9651 §4.2). Every method leaves the position behind what it
/// read, or notes that the field is broken.
final class DictionaryParser {
    private static final Value.Other OTHER = new Value.Other();
    private static final Value.Bool TRUE = new Value.Bool(true);
    private static final int MOST_DIGITS = 15;

    private final String field;
    private int at;
    private boolean broken;

    DictionaryParser(String field) {
        this.field = field.strip();
    }

    @Nullable Dictionary parse() {
        Map<String, Value> members = new LinkedHashMap<>();
        while (at < field.length()) {
            String key = key();
            Value value = TRUE;
            if (peek() == '=') {
                at++;
                value = peek() == '(' ? innerList() : bareItem();
            }
            parameters();
            if (broken) return null;
            members.remove(key); // §4.2.2: a later member takes the place of an earlier one
            members.put(key, value);
            if (!separator()) return null;
        }
        return new Dictionary(members);
    }

    /// Reads the comma between members; false when something else is there or nothing follows it.
    private boolean separator() {
        skip(true);
        if (at == field.length()) return true;
        if (field.charAt(at++) != ',') return false;
        skip(true);
        return at < field.length();
    }

    private void skip(boolean tabs) {
        while (peek() == ' ' || (tabs && peek() == '\t')) at++;
    }

    private char peek() {
        return at < field.length() ? field.charAt(at) : '\0';
    }

    private String key() {
        int start = at;
        if (!isLower(peek()) && peek() != '*') broken = true;
        while (isLower(peek()) || isDigit(peek()) || "_-.*".indexOf(peek()) >= 0) at++;
        return field.substring(start, at);
    }

    private static boolean isLower(char c) {
        return c >= 'a' && c <= 'z';
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private void parameters() {
        while (!broken && peek() == ';') {
            at++;
            skip(false);
            key();
            if (peek() != '=') continue;
            at++;
            bareItem();
        }
    }

    private Value innerList() {
        at++;
        while (!broken) {
            skip(false);
            if (peek() == ')') {
                at++;
                return OTHER;
            }
            bareItem();
            parameters();
            if (peek() != ' ' && peek() != ')') broken = true;
        }
        return OTHER;
    }

    private Value bareItem() {
        char c = peek();
        if (c == '-' || isDigit(c)) return number();
        if (c == '"') return string();
        if (c == '*' || isLower(c) || (c >= 'A' && c <= 'Z')) return token();
        if (c == '?') return bool();
        if (c == ':') return bytes();
        if (c == '@') return date();
        if (c == '%') return displayString();
        broken = true;
        return OTHER;
    }

    private Value number() {
        boolean negative = peek() == '-';
        if (negative) at++;
        int start = at;
        while (isDigit(peek())) at++;
        int digits = at - start;
        if (digits == 0 || digits > MOST_DIGITS) broken = true;
        if (peek() == '.') {
            at++;
            int fraction = at;
            while (isDigit(peek())) at++;
            if (at == fraction || at - fraction > 3 || digits > 12) broken = true;
            return OTHER;
        }
        if (broken) return OTHER;
        long number = Long.parseLong(field, start, at, 10);
        return new Value.Number(negative ? -number : number);
    }

    private Value string() {
        StringBuilder text = new StringBuilder();
        for (at++; at < field.length(); at++) {
            char c = field.charAt(at);
            if (c == '"') {
                at++;
                return new Value.Text(text.toString());
            }
            if (c == '\\') {
                at++;
                c = peek();
                if (c != '"' && c != '\\') break;
            } else if (c < ' ' || c > '~') {
                break;
            }
            text.append(c);
        }
        broken = true;
        return OTHER;
    }

    private Value token() {
        int start = at;
        while (FieldSyntax.isTokenChar(peek()) || peek() == ':' || peek() == '/') at++;
        return new Value.Text(field.substring(start, at));
    }

    private Value bool() {
        at++;
        char c = peek();
        if (c != '0' && c != '1') broken = true;
        at++;
        return new Value.Bool(c == '1');
    }

    private Value bytes() {
        int end = field.indexOf(':', at + 1);
        if (end < 0 || !field.substring(at + 1, end).matches("[A-Za-z0-9+/]*={0,2}")) broken = true;
        at = end < 0 ? field.length() : end + 1;
        return OTHER;
    }

    private Value date() {
        at++;
        if (!(number() instanceof Value.Number)) broken = true;
        return OTHER;
    }

    private Value displayString() {
        int end = field.indexOf('"', at + 2);
        if (!field.startsWith("%\"", at)
                || end < 0
                || !field.substring(at + 2, end).matches("([ !#$&-~]|%[0-9a-f]{2})*"))
            broken = true;
        at = end < 0 ? field.length() : end + 1;
        return OTHER;
    }
}
