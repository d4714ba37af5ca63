#!/usr/bin/env bash
# Starts Breakwater and waits until it is ready. See usage below.
set -u
home=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd -P) || exit 1
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$home/bin/common.sh"

usage() {
  cat <<'EOF'
bin/start.sh [--foreground] [--upstream URL] [--listen ADDR] [--conf FILE] [--set KEY=VALUE]...

  --foreground      stay in the terminal; Ctrl-C drains and stops
  --upstream URL    first start only: proxy this address instead of the sample pages
  --listen ADDR     first start only: listen here instead of 0.0.0.0:8080
  --conf FILE       process settings (conf/breakwater.toml)
  --set KEY=VALUE   override one of them, for example --set admin.listen=127.0.0.1:9280

Builds first where that is needed. Exit 0 only when Breakwater is ready. BREAKWATER_JAVA_OPTS adds
JVM flags; BREAKWATER_ADMIN_PASSWORD or BREAKWATER_ADMIN_PASSWORD_FILE sets the first password.
EOF
}

foreground=no
args=()
while [ $# -gt 0 ]; do
  case $1 in
    --foreground) foreground=yes ;;
    --upstream | --listen | --conf | --set)
      [ $# -ge 2 ] || { complain "$1 needs a value"; usage >&2; exit 2; }
      args+=("$1" "$2")
      shift
      ;;
    --upstream=* | --listen=* | --conf=* | --set=*) args+=("$1") ;;
    -h | --help) usage; exit 0 ;;
    *) complain "unknown argument: $1"; usage >&2; exit 2 ;;
  esac
  shift
done

need_java
set_lib
ensure_built
set_flags
set_class_path
ensure_aot
set_java_command "${BREAKWATER_JAVA_OPTS:-}"

if [ "$foreground" = yes ]; then
  exec "${java_command[@]}" run ${args[@]+"${args[@]}"} --console-log
fi

work=$(mktemp -d) || die "cannot make a temporary folder"
trap 'rm -rf "$work"' EXIT
out="$home/logs/console.log"
{ mkdir -p "$home/logs" && : >>"$out"; } 2>/dev/null || out="$work/console.log"
mark=$(wc -c <"$out")

# Its own session, so that it outlives this terminal; not nohup, which would make the JVM ignore SIGHUP.
detach=()
command -v setsid >/dev/null 2>&1 && detach=(setsid)
${detach[@]+"${detach[@]}"} "${java_command[@]}" run ${args[@]+"${args[@]}"} --ready-file "$work/ready" \
  </dev/null >>"$out" 2>&1 &
pid=$!

new_output() { tail -c "+$((mark + 1))" "$out"; }

waited=0
while [ ! -e "$work/ready" ]; do
  if ! kill -0 "$pid" 2>/dev/null; then
    wait "$pid"
    code=$?
    if [ "$code" -eq 4 ]; then # it already runs: the output says where
      new_output
      exit 0
    fi
    complain "Breakwater did not start:"
    new_output >&2
    exit 1
  fi
  waited=$((waited + 1))
  if [ "$waited" -gt 3000 ]; then
    complain "Breakwater (pid $pid) is not ready after two minutes; its output so far:"
    new_output >&2
    exit 1
  fi
  sleep 0.04
done

# Lines `key=value`; `show` lines are for the person.
password_file=
while IFS='=' read -r key value; do
  case $key in
    show) say "$value" ;;
    password-file) password_file=$value ;;
  esac
done <"$work/ready"
if [ -n "$password_file" ] && [ -r "$password_file" ]; then
  say "Sign in      admin / $(cat "$password_file")"
  say "             (shown once; also in $password_file until you change it)"
fi
disown "$pid" 2>/dev/null
exit 0
