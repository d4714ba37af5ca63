package io.breakwater.admin.pages;

import java.util.ArrayList;
import java.util.List;

/// The difference of two texts, line by line, by their longest common subsequence.
final class LineDiff {
    /// Beyond this many lines the texts are shown whole: the table would cost more than it tells.
    private static final int LINES_AT_MOST = 1_500;

    private static final int CONTEXT = 3;

    private LineDiff() {}

    /// The lines of both, marked, with long equal stretches left out.
    static List<Line> of(String before, String after) {
        List<String> old = before.isEmpty() ? List.of() : before.lines().toList();
        List<String> now = after.isEmpty() ? List.of() : after.lines().toList();
        if (old.size() > LINES_AT_MOST || now.size() > LINES_AT_MOST) return whole(old, now);
        if (old.equals(now) && !before.equals(after))
            return List.of(new Line("…", "the line end at the end of the text"));
        return shortened(marked(old, now));
    }

    private static List<Line> whole(List<String> old, List<String> now) {
        List<Line> lines = new ArrayList<>();
        old.forEach(text -> lines.add(new Line("-", text)));
        now.forEach(text -> lines.add(new Line("+", text)));
        return lines;
    }

    private static List<Line> marked(List<String> old, List<String> now) {
        int[][] common = common(old, now);
        List<Line> lines = new ArrayList<>();
        int i = 0;
        int j = 0;
        while (i < old.size() || j < now.size()) {
            if (i < old.size() && j < now.size() && old.get(i).equals(now.get(j))) {
                lines.add(new Line(" ", old.get(i++)));
                j++;
            } else if (i < old.size()
                    && (j == now.size() || common[i + 1][j] >= common[i][j + 1])) {
                lines.add(new Line("-", old.get(i++)));
            } else {
                lines.add(new Line("+", now.get(j++)));
            }
        }
        return lines;
    }

    /// How many lines the rests from each pair of positions on have in common.
    private static int[][] common(List<String> old, List<String> now) {
        int[][] common = new int[old.size() + 1][now.size() + 1];
        for (int i = old.size() - 1; i >= 0; i--)
            for (int j = now.size() - 1; j >= 0; j--)
                common[i][j] =
                        old.get(i).equals(now.get(j))
                                ? common[i + 1][j + 1] + 1
                                : Math.max(common[i + 1][j], common[i][j + 1]);
        return common;
    }

    private static List<Line> shortened(List<Line> lines) {
        boolean[] shown = new boolean[lines.size()];
        for (int i = 0; i < lines.size(); i++)
            if (!lines.get(i).mark().equals(" "))
                for (int k = Math.max(0, i - CONTEXT);
                        k <= Math.min(lines.size() - 1, i + CONTEXT);
                        k++) shown[k] = true;
        List<Line> kept = new ArrayList<>();
        int left = 0;
        for (int i = 0; i < lines.size(); i++) {
            if (shown[i]) {
                if (left > 0) kept.add(gap(left));
                left = 0;
                kept.add(lines.get(i));
            } else left++;
        }
        if (left > 0) kept.add(gap(left));
        return kept;
    }

    private static Line gap(int lines) {
        return new Line("…", lines == 1 ? "1 equal line" : lines + " equal lines");
    }

    /// One line.
    ///
    /// @param mark `+`, `-`, a blank for equal, `…` for lines left out
    /// @param text the line
    record Line(String mark, String text) {
        /// The class name.
        public String style() {
            return switch (mark) {
                case "+" -> "add";
                case "-" -> "del";
                case "…" -> "gap";
                default -> "same";
            };
        }
    }
}
