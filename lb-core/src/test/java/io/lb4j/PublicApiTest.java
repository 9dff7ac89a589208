package io.lb4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.lang.annotation.Annotation;
import java.lang.module.ModuleDescriptor;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Compares the public API with the text that was last agreed on, so that no change to it goes
 * unseen. The text is written here rather than by a tool of the JDK, whose output differs from one
 * release to the next.
 */
class PublicApiTest {

  private static final Path CLASSES = Path.of("target", "classes");
  private static final Path RECORDED = Path.of("api", "lb-core.api");
  private static final Path ACTUAL = Path.of("target", "lb-core.api");

  @Test
  void publicApiIsTheRecordedOne() throws Exception {
    String actual = render(CLASSES);
    String recorded = Files.exists(RECORDED) ? Files.readString(RECORDED) : "";
    Files.writeString(ACTUAL, actual);

    assertThat(actual)
        .withFailMessage(
            () ->
                "The public API differs from lb-core/api/lb-core.api:\n"
                    + difference(recorded, actual)
                    + "If that is meant, run\n"
                    + "  cp lb-core/target/lb-core.api lb-core/api/lb-core.api\n"
                    + "and commit the result with the change.")
        .isEqualTo(recorded);
  }

  private static String difference(String recorded, String actual) {
    Set<String> gone = qualifiedLines(recorded);
    Set<String> added = qualifiedLines(actual);
    Set<String> kept = new TreeSet<>(gone);
    kept.retainAll(added);
    gone.removeAll(kept);
    added.removeAll(kept);
    return lines(gone.stream().map(line -> "- " + line))
        + lines(added.stream().map(line -> "+ " + line));
  }

  /** Puts its type before each member, so that a line says enough when it stands alone. */
  private static Set<String> qualifiedLines(String text) {
    Set<String> qualified = new TreeSet<>();
    String type = "";
    for (String line : text.lines().filter(line -> !line.isEmpty() && !line.equals("}")).toList()) {
      if (line.startsWith("  ")) {
        qualified.add(type + ": " + line.strip());
      } else {
        type = line.substring(0, line.length() - " {".length());
        qualified.add(type);
      }
    }
    return qualified;
  }

  private static String lines(Stream<String> lines) {
    return lines.map(line -> line + "\n").collect(Collectors.joining());
  }

  /** Renders what every exported package offers, in an order that no compiler decides. */
  private static String render(Path classes) throws IOException {
    List<String> lines = new ArrayList<>();
    for (String packageName : exportedPackages(classes)) {
      for (Class<?> type : classesOf(classes, packageName)) {
        if (isOffered(type)) {
          renderType(type, lines);
        }
      }
    }
    return lines(lines.stream());
  }

  private static List<String> exportedPackages(Path classes) throws IOException {
    try (InputStream in = Files.newInputStream(classes.resolve("module-info.class"))) {
      return ModuleDescriptor.read(in).exports().stream()
          .filter(exports -> !exports.isQualified())
          .map(ModuleDescriptor.Exports::source)
          .sorted()
          .toList();
    }
  }

  private static List<Class<?>> classesOf(Path classes, String packageName) throws IOException {
    List<String> names;
    try (Stream<Path> files = Files.list(classes.resolve(packageName.replace('.', '/')))) {
      names =
          files
              .map(file -> file.getFileName().toString())
              .filter(name -> name.endsWith(".class") && !name.equals("package-info.class"))
              .map(name -> packageName + "." + name.substring(0, name.length() - 6))
              .sorted()
              .toList();
    }
    List<Class<?>> found = new ArrayList<>();
    for (String name : names) {
      try {
        found.add(Class.forName(name, false, PublicApiTest.class.getClassLoader()));
      } catch (ClassNotFoundException e) {
        throw new AssertionError(e);
      }
    }
    return found;
  }

  /** Whether a user can name the type: it and all the types around it are public or protected. */
  private static boolean isOffered(Class<?> type) {
    for (Class<?> outer = type; outer != null; outer = outer.getDeclaringClass()) {
      if (!isOffered(outer.getModifiers())) {
        return false;
      }
    }
    return !type.isAnonymousClass() && !type.isLocalClass() && !type.isSynthetic();
  }

  private static boolean isOffered(int modifiers) {
    return Modifier.isPublic(modifiers) || Modifier.isProtected(modifiers);
  }

