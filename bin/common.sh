# shellcheck shell=bash
# Shared by the scripts in this folder: where things are, which JDK, how to build, how to run Java.
# Sourced with `home` set to Breakwater's folder.

: "${home:?}"
java_home='' maven='' lib='' class_path=''
flags=() java_command=()

least_java=25

say() { printf '%s\n' "$*"; }
complain() { printf '%s\n' "$*" >&2; }
die() { complain "$@"; exit 1; }

# --- JDK -------------------------------------------------------------------------------------------

# The major version of the JDK in a folder, 0 when there is none. Reads the release file, because
# asking `java -version` of every candidate would cost a second.
java_major() {
  local folder=$1 version=
  [ -x "$folder/bin/java" ] || { echo 0; return; }
  if [ -r "$folder/release" ]; then
    version=$(sed -n 's/^JAVA_VERSION="\{0,1\}\([0-9]*\).*/\1/p' "$folder/release" | head -n 1)
  fi
  if [ -z "$version" ]; then
    version=$("$folder/bin/java" -version 2>&1 | sed -n 's/.*version "\([0-9]*\).*/\1/p' | head -n 1)
  fi
  echo "${version:-0}"
}

# The folder of the java on the PATH, links followed.
path_java_home() {
  local java
  java=$(command -v java 2>/dev/null) || return 0
  java=$(readlink -f "$java" 2>/dev/null || echo "$java")
  dirname "$(dirname "$java")"
}

# Sets `java_home` to the first JDK that is new enough; JAVA_HOME and PATH come first.
find_java() {
  local folder
  java_home=
  for folder in "${JAVA_HOME:-}" "$(path_java_home)" /usr/lib/jvm/* /opt/*jdk* /opt/java/* /usr/java/* \
    "${SDKMAN_DIR:-$HOME/.sdkman}"/candidates/java/* "$HOME"/.jdks/* /Library/Java/JavaVirtualMachines/*/Contents/Home; do
    if [ -d "$folder" ] && [ "$(java_major "$folder")" -ge "$least_java" ]; then
      java_home=$folder
      return 0
    fi
  done
  return 1
}

need_java() {
  find_java && return 0
  complain "Breakwater needs a JDK of version $least_java or later, and none was found in JAVA_HOME, PATH, /usr/lib/jvm,"
  complain "/opt or SDKMAN. Install one, for example:"
  complain "  Debian, Ubuntu   apt-get install openjdk-$least_java-jdk-headless   (or temurin-$least_java-jdk from adoptium.net)"
  complain "  Fedora           dnf install java-$least_java-openjdk-devel"
  complain "  SDKMAN           sdk install java $least_java-tem"
  complain "or set JAVA_HOME to its folder."
  exit 1
}

# --- jars ------------------------------------------------------------------------------------------

# A distribution has its jars in lib/, a checkout builds them.
is_checkout() { [ -f "$home/pom.xml" ] && [ -d "$home/server/src" ]; }

set_lib() {
  if is_checkout; then lib="$home/admin-ui/target/dist/lib"; else lib="$home/lib"; fi
}

built_mark() { echo "$home/admin-ui/target/dist/built"; }

is_built() {
  ls "$lib"/breakwater-admin-ui-*.jar >/dev/null 2>&1 || return 1
  is_checkout || return 0
  local mark
  mark=$(built_mark)
  [ -f "$mark" ] || return 1
  [ -z "$(find "$home/pom.xml" "$home"/*/pom.xml "$home/server/src/main" "$home/admin-ui/src/main" \
    "$home/src-web/static" "$home/src-web/templates" -newer "$mark" -type f -print 2>/dev/null | head -n 1)" ]
}

# Sets `maven` to a Maven's mvn.
find_maven() {
  local candidate
  maven=
  for candidate in "$(command -v mvn 2>/dev/null)" "${MAVEN_HOME:-/nowhere}/bin/mvn" "${M2_HOME:-/nowhere}/bin/mvn" \
    /usr/share/maven/bin/mvn /opt/*maven*/bin/mvn "${SDKMAN_DIR:-$HOME/.sdkman}"/candidates/maven/current/bin/mvn; do
    if [ -n "$candidate" ] && [ -x "$candidate" ]; then
      maven=$candidate
      return 0
    fi
  done
  return 1
}

need_maven() {
  find_maven && return 0
  complain "The jars must be built first, and no Maven (3.8.7 or later) was found in PATH, MAVEN_HOME or /opt."
  complain "Install one, for example: apt-get install maven    or    sdk install maven"
  exit 1
}

# Runs Maven in the checkout with the JDK that is the default if it can run Maven, else with ours:
# the build picks its compiler JDK by itself.
run_maven() {
  local default_home=${JAVA_HOME:-$(path_java_home)}
  if [ -z "$default_home" ] || [ "$(java_major "$default_home")" -lt 17 ]; then
    default_home=$java_home
  fi
  (cd "$home" && JAVA_HOME=$default_home "$maven" "$@")
}

