package io.breakwater.rules;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.LineMap;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;

/// Counts and greps over the sources of the server and the console.
class SourceRulesTest {
    private static final int MAX_FILE_LINES = 700;
    private static final int MAX_METHOD_LINES = 60;
    private static final List<Path> MODULES = List.of(Path.of(""), Path.of("../admin-ui"));

    @Test
    void filesAreShortEnough() throws IOException {
        List<String> tooLong = new ArrayList<>();
        for (Path file : sources("src")) {
            int lines = Files.readAllLines(file).size();
            if (lines > MAX_FILE_LINES) {
                tooLong.add(file + ": " + lines + " lines");
            }
        }
        assertThat(tooLong).isEmpty();
    }

    @Test
    void methodsAreShortEnough() throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            JavacTask task =
                    (JavacTask)
                            compiler.getTask(
                                    null,
                                    files,
                                    null,
                                    List.of("-proc:none"),
                                    null,
                                    files.getJavaFileObjectsFromPaths(sources("src")));
            SourcePositions positions = Trees.instance(task).getSourcePositions();
            List<String> tooLong = new ArrayList<>();
            for (CompilationUnitTree unit : task.parse()) {
                new MethodLengths(unit, positions).scan(unit, tooLong);
            }
            assertThat(tooLong).isEmpty();
        }
    }

    @Test
    void importsNameTheirTypes() throws IOException {
        assertThat(linesWith("src", "import (static )?[\\w.]+\\.\\*;")).isEmpty();
    }

    @Test
    void serverAndConsoleWriteToTheLogOnly() throws IOException {
        assertThat(linesWith("src/main", ".*\\bSystem\\.(out|err)\\b.*"))
                // the command line speaks to the terminal that started it
                .filteredOn(line -> !line.contains("/boot/"))
                .isEmpty();
    }

    @Test
    void testsNeitherSleepNorSkip() throws IOException {
        // the words are put together here so that this file does not find itself
        String banned = String.join("|", "Thread\\.sle" + "ep", "TimeUnit\\.\\w+\\.sle" + "ep");
        assertThat(linesWith("src/test", ".*\\b(" + banned + ")\\b.*")).isEmpty();
        assertThat(linesWith("src/test", "\\s*@Disab" + "led.*")).isEmpty();
    }

    @Test
    void packagesAreDescribedAndNullMarked() throws IOException {
        Set<Path> wrong = new TreeSet<>();
        for (Path file : sources("src/main")) {
            Path description = file.resolveSibling("package-info.java");
            if (!Files.exists(description)
                    || !Files.readString(description).contains("@NullMarked")
                    || !Files.readString(description).startsWith("///")) {
                wrong.add(description);
            }
        }
        assertThat(wrong).isEmpty();
    }

    private static List<String> linesWith(String under, String pattern) throws IOException {
        List<String> found = new ArrayList<>();
        for (Path file : sources(under)) {
            List<String> lines = Files.readAllLines(file);
            for (int index = 0; index < lines.size(); index++) {
                if (lines.get(index).matches(pattern)) {
                    found.add(file + ":" + (index + 1) + ": " + lines.get(index).strip());
                }
            }
        }
        return found;
    }

    private static List<Path> sources(String under) throws IOException {
        List<Path> found = new ArrayList<>();
        for (Path module : MODULES) {
            Path root = module.resolve(under);
            if (Files.isDirectory(root)) {
                try (Stream<Path> files = Files.walk(root)) {
                    files.filter(file -> file.toString().endsWith(".java")).forEach(found::add);
                }
            }
        }
        assertThat(found).as("sources under %s", under).isNotEmpty();
        return found;
    }

    private static final class MethodLengths extends TreeScanner<Void, List<String>> {
        private final CompilationUnitTree unit;
        private final SourcePositions positions;

        MethodLengths(CompilationUnitTree unit, SourcePositions positions) {
            this.unit = unit;
            this.positions = positions;
        }

        @Override
        public Void visitMethod(MethodTree method, List<String> tooLong) {
            if (method.getBody() != null) {
                long lines = lines(method.getBody());
                if (lines > MAX_METHOD_LINES) {
                    tooLong.add(
                            "%s: %s has %d lines"
                                    .formatted(
                                            unit.getSourceFile().getName(),
                                            method.getName(),
                                            lines));
                }
            }
            return super.visitMethod(method, tooLong);
        }

        private long lines(Tree tree) {
            LineMap map = unit.getLineMap();
            return map.getLineNumber(positions.getEndPosition(unit, tree))
                    - map.getLineNumber(positions.getStartPosition(unit, tree))
                    + 1;
        }
    }
}
