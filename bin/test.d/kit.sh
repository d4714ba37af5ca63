# shellcheck shell=bash
# Checks for the tests in this folder: each runs a command, keeps its output in $work/out, and says
# what did not hold. Sourced with `work` and `failures` set.

: "${work:?}" "${failures:?}"

free_port() {
  python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

passed() { printf '  ok    %s\n' "$1"; }

broken() {
  printf '  FAIL  %s\n' "$1"
  shift
  for line in "$@"; do printf '        %s\n' "$line"; done
  failures=$((failures + 1))
}

# Runs a command with what `input` holds as its standard input.
input=
run() { printf '%s' "$input" | timeout 150 "$@" >"$work/out" 2>&1; }

# check WHAT COMMAND...: the command must succeed.
check() {
  local what=$1
  shift
  if run "$@"; then passed "$what"; else broken "$what" "exit $? of: $*" "$(tail -n 15 "$work/out")"; fi
}

# refuses CODE TEXT WHAT COMMAND...: the command must end with the code and say the text.
refuses() {
  local code=$1 text=$2 what=$3 got=0
  shift 3
  run "$@" || got=$?
  if [ "$got" -ne "$code" ]; then
    broken "$what" "exit $got, expected $code, of: $*" "$(tail -n 15 "$work/out")"
  elif [ -n "$text" ] && ! grep -qF -- "$text" "$work/out"; then
    broken "$what" "the output has no '$text':" "$(tail -n 15 "$work/out")"
  else
    passed "$what"
  fi
}

# has TEXT WHAT: the last output contains the text.
has() { if grep -qF -- "$1" "$work/out"; then passed "$2"; else broken "$2" "no '$1' in:" "$(cat "$work/out")"; fi; }
hasnot() { if grep -qF -- "$1" "$work/out"; then broken "$2" "there is '$1' in:" "$(cat "$work/out")"; else passed "$2"; fi; }
equals() { if [ "$1" = "$2" ]; then passed "$3"; else broken "$3" "expected $1, got $2"; fi; }

# eventually WHAT COMMAND...: within 20 seconds.
eventually() {
  local what=$1 i
  shift
  for ((i = 0; i < 200; i++)); do
    if "$@" >/dev/null 2>&1; then
      passed "$what"
      return 0
    fi
    sleep 0.1
  done
  broken "$what" "not within 20 s: $*"
  return 1
}

gone() { eventually "process $1 has ended" eval "! kill -0 $1"; }

finish() {
  [ "$failures" -eq 0 ] || { printf '%s checks failed\n' "$failures"; exit 1; }
}
