# Sourced by bin/bench.sh: HTTP/2 within TLS by h2load, and whole handshakes by wrk, which opens a connection for each
# request and resumes none. Breakwater beside nginx, with the same certificates.
# shellcheck shell=bash disable=SC2154  # what bench.sh sets

# The certificate that `key` names: ec (P-256) or rsa (2048 bits).
make_certificate() {
  local kind=$1 options=(-newkey rsa:2048)
  [ "$kind" = ec ] && options=(-newkey ec -pkeyopt ec_paramgen_curve:P-256)
  openssl req -x509 "${options[@]}" -nodes -days 3650 -subj /CN=localhost -addext subjectAltName=DNS:localhost \
    -keyout "$work/$kind.key" -out "$work/$kind.pem" 2>/dev/null || die "openssl made no certificate"
}

# start_tls_nginx KEY CACHED
start_tls_nginx() {
  port=$(free_port)
  {
    nginx_head nginx
    if [ "$2" = yes ]; then
      printf 'sendfile on; proxy_cache_path %s/cache levels=1:2 keys_zone=c:10m max_size=1g;\n' "$work"
      printf 'proxy_cache c; proxy_cache_valid 200 1h;\n'
    fi
    printf 'access_log %s/nginx.log combined;\n' "$work"
    printf 'upstream app { server 127.0.0.1:%s; keepalive 128; keepalive_requests 1000000000; }\n' "$origin"
    printf 'server { listen 127.0.0.1:%s ssl http2 backlog=4096; server_name localhost;\n' "$port"
    printf 'ssl_certificate %s/%s.pem; ssl_certificate_key %s/%s.key; ssl_protocols TLSv1.2 TLSv1.3;\n' \
      "$work" "$1" "$work" "$1"
    printf 'location / { proxy_pass http://app; proxy_http_version 1.1;\n'
    # shellcheck disable=SC2016  # nginx's variables
    printf 'proxy_set_header Connection ""; proxy_set_header Host $host; } } }\n'
  } >"$work/nginx.conf"
  nginx -c "$work/nginx.conf" -e "$work/nginx.err" &
  proxy_pid=$!
  wait_for "$port"
}

# start_tls_breakwater KEY CACHED
start_tls_breakwater() {
  port=$(free_port)
  local data="$work/breakwater-tls" cache=""
  [ "$2" = yes ] && cache='cache = "all"'
  cat >"$work/tls.toml" <<TOML
[servers.bench]
listen = ["127.0.0.1:$port"]
protocols = ["http1", "h2"]
tls = true
locations = ["all"]
access-log = { format = "combined", file = "tls.log" }
[certificates.bench]
certificate = "$work/$1.pem"
key = "$work/$1.key"
default = true
[locations.all]
upstream = "origin"
$cache
[cache-policies.all]
default-ttl = "1h"
[upstreams.origin]
nodes = ["127.0.0.1:$origin"]
TOML
  breakwater_settings=(--set "admin.listen=127.0.0.1:$(free_port)" --set sample.listen=off --set "data-dir=$data"
    --set "log-dir=$data/logs" ${more_settings[@]+"${more_settings[@]}"})
  "$home/bin/start.sh" "${breakwater_settings[@]}" --set "first-config=$work/tls.toml" >"$work/tls.out" 2>&1 ||
    { cat "$work/tls.out" >&2; die "Breakwater did not start"; }
  proxy_pid=$(cat "$data/breakwater.pid")
  wait_for "$port"
}

# tls_load KIND SECONDS
tls_load() {
  if [ "$1" = h2 ]; then
    timeout $(($2 + 30)) h2load -t "$threads" -c "$connections" -m 10 -D "$2" "https://127.0.0.1:$port/1k.txt"
  else
    timeout $(($2 + 30)) wrk -t "$threads" -c "$connections" -d "${2}s" -H 'Connection: close' "https://127.0.0.1:$port/1k.txt"
  fi
}

# measure_tls NAME KIND WARM-UP
measure_tls() {
  local before after
  tls_load "$2" 1 >/dev/null
  if [ "$3" -gt 0 ]; then tls_load "$2" "$3" >/dev/null; fi
  before=$(all_ticks)
  tls_load "$2" "$seconds" >"$work/tls.out" || { complain "the load failed on $1"; return 1; }
  after=$(all_ticks)
  python3 - "$1" "$((after - before))" "$(getconf CLK_TCK)" "$work/tls.out" >>"$work/tls.results" <<'PY'
import re, sys
name, ticks, hertz, path = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
text = open(path).read()
h2 = re.search(r"finished in [\d.]+s, ([\d.]+) req/s", text)
if h2:
    rate = float(h2[1])
    done, bad = map(int, re.search(r"(\d+) succeeded, (\d+) failed", text).groups())
else:
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", text)[1])
    done = int(re.search(r"(\d+) requests in", text)[1])
    # wrk takes the end of a connection that was to end for an error of reading.
    errors = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", text)
    bad = sum(map(int, errors.groups())) - int(errors[2]) if errors else 0
    other = re.search(r"Non-2xx or 3xx responses: (\d+)", text)
    bad += int(other[1]) if other else 0
print(name, rate, ticks / hertz / done * 1e6, bad, sep="\t")
PY
}

# bench_tls: each case by nginx and by Breakwater.
bench_tls() {
  local row case kind key cached
  command -v h2load >/dev/null 2>&1 || { complain "  h2load is not installed (nghttp2-client)"; return 0; }
  make_certificate ec
  make_certificate rsa
  for row in h2-relayed:h2:ec:no h2-cached:h2:ec:yes handshakes-ec:new:ec:yes handshakes-rsa:new:rsa:yes; do
    IFS=: read -r case kind key cached <<<"$row"
    complain "  $case, nginx ..."
    start_tls_nginx "$key" "$cached"
    measure_tls "$case"$'\t'nginx "$kind" 1
    kill "$proxy_pid" 2>/dev/null
    wait "$proxy_pid" 2>/dev/null
    rm -rf "$work/cache"
    complain "  $case, breakwater ..."
    start_tls_breakwater "$key" "$cached"
    measure_tls "$case"$'\t'breakwater "$kind" "$warm_up"
    "$home/bin/stop.sh" --now "${breakwater_settings[@]}" >/dev/null
    rm -rf "$work/breakwater-tls"
    breakwater_settings=()
  done
}

tls_table() {
  [ -s "$work/tls.results" ] || return 0
  python3 - "$work/tls.results" <<'PY'
import sys
rows = [line.rstrip("\n").split("\t") for line in open(sys.argv[1])]
print(f"{'within TLS':32}{'per s':>10}{'CPU µs':>10}{'failed':>8}{'rate':>9}{'CPU':>7}  (times nginx)")
nginx = {}
for case, who, rate, cpu, bad in rows:
    if who == "nginx":
        nginx[case] = float(rate), float(cpu)
    base = nginx.get(case)
    print(f"{case + ', ' + who:32}{float(rate):10.0f}{float(cpu):10.1f}{int(bad):8}", end="")
    print(f"{float(rate) / base[0]:9.2f}{float(cpu) / base[1]:7.2f}" if base else "")
PY
}
