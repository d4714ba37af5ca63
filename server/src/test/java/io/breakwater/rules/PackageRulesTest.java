package io.breakwater.rules;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Who may see whom. The phases stand in the order in which an exchange passes them; what serves
/// all of them (exchange, http, config) sees none of them.
class PackageRulesTest {
    private static final String ROOT = "io.breakwater.";
    private static final List<String> PHASES =
            List.of(
                    "listen",
                    "admit",
                    "route",
                    "tunnel",
                    "filter",
                    "cache",
                    "upstream",
                    "relay",
                    "deliver",
                    "report");
    private static final JavaClasses CLASSES =
            new ClassFileImporter()
                    .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                    .importPackages("io.breakwater");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "listen",
                "admit",
                "route",
                "tunnel",
                "filter",
                "cache",
                "upstream",
                "relay",
                "deliver",
                "report"
            })
    void phaseSeesNoLaterPhaseAndNoConsole(String phase) {
        List<String> hidden = new ArrayList<>(List.of("boot"));
        hidden.addAll(PHASES.subList(PHASES.indexOf(phase) + 1, PHASES.size()));
        if (!phase.equals("report")) {
            hidden.add(
                    "control"); // the figures are made in the form in which the console reads them
        }
        noneOf(phase, hidden);
        notReload(phase);
    }

    @Test
    void exchangeSeesNoPhase() {
        List<String> hidden = new ArrayList<>(PHASES);
        hidden.addAll(List.of("boot", "control"));
        noneOf("exchange", hidden);
        notReload("exchange");
    }

    @Test
    void httpValuesSeeNothingElse() {
        List<String> hidden = new ArrayList<>(PHASES);
        hidden.addAll(List.of("boot", "control", "config", "exchange"));
        noneOf("http", hidden);
    }

    @Test
    void configurationSeesNoPhaseOutsideReload() {
        List<String> hidden = new ArrayList<>(PHASES);
        hidden.addAll(List.of("boot", "exchange"));
        noClasses()
                .that(configurationOutsideReload())
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(trees(hidden))
                .allowEmptyShould(true)
                .check(CLASSES);
    }

    @Test
    void configurationKnowsNoJettyOutsideReload() {
        noClasses()
                .that(configurationOutsideReload())
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.eclipse.jetty..")
                .allowEmptyShould(true)
                .check(CLASSES);
    }

    @Test
    void blockStoreKnowsNothingElse() {
        noClasses()
                .that()
                .resideInAPackage(ROOT + "cache.store..")
                .should()
                .dependOnClassesThat(
                        DescribedPredicate.describe(
                                "are of Breakwater or Jetty",
                                type ->
                                        type.getPackageName().startsWith("org.eclipse.jetty")
                                                || type.getPackageName().startsWith(ROOT)
                                                        && !type.getPackageName()
                                                                .startsWith(ROOT + "cache.store")))
                .check(CLASSES);
    }

    @Test
    void reloadDoesNotSeeTheProcess() {
        noClasses()
                .that()
                .resideInAPackage(ROOT + "config.reload..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(ROOT + "boot..")
                .check(CLASSES);
    }

    @Test
    void controlDependsOnConfigurationOnly() {
        List<String> hidden = new ArrayList<>(PHASES);
        hidden.addAll(List.of("boot", "exchange", "http", "config.reload", "config.store"));
        noneOf("control", hidden);
        noClasses()
                .that()
                .resideInAPackage(ROOT + "control..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.eclipse.jetty..")
                .check(CLASSES);
    }

    @ParameterizedTest
    @ValueSource(strings = {"http", "cache.policy"})
    void valuesKnowNoJetty(String pure) {
        noClasses()
                .that()
                .resideInAPackage(ROOT + pure + "..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.eclipse.jetty..")
                .check(CLASSES);
    }

    @ParameterizedTest
    @ValueSource(strings = {"http", "route", "cache.policy"})
    void valuesAndTablesDoNoInputOrOutput(String pure) {
        noClasses()
                .that()
                .resideInAPackage(ROOT + pure + "..")
                .should()
                .dependOnClassesThat(doInputOrOutput())
                .allowEmptyShould(true)
                .check(CLASSES);
    }

    @Test
    void packagesHaveNoCycles() {
        slices().assignedFrom(new Parts()).should().beFreeOfCycles().check(CLASSES);
    }

    private static void noneOf(String from, List<String> hidden) {
        noClasses()
                .that()
                .resideInAPackage(ROOT + from + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(trees(hidden))
                .allowEmptyShould(true)
                .check(CLASSES);
    }

    private static void notReload(String from) {
        noClasses()
                .that()
                .resideInAPackage(ROOT + from + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(ROOT + "config.reload..", ROOT + "config.store..")
                .allowEmptyShould(true)
                .check(CLASSES);
    }

    private static String[] trees(List<String> names) {
        return names.stream().map(name -> ROOT + name + "..").toArray(String[]::new);
    }

    private static DescribedPredicate<JavaClass> configurationOutsideReload() {
        return DescribedPredicate.describe(
                "are configuration but not reload",
                type ->
                        (type.getPackageName() + ".").startsWith(ROOT + "config.")
                                && !type.getPackageName().startsWith(ROOT + "config.reload")
                                && !type.getPackageName().startsWith(ROOT + "config.store"));
    }

    private static DescribedPredicate<JavaClass> doInputOrOutput() {
        List<String> packages =
                List.of("java.net.http", "java.nio.channels", "java.sql", "org.eclipse.jetty.io");
        List<String> types =
                List.of(
                        "java.io.InputStream",
                        "java.io.OutputStream",
                        "java.io.File",
                        "java.nio.file.Files",
                        "java.net.Socket",
                        "java.net.ServerSocket");
        return DescribedPredicate.describe(
                "do input or output",
                type ->
                        types.contains(type.getName())
                                || packages.stream().anyMatch(type.getPackageName()::startsWith));
    }

    /// Top-level packages, but reload and store on their own: reload composes what the phases
    /// offer, as boot does for the process, and store keeps what the console shows.
    private static final class Parts implements SliceAssignment {
        @Override
        public SliceIdentifier getIdentifierOf(JavaClass type) {
            String name = type.getPackageName();
            for (String part : List.of("config.reload", "config.store")) {
                if (name.startsWith(ROOT + part)) {
                    return SliceIdentifier.of(part);
                }
            }
            return name.startsWith(ROOT)
                    ? SliceIdentifier.of(name.substring(ROOT.length()).split("\\.", 2)[0])
                    : SliceIdentifier.ignore();
        }

        @Override
        public String getDescription() {
            return "packages of Breakwater";
        }
    }
}
