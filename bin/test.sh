#!/usr/bin/env bash
# The whole test run on a fresh machine: installs what is missing (Debian, as root), builds with all
# checks, runs every Java test, then the tests of the scripts in bin/test.d. .ci/run calls it.
set -u
home=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd -P) || exit 1
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$home/bin/common.sh"

# command=package; the browser tests need a browser and its driver, the comparisons nginx.
needed=(curl=curl python3=python3 nginx=nginx-light chromium=chromium chromedriver=chromium-driver wrk=wrk
  nghttp=nghttp2-client nghttpd=nghttp2-server nghttpx=nghttp2-proxy dnsmasq=dnsmasq-base
  openssl=openssl pebble=pebble gtlsclient=ngtcp2-client)

missing=()
for pair in "${needed[@]}"; do
  PATH=$PATH:/usr/sbin command -v "${pair%%=*}" >/dev/null 2>&1 || missing+=("${pair#*=}")
done
# module=package; clients and servers of WebSocket, for the Python that Debian installs them for.
for pair in websockets=python3-websockets h2=python3-h2; do
  /usr/bin/python3 -c "import ${pair%%=*}" >/dev/null 2>&1 || missing+=("${pair#*=}")
done
if [ "${#missing[@]}" -gt 0 ]; then
  if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null 2>&1; then
    die "The tests need these Debian packages: ${missing[*]}" "Install them, or run bin/test.sh as root on Debian or Ubuntu."
  fi
  say "Installing ${missing[*]} ..."
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -q >/dev/null || die "apt-get update failed"
  apt-get install -y -q --no-install-recommends "${missing[@]}" >/dev/null || die "apt-get install ${missing[*]} failed"
fi

need_java
need_maven
set_lib

say "== build and Java tests"
# An interrupted or a quick build may have left classes that the strict checks have not seen.
run_maven -B verify || die "FAILED: mvn verify"
: >"$(built_mark)"

failed=0
for test in "$home"/bin/test.d/*.sh; do
  [ -x "$test" ] || continue # kit.sh is sourced by the others
  say "== $(basename "$test")"
  # Bounded: a hanging test must not hold up the whole run.
  timeout 300 "$test" "$home" || { complain "FAILED: $test"; failed=1; }
done
[ "$failed" -eq 0 ] || exit 1
say "All tests passed."