  private static void renderType(Class<?> type, List<String> lines) {
    lines.add(annotations(type.getAnnotations()) + declaration(type) + " {");
    List<String> members = new ArrayList<>();
    if (type.isRecord()) {
      for (RecordComponent component : type.getRecordComponents()) {
        // Their order is part of the API, so they keep it.
        lines.add("  component " + name(component.getGenericType()) + " " + component.getName());
      }
    }
    for (Field field : type.getDeclaredFields()) {
      if (field.isEnumConstant()) {
        lines.add("  constant " + field.getName());
      } else if (isOffered(field.getModifiers()) && !field.isSynthetic()) {
        members.add(
            annotations(field.getAnnotations())
                + modifiers(field.getModifiers() & Modifier.fieldModifiers())
                + name(field.getGenericType())
                + " "
                + field.getName());
      }
    }
    for (Constructor<?> constructor : type.getDeclaredConstructors()) {
      if (isOffered(constructor.getModifiers()) && !constructor.isSynthetic()) {
        members.add(
            annotations(constructor.getAnnotations())
                + modifiers(constructor.getModifiers() & Modifier.constructorModifiers())
                + signature(constructor, "<init>"));
      }
    }
    for (Method method : type.getDeclaredMethods()) {
      if (isOffered(method.getModifiers()) && !method.isSynthetic()) {
        members.add(
            annotations(method.getAnnotations())
                // Not part of the contract, and free to change.
                + modifiers(
                    method.getModifiers()
                        & Modifier.methodModifiers()
                        & ~(Modifier.SYNCHRONIZED | Modifier.NATIVE | Modifier.STRICT))
                + (method.isDefault() ? "default " : "")
                + signature(method, name(method.getGenericReturnType()) + " " + method.getName()));
      }
    }
    Collections.sort(members);
    members.forEach(member -> lines.add("  " + member));
    lines.add("}");
    lines.add("");
  }

  private static String declaration(Class<?> type) {
    String kind;
    int shown = Modifier.PUBLIC | Modifier.PROTECTED | Modifier.STATIC;
    if (type.isAnnotation()) {
      kind = "@interface ";
    } else if (type.isInterface()) {
      kind = "interface ";
    } else if (type.isEnum()) {
      kind = "enum ";
    } else if (type.isRecord()) {
      kind = "record ";
    } else {
      kind = "class ";
      shown |= Modifier.ABSTRACT | Modifier.FINAL;
    }
    StringBuilder text = new StringBuilder(modifiers(type.getModifiers() & shown));
    // An enum whose constants have bodies is sealed as well, which is nobody's concern.
    boolean sealed = type.isSealed() && !type.isEnum();
    if (sealed) {
      text.append("sealed ");
    }
    text.append(kind).append(type.getName()).append(typeParameters(type.getTypeParameters()));
    Type superclass = type.getGenericSuperclass();
    if (kind.equals("class ") && superclass != Object.class) {
      text.append(" extends ").append(name(superclass));
    }
    if (type.getGenericInterfaces().length > 0) {
      text.append(type.isInterface() ? " extends " : " implements ")
          .append(sortedNames(type.getGenericInterfaces()));
    }
    if (sealed) {
      text.append(" permits ").append(sortedNames(type.getPermittedSubclasses()));
    }
    return text.toString();
  }

  private static String signature(Executable executable, String name) {
    String parameters =
        Arrays.stream(executable.getGenericParameterTypes())
            .map(PublicApiTest::name)
            .collect(Collectors.joining(", "));
    if (executable.isVarArgs()) {
      parameters = parameters.substring(0, parameters.length() - "[]".length()) + "...";
    }
    String typeParameters = typeParameters(executable.getTypeParameters());
    Type[] thrown = executable.getGenericExceptionTypes();
    return (typeParameters.isEmpty() ? "" : typeParameters + " ")
        + name
        + "("
        + parameters
        + ")"
        + (thrown.length == 0 ? "" : " throws " + sortedNames(thrown));
  }

  private static String typeParameters(TypeVariable<?>[] variables) {
    if (variables.length == 0) {
      return "";
    }
    return Arrays.stream(variables)
        .map(variable -> variable.getName() + bounds(variable.getBounds()))
        .collect(Collectors.joining(", ", "<", ">"));
  }

  private static String bounds(Type[] bounds) {
    if (bounds.length == 0 || bounds[0] == Object.class) {
      return "";
    }
    return Arrays.stream(bounds)
        .map(PublicApiTest::name)
        .collect(Collectors.joining(" & ", " extends ", ""));
  }

  private static String name(Type type) {
    if (type instanceof Class<?> plain) {
      return plain.isArray() ? name(plain.getComponentType()) + "[]" : plain.getName();
    } else if (type instanceof GenericArrayType array) {
      return name(array.getGenericComponentType()) + "[]";
    } else if (type instanceof WildcardType wildcard) {
      return wildcard.getLowerBounds().length > 0
          ? "? super " + name(wildcard.getLowerBounds()[0])
          : "?" + bounds(wildcard.getUpperBounds());
    } else if (type instanceof ParameterizedType parameterized) {
      return name(parameterized.getRawType())
          + Arrays.stream(parameterized.getActualTypeArguments())
              .map(PublicApiTest::name)
              .collect(Collectors.joining(", ", "<", ">"));
    }
    return ((TypeVariable<?>) type).getName();
  }

  private static String sortedNames(Type[] types) {
    return Arrays.stream(types).map(PublicApiTest::name).sorted().collect(Collectors.joining(", "));
  }

  private static String annotations(Annotation[] annotations) {
    return Arrays.stream(annotations)
        .map(annotation -> "@" + annotation.annotationType().getName() + " ")
        .sorted()
        .collect(Collectors.joining());
  }

  private static String modifiers(int modifiers) {
    return modifiers == 0 ? "" : Modifier.toString(modifiers) + " ";
  }
}
