package io.lb4j;

import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.nio.file.Files;
import java.nio.file.Path;

/** Holds the main code to its packages and to the few habits that the design rests on. */
@AnalyzeClasses(packages = "io.lb4j", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  private static final String API = "io.lb4j";
  private static final String BALANCE = "io.lb4j.internal.balance";
  private static final String PROBE = "io.lb4j.internal.probe";
  private static final String WIRE = "io.lb4j.internal.wire";
  private static final String NET = "io.lb4j.internal.net";
  private static final String UTIL = "io.lb4j.internal.util";

  @ArchTest
  static final ArchRule internalsDoNotKnowTheApi =
      noClasses()
          .that()
          .resideInAPackage("io.lb4j.internal..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage(API)
          .allowEmptyShould(true);

  /** A new package has to be given its place among the arrows below first. */
  @ArchTest
  static final ArchRule everyPackageHasItsPlace =
      classes()
          .should()
          .resideInAnyPackage(API, BALANCE, PROBE, WIRE, NET, UTIL)
          .orShould()
          .haveSimpleName("module-info")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule packagesDependAlongTheArrows =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .withOptionalLayers(true)
          .layer("api")
          .definedBy(API)
          .layer("balance")
          .definedBy(BALANCE)
          .layer("probe")
          .definedBy(PROBE)
          .layer("wire")
          .definedBy(WIRE)
          .layer("net")
          .definedBy(NET)
          .layer("util")
          .definedBy(UTIL)
          .whereLayer("api")
          .mayOnlyAccessLayers("balance", "probe", "wire", "net", "util")
          .whereLayer("probe")
          .mayOnlyAccessLayers("net", "wire", "util")
          .whereLayer("balance")
          .mayOnlyAccessLayers("util")
          .whereLayer("wire")
          .mayOnlyAccessLayers("util")
          .whereLayer("net")
          .mayOnlyAccessLayers("util")
          .whereLayer("util")
          .mayNotAccessAnyLayer()
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule nothingButTheJdkAndSlf4jIsUsed =
      classes()
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage("java..", "javax..", "jdk..", "org.slf4j..", "io.lb4j..")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule packagesFormNoCycle =
      slices().assignedFrom(new ByPackage()).should().beFreeOfCycles().allowEmptyShould(true);

  @ArchTest
  static final ArchRule staticFieldsAreFinal =
      fields().that().areStatic().should().beFinal().allowEmptyShould(true);

  @ArchTest
  static final ArchRule namesSayMoreThanImpl =
      noClasses().should().haveSimpleNameEndingWith("Impl").allowEmptyShould(true);

  @ArchTest
  static final ArchRule nobodyReadsSystemProperties =
      neverUses(System.class, "getProperty|getProperties")
          .because("settings come in through the builders");

  @ArchTest
  static final ArchRule nobodyPrints =
      neverUses(System.class, "out|err").because("messages go to the logger");

  @ArchTest
  static final ArchRule nobodyPrintsStackTraces =
      neverUses(Throwable.class, "printStackTrace").because("messages go to the logger");

  @ArchTest
  static final ArchRule nobodySleeps =
      neverUses(Thread.class, "sleep").because("waiting is for the event loop");

  @ArchTest
  static final ArchRule nobodyAsksForTheTimeOfDay =
      neverUses(System.class, "currentTimeMillis").because("it may jump, System.nanoTime does not");

  @ArchTest
  static void onlyTheApiIsExported(JavaClasses unused) throws IOException {
    try (InputStream in = Files.newInputStream(Path.of("target", "classes", "module-info.class"))) {
      ModuleDescriptor module = ModuleDescriptor.read(in);
      assertThat(module.exports()).extracting(ModuleDescriptor.Exports::source).containsOnly(API);
      assertThat(module.opens()).isEmpty();
    }
  }

  /** Covers calls, method references and field accesses alike. */
  private static ArchRule neverUses(Class<?> owner, String memberPattern) {
    return noClasses()
        .should()
        .accessTargetWhere(
            target(owner(assignableTo(owner)))
                .and(target(nameMatching(memberPattern)))
                .as("%s.%s", owner.getSimpleName(), memberPattern))
        .allowEmptyShould(true);
  }

  private static final class ByPackage implements SliceAssignment {
    @Override
    public SliceIdentifier getIdentifierOf(JavaClass javaClass) {
      return SliceIdentifier.of(javaClass.getPackageName());
    }

    @Override
    public String getDescription() {
      return "packages";
    }
  }
}
