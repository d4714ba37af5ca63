package io.breakwater.report.accesslog;

import io.breakwater.exchange.ExchangeView;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/// Where a tag's value comes from. The format decides how it is escaped and what stands for a
/// missing value.
sealed interface Tag {
    /// Writes the value.
    ///
    /// @param view the finished exchange
    /// @param style how the template escapes at this place
    /// @param out where to
    void append(ExchangeView view, Style style, LineBuffer out);

    /// How values are written at one place of a template.
    enum Style {
        /// As nginx writes them; `-` for missing.
        PLAIN,
        /// Inside of a JSON string; `-` for missing.
        JSON_QUOTED,
        /// Where JSON expects a value; `null` for missing.
        JSON_VALUE;

        void putText(@Nullable String value, boolean octets, LineBuffer out) {
            if (value == null) {
                putMissing(out);
                return;
            }
            switch (this) {
                case PLAIN -> out.putEscaped(value, octets);
                case JSON_QUOTED -> out.putJson(value, octets);
                case JSON_VALUE -> {
                    out.put('"');
                    out.putJson(value, octets);
                    out.put('"');
                }
            }
        }

        void putMissing(LineBuffer out) {
            if (this == JSON_VALUE) {
                out.putAscii("null");
            } else {
                out.put('-');
            }
        }

        /// Puts the quotes that JSON wants around what is no number.
        void putQuote(LineBuffer out) {
            if (this == JSON_VALUE) {
                out.put('"');
            }
        }
    }

    /// Text of ours or decoded text.
    record Text(Function<ExchangeView, @Nullable String> value) implements Tag {
        @Override
        public void append(ExchangeView view, Style style, LineBuffer out) {
            style.putText(value.apply(view), false, out);
        }
    }

    /// Text of a header field, where one char stands for one byte.
    record Field(Function<ExchangeView, @Nullable String> value) implements Tag {
        @Override
        public void append(ExchangeView view, Style style, LineBuffer out) {
            style.putText(value.apply(view), true, out);
        }
    }

    /// A number of 0 or more; less means missing.
    record Number(ToLongFunction<ExchangeView> value) implements Tag {
        @Override
        public void append(ExchangeView view, Style style, LineBuffer out) {
            long number = value.applyAsLong(view);
            if (number < 0) {
                style.putMissing(out);
            } else {
                out.putNumber(number);
            }
        }
    }

    /// Nanoseconds, written as whole milliseconds.
    record Millis(ToLongFunction<ExchangeView> nanos) implements Tag {
        @Override
        public void append(ExchangeView view, Style style, LineBuffer out) {
            long number = nanos.applyAsLong(view);
            if (number < 0) {
                style.putMissing(out);
            } else {
                out.putNumber(number / 1_000_000);
            }
        }
    }

    /// `true` or `false`.
    record Flag(Function<ExchangeView, Boolean> value) implements Tag {
        @Override
        public void append(ExchangeView view, Style style, LineBuffer out) {
            out.putAscii(value.apply(view) ? "true" : "false");
        }
    }

    /// The status, three digits.
    record Status() implements Tag {
        @Override
        public void append(ExchangeView view, Style style, LineBuffer out) {
            int status = view.status();
            if (status < 100 && style != Style.PLAIN) {
                out.putNumber(status);
            } else {
                out.putPadded(status, 3);
            }
        }
    }

    /// The time of the exchange's end.
    record Time(Writer writer) implements Tag {
        @Override
        public void append(ExchangeView view, Style style, LineBuffer out) {
            style.putQuote(out);
            writer.write(Tags.endMillis(view), out);
            style.putQuote(out);
        }

        /// Writes a time.
        @FunctionalInterface
        interface Writer {
            void write(long epochMillis, LineBuffer out);
        }
    }

    /// Bytes with a unit: `512B`, `1.5KB`, `12MB`.
    record Size(ToLongFunction<ExchangeView> bytes) implements Tag {
        private static final String[] UNITS = {"KB", "MB", "GB", "TB"};

        @Override
        public void append(ExchangeView view, Style style, LineBuffer out) {
            long number = bytes.applyAsLong(view);
            if (number < 0) {
                style.putMissing(out);
                return;
            }
            style.putQuote(out);
            if (number < 1024) {
                out.putNumber(number);
                out.put('B');
            } else {
                double scaled = number / 1024.0;
                int unit = 0;
                while (scaled >= 1024 && unit < UNITS.length - 1) {
                    scaled /= 1024;
                    unit++;
                }
                putTenths(Math.round(scaled * 10), out);
                out.putAscii(UNITS[unit]);
            }
            style.putQuote(out);
        }
    }

    /// A duration with a unit: `350us`, `1.2ms`, `2.5s`, `3m5s`.
    record Duration(ToLongFunction<ExchangeView> nanos) implements Tag {
        @Override
        public void append(ExchangeView view, Style style, LineBuffer out) {
            long micros = nanos.applyAsLong(view) / 1000;
            if (nanos.applyAsLong(view) < 0) {
                style.putMissing(out);
                return;
            }
            style.putQuote(out);
            if (micros < 1000) {
                out.putNumber(micros);
                out.putAscii("us");
            } else if (micros < 999_950) {
                putTenths((micros + 50) / 100, out);
                out.putAscii("ms");
            } else if (micros < 59_950_000) {
                putTenths((micros + 50_000) / 100_000, out);
                out.put('s');
            } else {
                long seconds = (micros + 500_000) / 1_000_000;
                out.putNumber(seconds / 60);
                out.put('m');
                out.putNumber(seconds % 60);
                out.put('s');
            }
            style.putQuote(out);
        }
    }

    /// `GET /path?query HTTP/1.1`; missing when the head was not one.
    record RequestLine() implements Tag {
        @Override
        public void append(ExchangeView view, Style style, LineBuffer out) {
            if (view.method().isEmpty() || (view.method().equals("-") && view.uri().equals("-"))) {
                style.putMissing(out);
                return;
            }
            Style inner = style == Style.JSON_VALUE ? Style.JSON_QUOTED : style;
            style.putQuote(out);
            inner.putText(view.method(), false, out);
            out.put(' ');
            inner.putText(view.uri(), false, out);
            out.put(' ');
            inner.putText(view.protocol(), false, out);
            style.putQuote(out);
        }
    }

    private static void putTenths(long tenths, LineBuffer out) {
        out.putNumber(tenths / 10);
        if (tenths % 10 != 0) {
            out.put('.');
            out.putNumber(tenths % 10);
        }
    }
}
