#!/usr/bin/env bash
# Measures Breakwater beside those of nginx, HAProxy, Caddy and Varnish that are installed: requests a second, latency,
# and CPU time per request (user + system time of the proxy's processes, divided by the requests), over keep-alive
# connections: relayed bodies of 1 kB, then bodies of 1 kB, 100 kB and 10 MB from the cache; then, within TLS, HTTP/2 with 1 kB
# relayed and cached, and handshakes. All write an access log.
# Installs nothing, listens on 127.0.0.1 only, stops what it started.
#   bin/bench.sh [--seconds 10] [--warm-up 15] [--connections 64] [--threads 2] [--only NAMES] [--sizes SIZES]
#                [--set KEY=VALUE]...
# NAMES: nginx haproxy caddy pump servlet (relayed), nginx-cache varnish hit (cached), tls (beside nginx). SIZES of cached bodies: 1k 100k 10m.
# --set gives Breakwater a process setting, such as io.selectors=1.
# Requests a second swing with the machine; compare CPU within one run.
set -u
home=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd -P) || exit 1
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$home/bin/common.sh"
# shellcheck source-path=SCRIPTDIR source=bench.d/tls.sh
. "$home/bin/bench.d/tls.sh"
PATH=$PATH:/usr/sbin

seconds=10 warm_up=15 connections=64 threads=2
only="nginx haproxy caddy pump servlet nginx-cache varnish hit tls" sizes="1k 100k 10m" more_settings=()
while [ $# -gt 0 ]; do
  case $1 in
    --seconds | --warm-up | --connections | --threads | --only | --sizes | --set) [ $# -ge 2 ] || die "$1 needs a value" ;;
    *) die "usage: bin/bench.sh [--seconds N] [--warm-up N] [--connections N] [--threads N] [--only NAMES] [--sizes SIZES] [--set KEY=VALUE]..." ;;
  esac
  case $1 in
    --seconds) seconds=$2 ;;
    --warm-up) warm_up=$2 ;;
    --connections) connections=$2 ;;
    --threads) threads=$2 ;;
    --only) only=$2 ;;
    --sizes) sizes=$2 ;;
    --set) more_settings+=(--set "$2") ;;
  esac
  shift 2
done

command -v wrk >/dev/null 2>&1 || die "bin/bench.sh needs wrk (apt-get install wrk)"
command -v python3 >/dev/null 2>&1 || die "bin/bench.sh needs python3"
command -v nginx >/dev/null 2>&1 || die "bin/bench.sh needs nginx as the origin and as the measure (apt-get install nginx-light)"
need_java
set_lib
ensure_built