ensure_built() {
  is_built && return 0
  is_checkout || die "No jars in $lib: this copy of Breakwater is not complete, unpack it again."
  need_maven
  local started=$SECONDS mark
  complain "Building Breakwater (the first time downloads libraries and takes a few minutes) ..."
  # A library's older version must not stay beside its newer one.
  rm -f "$lib"/*.jar
  run_maven -q -B -Dfast -DskipTests -Ddistribution.skip=true package >&2 || die "The build failed; the reason stands above."
  mark=$(built_mark)
  : >"$mark"
  complain "Built in $((SECONDS - started)) s."
}

# --- running Java ----------------------------------------------------------------------------------

# Flags that the AOT cache was made with and must be used with.
set_flags() {
  flags=(-XX:+UseParallelGC -XX:+UseCompactObjectHeaders --enable-native-access=ALL-UNNAMED
    --sun-misc-unsafe-memory-access=allow)
}

# The class path in one fixed order: an AOT cache holds for exactly one.
set_class_path() {
  local jar
  class_path=
  while IFS= read -r jar; do
    class_path=${class_path:+$class_path:}$jar
  done < <(LC_ALL=C; export LC_ALL; printf '%s\n' "$lib"/*.jar | sort)
}

# What an AOT cache depends on, as a text to compare.
aot_key() {
  cat "$java_home/release" 2>/dev/null
  printf '%s\n' "$lib" "${flags[@]}"
  (cd "$lib" && { ls -ln --time-style=full-iso -- *.jar 2>/dev/null || ls -ln -- *.jar; })
}

aot_file() { echo "${BREAKWATER_AOT_CACHE:-$(dirname "$lib")/breakwater.aot}"; }

has_aot() {
  local file
  file=$(aot_file)
  [ -s "$file" ] && [ -r "$file.key" ] && [ "$(cat "$file.key")" = "$(aot_key)" ]
}

# Makes the AOT cache by a training run: a process on free ports and a temporary data folder that
# sends itself requests. Start-up works without it, so a failure is told and nothing more.
ensure_aot() {
  [ "${BREAKWATER_AOT:-on}" = off ] && return 0
  has_aot && return 0
  [ "$(cat "$(aot_file).failed" 2>/dev/null)" != "$(aot_key)" ] || return 0
  local file work started=$SECONDS
  file=$(aot_file)
  # A distribution in a folder that only root may write: start without.
  [ -w "$(dirname "$file")" ] || return 0
  work=$(mktemp -d) || return 0
  complain "Preparing faster starts (once per build) ..."
  rm -f "$file" "$file.key" "$file.failed"
  # In two steps, because the one-step form passes the class path through a variable that is split at
  # blanks, which a folder's name may contain.
  if {
    timeout 120 "$java_home/bin/java" "${flags[@]}" -XX:AOTMode=record -XX:AOTConfiguration="$work/aot.config" \
      -Xlog:aot=off -Xlog:cds=off -Dbreakwater.home="$home" -cp "$class_path" io.breakwater.boot.Main train "$work/run" &&
      timeout 120 "$java_home/bin/java" "${flags[@]}" -XX:AOTMode=create -XX:AOTConfiguration="$work/aot.config" \
        -XX:AOTCache="$work/breakwater.aot" -Xlog:aot=off -Xlog:cds=off -cp "$class_path"
  } >"$work/out" 2>&1 && [ -s "$work/breakwater.aot" ]; then
    mv "$work/breakwater.aot" "$file"
    chmod 644 "$file"
    aot_key >"$file.key"
    complain "Prepared in $((SECONDS - started)) s."
  else
    complain "That did not work; Breakwater starts without it. The reason:"
    tail -n 5 "$work/out" >&2
    aot_key >"$file.failed"
  fi
  rm -rf "$work"
}

# Sets `java_command`: everything before the verb; $1 holds the operator's own flags.
set_java_command() {
  local extra=()
  set_flags
  set_class_path
  # Split at blanks, as every JVM launcher does.
  # shellcheck disable=SC2206
  extra=($1)
  java_command=("$java_home/bin/java" "${flags[@]}")
  if [ "${BREAKWATER_AOT:-on}" != off ] && has_aot; then
    java_command+=(-XX:AOTCache="$(aot_file)" -Xlog:aot=off -Xlog:cds=off)
  fi
  # TLS allocates and frees some 60 kB for each connection outside the Java heap. The C library would give that back to the
  # system each time and fetch it again: a fifth of a handshake's cost.
  export MALLOC_TRIM_THRESHOLD_="${MALLOC_TRIM_THRESHOLD_:-16777216}"
  java_command+=(${extra[@]+"${extra[@]}"} -Dbreakwater.home="$home" -cp "$class_path" io.breakwater.boot.Main)
}
