package io.breakwater.admin.pages;

import io.breakwater.control.LiveSample;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/// A chart as SVG paths, for browsers without scripts. Scripts draw the same on a canvas and keep
/// it moving.
///
/// @param title what it shows
/// @param top the highest value, for people
/// @param middle half of it
/// @param from the time at the left edge
/// @param paths shapes, in drawing order
record Chart(String title, String top, String middle, String from, List<Path> paths) {
    /// Units of the picture; style sheets stretch it.
    private static final int WIDTH = 600;

    private static final int HEIGHT = 160;
    private static final int SECONDS = 300;

    /// Requests a second, stacked by status class.
    static Chart traffic(List<LiveSample> samples) {
        double top = ceiling(samples, LiveSample::requests, 10);
        List<Path> paths = new ArrayList<>();
        for (int cls = 5; cls >= 1; cls--) {
            int highest = cls;
            ToDoubleFunction<LiveSample> upTo =
                    sample -> {
                        double sum = 0;
                        for (int i = 0; i < highest; i++) sum += sample.status1xx2xx3xx4xx5xx()[i];
                        return sum;
                    };
            paths.add(new Path("area s" + cls, area(samples, upTo, top)));
        }
        return new Chart(
                "Requests per second",
                Wording.number(top),
                Wording.number(top / 2),
                "5 min ago",
                paths);
    }

    /// Latency percentiles.
    static Chart latency(List<LiveSample> samples) {
        double top = ceiling(samples, LiveSample::p99Micros, 1_000);
        return new Chart(
                "Latency",
                Wording.micros((long) top),
                Wording.micros((long) top / 2),
                "5 min ago",
                List.of(
                        new Path("line p99", line(samples, LiveSample::p99Micros, top)),
                        new Path("line p95", line(samples, LiveSample::p95Micros, top)),
                        new Path("line p50", line(samples, LiveSample::p50Micros, top))));
    }

    /// Requests a second that the cache was asked for, by who answered.
    static Chart cache(List<LiveSample> samples) {
        double top = ceiling(samples, LiveSample::cacheAsked, 10);
        return new Chart(
                "Requests per second at the cache",
                Wording.number(top),
                Wording.number(top / 2),
                "5 min ago",
                List.of(
                        new Path("area fetched", area(samples, LiveSample::cacheAsked, top)),
                        new Path("area saved", area(samples, LiveSample::cacheAnswered, top))));
    }

    /// The next round number above all values whose half is round too.
    private static double ceiling(
            List<LiveSample> samples, ToDoubleFunction<LiveSample> value, double least) {
        double most = Math.max(least, samples.stream().mapToDouble(value).max().orElse(0));
        double power = Math.pow(10, Math.floor(Math.log10(most)));
        for (double step : new double[] {1, 2, 3, 4, 6, 8})
            if (most <= step * power) return step * power;
        return 10 * power;
    }

    private static String area(
            List<LiveSample> samples, ToDoubleFunction<LiveSample> value, double top) {
        if (samples.isEmpty()) return "";
        String edge = line(samples, value, top).substring(1);
        return "M" + x(samples, 0) + "," + HEIGHT + "L" + edge + "L" + WIDTH + "," + HEIGHT + "Z";
    }

    private static String line(
            List<LiveSample> samples, ToDoubleFunction<LiveSample> value, double top) {
        StringBuilder path = new StringBuilder();
        for (int i = 0; i < samples.size(); i++) {
            double y = HEIGHT - value.applyAsDouble(samples.get(i)) / top * HEIGHT;
            path.append(i == 0 ? 'M' : 'L').append(x(samples, i)).append(',').append(round(y));
        }
        return path.toString();
    }

    private static String x(List<LiveSample> samples, int index) {
        int fromRight = samples.size() - 1 - index;
        return round(WIDTH - fromRight * (double) WIDTH / (SECONDS - 1));
    }

    private static String round(double number) {
        return String.format(Locale.ROOT, "%.1f", number);
    }

    /// One shape.
    ///
    /// @param style class names
    /// @param d the path data
    record Path(String style, String d) {}
}