work=$(mktemp -d) || exit 1
# nginx's workers leave root behind and must still be able to read the file that is served.
chmod 755 "$work"
pids=()
breakwater_settings=()
# shellcheck disable=SC2317  # called by the trap
cleanup() {
  if [ "${#breakwater_settings[@]}" -gt 0 ]; then
    "$home/bin/stop.sh" --now "${breakwater_settings[@]}" >/dev/null 2>&1
  fi
  for pid in ${pids[@]+"${pids[@]}"}; do kill "$pid" 2>/dev/null; done
  wait 2>/dev/null
  rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

free_port() {
  python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

wait_for() {
  local i
  for ((i = 0; i < 100; i++)); do
    (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null && return 0
    sleep 0.1
  done
  die "nothing listens on 127.0.0.1:$1"
}

# A process and its children, for masters with workers.
family() { echo "$1"; pgrep -P "$1" 2>/dev/null; }

ticks() {
  local pid total=0 stat fields
  for pid in $(family "$1"); do
    stat=$(cat "/proc/$pid/stat" 2>/dev/null) || continue
    # What follows the command's closing bracket starts with field 3; user and system time are 14 and 15.
    read -r -a fields <<<"${stat##*) }"
    total=$((total + fields[11] + fields[12]))
  done
  echo "$total"
}

nginx_head() {
  printf 'daemon off;\nworker_processes auto;\npid %s/%s.pid;\nerror_log %s/%s.err;\n' "$work" "$1" "$work" "$1"
  printf 'events { worker_connections 4096; }\nhttp {\n'
  local kind
  for kind in client_body proxy fastcgi uwsgi scgi; do printf '%s_temp_path %s/tmp_%s_%s;\n' "$kind" "$work" "$1" "$kind"; done
  printf 'keepalive_requests 1000000000;\n'
}

start_origin() {
  mkdir -p "$work/www"
  head -c 1024 /dev/zero | tr '\0' x >"$work/www/1k.txt"
  head -c 102400 /dev/zero | tr '\0' x >"$work/www/100k.txt"
  head -c 10485760 /dev/zero | tr '\0' x >"$work/www/10m.txt"
  origin=$(free_port)
  {
    nginx_head origin
    printf 'access_log off; sendfile on; tcp_nopush on; open_file_cache max=10;\n'
    printf 'server { listen 127.0.0.1:%s backlog=4096; root %s/www; types { text/plain txt; } } }\n' "$origin" "$work"
  } >"$work/origin.conf"
  nginx -c "$work/origin.conf" -e "$work/origin.err" &
  pids+=($!)
  wait_for "$origin"
  if command -v curl >/dev/null 2>&1; then
    curl -sf -o /dev/null "http://127.0.0.1:$origin/1k.txt" || die "the origin does not serve its file"
  fi
}

start_nginx() {
  port=$(free_port)
  {
    nginx_head nginx
    if [ "${1-}" = cache ]; then
      printf 'sendfile on; proxy_cache_path %s/cache levels=1:2 keys_zone=c:10m max_size=1g;\n' "$work"
      printf 'proxy_cache c; proxy_cache_valid 200 1h;\n'
    fi
    printf 'access_log %s/nginx.log combined;\n' "$work"
    printf 'upstream app { server 127.0.0.1:%s; keepalive 128; keepalive_requests 1000000000; }\n' "$origin"
    printf 'server { listen 127.0.0.1:%s backlog=4096; location / { proxy_pass http://app; proxy_http_version 1.1;\n' "$port"
    # shellcheck disable=SC2016  # nginx's variables
    printf 'proxy_set_header Connection ""; proxy_set_header Host $host;\n'
    # shellcheck disable=SC2016
    printf 'proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for; } } }\n'
  } >"$work/nginx.conf"
  nginx -c "$work/nginx.conf" -e "$work/nginx.err" &
  proxy_pid=$!
}

start_haproxy() {
  port=$(free_port)
  cat >"$work/haproxy.cfg" <<EOF
global
  maxconn 4096
defaults
  mode http
  timeout connect 5s
  timeout client 60s
  timeout server 60s
  option forwardfor
  http-reuse always
frontend in
  bind 127.0.0.1:$port
  default_backend app
backend app
  server s1 127.0.0.1:$origin
EOF
  haproxy -f "$work/haproxy.cfg" -db >"$work/haproxy.out" 2>&1 &
  proxy_pid=$!
}

start_caddy() {
  port=$(free_port)
  cat >"$work/Caddyfile" <<EOF
{
  admin off
  auto_https off
}
http://127.0.0.1:$port {
  bind 127.0.0.1
  log {
    output file $work/caddy.log
  }
  reverse_proxy 127.0.0.1:$origin {
    transport http {
      keepalive_idle_conns_per_host 128
    }
  }
}
EOF
  HOME=$work XDG_DATA_HOME=$work XDG_CONFIG_HOME=$work caddy run --config "$work/Caddyfile" --adapter caddyfile \
    >"$work/caddy.out" 2>&1 &
  proxy_pid=$!
}

start_varnish() {
  port=$(free_port)
  cat >"$work/bench.vcl" <<EOF
vcl 4.1;
backend origin { .host = "127.0.0.1"; .port = "$origin"; }
sub vcl_backend_response { set beresp.ttl = 1h; }
EOF
  varnishd -F -n "$work/varnish" -a "127.0.0.1:$port" -f "$work/bench.vcl" -s malloc,512m >"$work/varnish.out" 2>&1 &
  proxy_pid=$!
  wait_for "$port"
  varnishncsa -n "$work/varnish" -w "$work/varnish.log" >/dev/null 2>&1 &
  log_pid=$!
  pids+=("$log_pid")
}

start_breakwater() {
  port=$(free_port)
  local transform="" data="$work/breakwater-$1"
  # A filter for another type than the origin's: the body is not changed, but goes through the servlet.
  [ "$1" = servlet ] && transform='transform = { replace = [{ from = "never", to = "ever" }], types = ["text/html"] }'
  local policy=""
  if [ "$1" = hit ]; then
    transform='cache = "all"'
    policy='[cache-policies.all]
default-ttl = "1h"'
  fi
  cat >"$work/$1.toml" <<EOF
[servers.bench]
listen = ["127.0.0.1:$port"]
locations = ["all"]
access-log = { format = "combined", file = "$1.log" }
[locations.all]
upstream = "origin"
$transform
[upstreams.origin]
nodes = ["127.0.0.1:$origin"]
$policy
EOF
  breakwater_settings=(--set "admin.listen=127.0.0.1:$(free_port)" --set sample.listen=off --set "data-dir=$data"
    --set "log-dir=$data/logs" ${more_settings[@]+"${more_settings[@]}"})
  "$home/bin/start.sh" "${breakwater_settings[@]}" --set "first-config=$work/$1.toml" >"$work/$1.out" 2>&1 ||
    { cat "$work/$1.out" >&2; die "Breakwater did not start"; }
  proxy_pid=$(cat "$data/breakwater.pid")
}

load() {
  timeout $(($1 + 30)) wrk -t "$threads" -c "$connections" -d "${1}s" --latency "http://127.0.0.1:$port/$size.txt"
}

# The proxy's, and those of the process that writes its log.
all_ticks() { echo $(($(ticks "$proxy_pid") + ${log_pid:+$(ticks "$log_pid")} + 0)); }

measure() {
  local name=$1 before after hertz
  wait_for "$port"
  if [ "$2" -gt 0 ]; then load "$2" >/dev/null; fi
  hertz=$(getconf CLK_TCK)
  before=$(all_ticks)
  load "$seconds" >"$work/wrk.out" || { complain "wrk failed on $name"; return 1; }
  after=$(all_ticks)
  python3 - "$name" "$((after - before))" "$hertz" "$work/wrk.out" >>"$work/results" <<'EOF'
import re, sys
name, ticks, hertz, path = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
text = open(path).read()
def latency(percent):
    value, unit = re.search(percent + r"%\s+([\d.]+)(us|ms|s|m)\b", text).groups()
    return float(value) * {"us": 1e-3, "ms": 1, "s": 1e3, "m": 6e4}[unit]
requests = int(re.search(r"(\d+) requests in", text).group(1))
rate = float(re.search(r"Requests/sec:\s+([\d.]+)", text).group(1))
errors = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", text)
bad = sum(map(int, errors.groups())) if errors else 0
other = re.search(r"Non-2xx or 3xx responses: (\d+)", text)
bad += int(other.group(1)) if other else 0
volume, unit = re.search(r"Transfer/sec:\s+([\d.]+)(B|KB|MB|GB)", text).groups()
megabytes = float(volume) * {"B": 1e-6, "KB": 1e-3, "MB": 1, "GB": 1e3}[unit]
print(name, rate, latency("50"), latency("99"), ticks / hertz / requests * 1e6, bad, megabytes, sep="\t")
EOF
}

size=1k proxy_pid="" log_pid=""
complain "$connections keep-alive connections, $seconds s each; $(nproc) cores shared with wrk and the origin."
start_origin

# The origin is asked once or twice: all the rest is answered from the cache.
cached() {
  command -v "$2" >/dev/null 2>&1 || { complain "  $2 is not installed"; return 0; }
  for size in $sizes; do
    complain "  $1, $size ..."
    case $1 in
      nginx-cache) start_nginx cache ;;
      varnish) start_varnish ;;
      hit) start_breakwater hit ;;
    esac
    wait_for "$port"
    load 1 >/dev/null
    measure "$1-$size" "$([ "$1" = hit ] && echo "$warm_up" || echo 1)"
    if [ "$1" = hit ]; then
      "$home/bin/stop.sh" --now "${breakwater_settings[@]}" >/dev/null
      rm -rf "$work/breakwater-hit"
      breakwater_settings=()
    else
      kill "$proxy_pid" ${log_pid:+"$log_pid"} 2>/dev/null
      wait "$proxy_pid" 2>/dev/null
      log_pid=""
      rm -rf "$work/cache" "$work/varnish"
    fi
  done
  size=1k
}

for name in $only; do
  case $name in
    nginx-cache) cached nginx-cache nginx ;;
    varnish) cached varnish varnishd ;;
    hit) cached hit python3 ;;
    nginx | haproxy | caddy)
      command -v "$name" >/dev/null 2>&1 || { complain "  $name is not installed"; continue; }
      complain "  $name ..."
      "start_$name"
      measure "$name" 2
      kill "$proxy_pid" 2>/dev/null
      wait "$proxy_pid" 2>/dev/null
      ;;
    pump | servlet)
      complain "  breakwater, $name ..."
      start_breakwater "$name"
      measure "breakwater-$name" "$warm_up"
      "$home/bin/stop.sh" --now "${breakwater_settings[@]}" >/dev/null
      breakwater_settings=()
      ;;
    tls) bench_tls ;;
    *) die "unknown name: $name" ;;
  esac
done

touch "$work/results"
python3 - "$work/results" "$sizes" <<'EOF'
import sys
rows = [line.rstrip("\n").split("\t") for line in open(sys.argv[1])]
rows = [(r[0], *map(float, r[1:])) for r in rows]
def table(title, rows, base):
    if not rows:
        return
    print(f"{title:20}{'requests/s':>12}{'MB/s':>9}{'p50 ms':>9}{'p99 ms':>9}{'CPU µs/req':>12}{'failed':>8}", end="")
    print(f"{'req/s':>9}{'p99':>7}{'CPU':>7}  (times nginx)" if base else "")
    for name, rate, p50, p99, cpu, bad, megabytes in rows:
        print(f"{name:20}{rate:12.0f}{megabytes:9.0f}{p50:9.2f}{p99:9.2f}{cpu:12.1f}{bad:8.0f}", end="")
        print(f"{rate / base[1]:9.2f}{p99 / base[3]:7.2f}{cpu / base[4]:7.2f}" if base else "")
def named(rows, name):
    return next((r for r in rows if r[0] == name), None)
relayed = [r for r in rows if "-" not in r[0] or r[0] in ("breakwater-pump", "breakwater-servlet")]
table("relayed 1 kB", relayed, named(rows, "nginx"))
for size in sys.argv[2].split():
    of = [r for r in rows if r[0].endswith("-" + size)]
    table(f"cached {size}", of, named(of, f"nginx-cache-{size}"))
EOF
tls_table
