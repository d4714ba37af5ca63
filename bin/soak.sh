#!/usr/bin/env bash
# The long checks that bin/test.sh has no time for. Installs nothing, listens on loopback addresses only, stops what it started.
#   bin/soak.sh [--gigabytes 4] [--seed N] [--keep] [NAME]...
# Names (all of them when none is given):
#   bodies   4 GiB down and up through both body engines in a heap of 256 MB; slow clients and upstreams
#   applies  300 changes by the API under load: no request fails, no connection is lost
#   kills    kill -9 while changes are made, ten times: what was acknowledged is there
#   lines    the same requests through nginx: the access-log lines are equal
#   starts   bin/start.sh again and again: the median is below 2 s
#   mirror   a canary gets its share, clients stay, a mirror to a dead shadow costs the client nothing
#   browser  Chromium loads a small site through Breakwater
#   pages    a page with a hundred images over h1, h2, h2c and h3, by Chromium, curl, nghttp and gtlsclient
#   nodes    nodes that die, hang and reset under load: one of three, then all of them
#   slow     one node of four is twenty times slower: balancing by load keeps the 99th percentile low
#   dns      a name's addresses change, its server dies, a service's first nodes die: traffic follows, nothing fails
#   cache    cold objects of 1 and 5 GiB, 500 clients on one
#   kept     kill -9 among fills, evictions and purges, thirty times: what is stored is right, no block is lost
#   disks    the cache's disk is full, read-only, broken and slow (by FUSE): clients notice nothing but misses
#   million  a million objects: memory, the cost of a hit, a start after a kill, a purge of all
#   certificates  certificates change 200 times under load, and ten thousand of them
#   tls      sslscan finds TLS 1.2 and 1.3 with forward secrecy and authenticated encryption, and nothing else
#   websocket  2,000 connections echo while 100 changes are made; a huge message for a slow reader; HTTP/2, too
#   floods   HTTP/2 floods end their connection early, and nobody else notices
#   slow-clients  5000 clients that send a byte each 5 s do not hold up others, and are cut at header-timeout
#   grpc     grpc-java's interop client and server through Breakwater, in clear text and within TLS; gRPC-Web by
#            Armeria's client in both forms and over both HTTP versions; needs Maven
#   race     a node closes each connection after its answer: nothing fails, nothing is done twice
# --keep leaves the data and the logs of what failed. Exit code 0 only when all that was asked for held.
set -u
home=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd -P) || exit 1
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$home/bin/common.sh"
PATH=$PATH:/usr/sbin

all=(bodies applies kills lines starts mirror browser pages nodes slow dns cache kept disks million certificates tls websocket floods slow-clients grpc race)
gigabytes=4 seed=$RANDOM keep=no
names=()
usage() { die "usage: bin/soak.sh [--gigabytes N] [--seed N] [--keep] [NAME]...   names: ${all[*]}"; }
while [ $# -gt 0 ]; do
  case $1 in
    --gigabytes | --seed)
      [ $# -ge 2 ] || die "$1 needs a value"
      if [ "$1" = --seed ]; then seed=$2; else gigabytes=$2; fi
      shift
      ;;
    --keep) keep=yes ;;
    -*) usage ;;
    *)
      case " ${all[*]} " in *" $1 "*) names+=("$1") ;; *) usage ;; esac
      ;;
  esac
  shift
done
[ "${#names[@]}" -gt 0 ] || names=("${all[@]}")

work=$(mktemp -d) || exit 1
# nginx's workers leave root behind and must still be able to read the files that are served.
chmod 755 "$work"
failures=0
# shellcheck source-path=SCRIPTDIR source=test.d/kit.sh
. "$home/bin/test.d/kit.sh"

need() { command -v "$1" >/dev/null 2>&1 || die "bin/soak.sh needs $1; bin/test.sh installs it"; }
for tool in python3 curl; do need "$tool"; done
for name in "${names[@]}"; do
  case $name in
    applies) need wrk; need nginx ;;
    nodes | slow) need wrk ;;
    million) need wrk; need nginx ;;
    certificates) need openssl ;;
    tls) need openssl; need sslscan ;;
    floods) need nginx ;;
    grpc) need mvn; need unzip ;;
    slow-clients) need slowhttptest; need ss ;;
    dns) need wrk; need dnsmasq ;;
    lines) need nginx ;;
    mirror) need wrk; need nginx ;;
    browser) need chromium ;;
    pages) need chromium; need nghttp; need gtlsclient; need openssl ;;
    websocket) /usr/bin/python3 -c 'import websockets, h2' || die "bin/soak.sh websocket needs python3-websockets and python3-h2; bin/test.sh installs them" ;;
    disks) [ -w /dev/fuse ] && [ "$(id -u)" -eq 0 ] || die "bin/soak.sh disks needs /dev/fuse and root" ;;
  esac
done
need_java
set_lib
ensure_built

# --- processes -------------------------------------------------------------------------------------

pids=()
settings=()
bad=()
mounted=
# shellcheck disable=SC2317  # called by the trap
cleanup() {
  stop_all
  if [ "$keep" = yes ] && [ "${#bad[@]}" -gt 0 ]; then say "Kept: $work"; else rm -rf "$work"; fi
}
trap cleanup EXIT
trap 'exit 130' INT TERM

stop_breakwater() {
  [ "${#settings[@]}" -gt 0 ] || return 0
  timeout 60 "$home/bin/stop.sh" --now "${settings[@]}" >/dev/null 2>&1
  settings=()
}

stop_all() {
  local pid
  stop_breakwater
  for pid in ${pids[@]+"${pids[@]}"}; do kill "$pid" 2>/dev/null; done
  for pid in ${pids[@]+"${pids[@]}"}; do wait "$pid" 2>/dev/null; done
  pids=()
  if [ -n "$mounted" ]; then umount --lazy "$mounted"; fi
  mounted=
}

listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# launch PORT COMMAND...: a helper in the background that listens on a port; false when it does not.
launch() {
  local port=$1 i
  shift
  # Bounded, should this script be killed without a chance to clean up.
  timeout 3600 "$@" >>"$work/helpers.out" 2>&1 &
  pids+=($!)
  for ((i = 0; i < 100; i++)); do
    listens "$port" && return 0
    sleep 0.1
  done
  broken "$1 listens on 127.0.0.1:$port" "$(tail -n 15 "$work/helpers.out")"
  return 1
}

# No __pycache__ in the checkout.
export PYTHONDONTWRITEBYTECODE=1
launch_python() { launch "$1" python3 "$home/bin/soak.d/$2.py" "${@:3}"; }

# judge SECONDS NAME ARGUMENT...: a program of soak.d that prints and judges its figures.
judge() {
  local seconds=$1 name=$2
  shift 2
  timeout "$seconds" python3 "$home/bin/soak.d/$name.py" "$@" && return 0
  failures=$((failures + 1))
  return 1
}

# choose FOLDER: sets `settings`, `data`, `logs` and `admin` for a Breakwater of its own.
choose() {
  data="$work/$1"
  logs="$data/logs"
  admin=$(free_port)
  settings=(--set "admin.listen=127.0.0.1:$admin" --set sample.listen=off --set "data-dir=$data" --set "log-dir=$logs")
}

# start_breakwater FOLDER CONFIG [KEY=VALUE]...: starts one with a first configuration and sets `pid` too.
start_breakwater() {
  choose "$1"
  local more
  for more in "${@:3}"; do settings+=(--set "$more"); done
  if ! timeout 150 "$home/bin/start.sh" "${settings[@]}" --set "first-config=$2" >"$work/start.out" 2>&1; then
    broken "Breakwater starts" "$(tail -n 15 "$work/start.out")"
    return 1
  fi
  pid=$(cat "$data/breakwater.pid")
}

new_token() { timeout 60 "$home/bin/breakwater" token create soak "${settings[@]}" | tail -n 1; }

# What the process said in its log that nobody wants to read.
quiet_log() {
  if grep -E ' (ERROR|WARN) ' "$logs/breakwater.log" >"$work/complaints" 2>/dev/null; then
    broken "$1: nothing is wrong in breakwater.log" "$(head -n 10 "$work/complaints" | cut -c 1-300)"
  else
    passed "$1: nothing is wrong in breakwater.log"
  fi
}

# nginx_head NAME: the beginning of a configuration; it must not write outside of $work.
nginx_head() {
  printf 'daemon off;\nworker_processes 1;\npid %s/%s.pid;\nerror_log %s/%s.err;\n' "$work" "$1" "$work" "$1"
  printf 'events { worker_connections 4096; }\nhttp {\n'
  local kind
  for kind in client_body proxy fastcgi uwsgi scgi; do
    printf '%s_temp_path %s/tmp_%s_%s;\n' "$kind" "$work" "$1" "$kind"
  done
  printf 'keepalive_requests 1000000000;\n'
}

# --- the checks ------------------------------------------------------------------------------------

check_bodies() {
  local origin port engine transform
  origin=$(free_port)
  launch_python "$origin" origin "$origin" || return
  for engine in pump servlet; do
    port=$(free_port)
    transform=
    # A filter for another type than the origin's: the body is not changed, but goes through the servlet.
    [ "$engine" = servlet ] && transform='[locations.all.transform]
replace = [{ from = "never", to = "ever" }]
types = ["text/html"]'
    cat >"$work/$engine.toml" <<TOML
[servers.web]
listen = ["127.0.0.1:$port"]
locations = ["all"]
[locations.all]
upstream = "origin"
$transform
[upstreams.origin]
nodes = ["127.0.0.1:$origin"]
TOML
    BREAKWATER_JAVA_OPTS="-Xmx256m" start_breakwater "$engine" "$work/$engine.toml" || return
    judge 2000 bodies "$engine" "$port" "$origin" "$pid" "$gigabytes"
    quiet_log "$engine"
    stop_breakwater
  done
}

check_applies() {
  local port apps=() streams=() more=() token i log kept
  port=$(free_port)
  for i in 1 2; do apps+=("$(free_port)"); streams+=("$(free_port)"); more+=("$(free_port)"); done
  mkdir -p "$work/www"
  head -c 1024 /dev/zero | tr '\0' x >"$work/www/1k.txt"
  {
    nginx_head app
    printf 'access_log off; sendfile on; open_file_cache max=10;\n'
    printf 'server { root %s/www; listen 127.0.0.1:%s backlog=4096; listen 127.0.0.1:%s backlog=4096;\n' \
      "$work" "${apps[@]}"
    printf 'types { text/plain txt; } } }\n'
  } >"$work/app.conf"
  launch "${apps[0]}" nginx -c "$work/app.conf" -e "$work/app.err" || return
  launch_python "${streams[0]}" origin "${streams[@]}" || return
  cat >"$work/applies.toml" <<TOML
[servers.web]
listen = ["127.0.0.1:$port"]
locations = ["page", "stream"]
access-log = { format = "seen", file = "web.log" }
[log-formats.seen]
format = "{:connection-id} {status} {uri}"
rotate = "never"
[locations.page]
upstream = "app"
[locations.stream]
path = "/bytes/"
upstream = "stream"
[upstreams.app]
nodes = ["127.0.0.1:${apps[0]}"]
[upstreams.stream]
nodes = ["127.0.0.1:${streams[0]}"]
TOML
  start_breakwater applies "$work/applies.toml" || return
  token=$(new_token)
  judge 300 applies "$port" "$admin" "$token" "${apps[@]}" "${streams[@]}" "${more[@]}"
  # The connections of wrk have thousands of requests each; those that look whether a change is in force have one.
  log="$logs/web.log"
  eventually "the log is written" grep -q " /bytes/120000000$" "$log"
  kept=$(awk '{ n[$1]++ } END { for (c in n) if (n[c] > 1) k++; print k + 0 }' "$log")
  equals 64 "$kept" "the 64 connections of wrk were kept from beginning to end"
  equals 0 "$(awk '$2 >= 500 || $2 == "-"' "$log" | wc -l)" "no answer in the access log is a failure"
  quiet_log applies
}

check_kills() {
  local port token
  port=$(free_port)
  cat >"$work/kills.toml" <<TOML
[servers.web]
listen = ["127.0.0.1:$port"]
locations = ["all"]
[locations.all]
respond = { body = "here" }
TOML
  start_breakwater kills "$work/kills.toml" || return
  token=$(new_token)
  judge 900 kills "$home" "$data" "$port" "$admin" "$token" "$seed" -- "${settings[@]}"
}

check_lines() {
  local origin port nginx
  origin=$(free_port)
  launch_python "$origin" answers "$origin" || return
  nginx=$(free_port)
  {
    nginx_head lines
    printf 'access_log %s/lines.log combined;\n' "$work"
    # Heads as large as Breakwater takes.
    printf 'large_client_header_buffers 4 16k; proxy_buffer_size 32k; proxy_buffers 8 32k;\n'
    printf 'server { listen 127.0.0.1:%s; location / { proxy_pass http://127.0.0.1:%s; proxy_http_version 1.1;\n' \
      "$nginx" "$origin"
    # shellcheck disable=SC2016  # nginx's variables
    printf 'proxy_set_header Connection ""; proxy_set_header Host $host; } } }\n'
  } >"$work/lines.conf"
  launch "$nginx" nginx -c "$work/lines.conf" -e "$work/lines.err" || return
  port=$(free_port)
  cat >"$work/lines.toml" <<TOML
[servers.web]
listen = ["127.0.0.1:$port"]
locations = ["all"]
access-log = { format = "combined", file = "lines.log" }
[locations.all]
upstream = "origin"
[upstreams.origin]
nodes = ["127.0.0.1:$origin"]
TOML
  start_breakwater lines "$work/lines.toml" || return
  judge 300 lines "$nginx" "$work/lines.log" "$port" "$logs/lines.log"
}

check_starts() {
  local port begin i code times=() median
  port=$(free_port)
  cat >"$work/starts.toml" <<TOML
[servers.web]
listen = ["127.0.0.1:$port"]
locations = ["all"]
[locations.all]
respond = { body = "here" }
TOML
  # The first one may build, make the AOT cache and the store.
  start_breakwater starts "$work/starts.toml" || return
  for ((i = 1; i <= 5; i++)); do
    check "start $i: stop before it" "$home/bin/stop.sh" "${settings[@]}"
    begin=$(date +%s%N)
    timeout 150 "$home/bin/start.sh" "${settings[@]}" >"$work/out" 2>&1
    code=$?
    times+=($((($(date +%s%N) - begin) / 1000000)))
    equals 0 "$code" "start $i: exit code"
    has "Proxy        http://127.0.0.1:$port" "start $i: the proxy's address is shown"
    has "Console      http://127.0.0.1:$admin" "start $i: the console's address is shown"
    equals here "$(curl -s -m 10 "http://127.0.0.1:$port/")" "start $i: it serves"
    check "start $i: it is ready" curl -sf -m 10 "http://127.0.0.1:$admin/readyz"
  done
  median=$(printf '%s\n' "${times[@]}" | sort -n | sed -n 3p)
  say "        milliseconds: ${times[*]}; median $median"
  check "the median of a start is below 2 s" test "$median" -lt 2000
}

check_mirror() {
  local port app canary silent dead token name
  port=$(free_port) app=$(free_port) canary=$(free_port) silent=$(free_port) dead=$(free_port)
  {
    nginx_head names
    printf 'access_log off;\n'
    for name in app canary; do
      mkdir -p "$work/names/$name"
      echo "$name" >"$work/names/$name/name.txt"
      printf 'server { root %s/names/%s; listen 127.0.0.1:%s backlog=4096; }\n' "$work" "$name" "${!name}"
    done
    printf '}\n'
  } >"$work/names.conf"
  launch "$app" nginx -c "$work/names.conf" -e "$work/names.err" || return
  launch_python "$silent" silent "$silent" || return
  {
    printf '[servers.web]\nlisten = ["127.0.0.1:%s"]\nlocations = ["plain", "dead", "hole", "split", "stay"]\n' "$port"
    for name in plain dead hole split stay; do
      # shellcheck disable=SC2016  # $1 is the rewrite's
      printf '[locations.%s]\npath = "/%s/"\nrewrite = ["^/[a-z]+/(.*)$ /$1"]\n' "$name" "$name"
      case $name in
        split | stay) printf 'split = [{ upstream = "app", weight = 95 }, { upstream = "canary", weight = 5 }]\n' ;;
        *) printf 'upstream = "app"\n' ;;
      esac
      case $name in
        stay) printf 'split-sticky = "release"\n' ;;
        dead | hole) printf 'mirror = { upstream = "%s" }\n' "$name" ;;
      esac
    done
    printf '[upstreams.app]\nnodes = ["127.0.0.1:%s"]\n' "$app"
    printf '[upstreams.canary]\nnodes = ["127.0.0.1:%s"]\n' "$canary"
    printf '[upstreams.dead]\nnodes = ["127.0.0.1:%s"]\n' "$dead"
    printf '[upstreams.hole]\nnodes = ["127.0.0.1:%s"]\n' "$silent"
  } >"$work/mirror.toml"
  start_breakwater mirror "$work/mirror.toml" || return
  token=$(new_token)
  judge 300 mirror "$port" "$admin" "$token"
}

check_browser() {
  local app port url
  local chromium=(timeout 90 chromium --headless --no-sandbox --disable-gpu --no-first-run
    --disable-background-networking --disable-component-update --disable-sync --hide-scrollbars "--window-size=400,300")
  check "a site is made" python3 "$home/bin/soak.d/site.py" "$work/site"
  app=$(free_port)
  launch "$app" python3 -m http.server --bind 127.0.0.1 --directory "$work/site" "$app" || return
  choose browser
  port=$(free_port)
  check "start in front of the site" "$home/bin/start.sh" "${settings[@]}" --upstream "http://127.0.0.1:$app" \
    --listen "127.0.0.1:$port"
  has "Proxy        http://127.0.0.1:$port" "its address is shown"
  # The second one is redirected by the site, from the folder to what is in it.
  for url in / /sub; do
    HOME=$work "${chromium[@]}" --user-data-dir="$work/chromium" --dump-dom "http://127.0.0.1:$port$url" \
      >"$work/out" 2>"$work/chromium.err" || broken "$url: Chromium exits with 0" "$(tail -n 10 "$work/chromium.err")"
    has 'id="seen">color rgb(1, 2, 3), image 40x30, fetched hello<' "$url: style, script, image and fetch worked"
    HOME=$work "${chromium[@]}" --user-data-dir="$work/chromium" --screenshot="$work/shot.png" \
      "http://127.0.0.1:$port$url" >"$work/chromium.err" 2>&1
    # The page is green by its style sheet, with a red image in the corner.
    check "$url: the screenshot shows the style" \
      python3 "$home/bin/soak.d/site.py" pixel "$work/shot.png" 300 200 0 128 0
    check "$url: the screenshot shows the image" \
      python3 "$home/bin/soak.d/site.py" pixel "$work/shot.png" 20 15 255 0 0
  done
  eventually "the picture is in the access log" grep -q '"GET /picture.png HTTP/1.1" 200' "$logs/default.access.log"
  quiet_log browser
}

check_pages() {
  local app port clear spki site=$work/pages
  app=$(free_port) port=$(free_port) clear=$(free_port)
  check "a page is made" python3 "$home/bin/soak.d/pages.py" site "$site"
  {
    nginx_head pages
    printf 'access_log off;\nserver { listen 127.0.0.1:%s backlog=4096; root %s; types { text/html html;\n' "$app" "$site"
    printf 'text/javascript js; application/json json; image/png png; } }\n}\n'
  } >"$work/pages.conf"
  launch "$app" nginx -c "$work/pages.conf" -e "$work/pages.err" || return
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 9 -subj /CN=pages -keyout "$work/pages.key" \
    -out "$work/pages.pem" -addext subjectAltName=DNS:pages.test 2>/dev/null
  spki=$(openssl x509 -in "$work/pages.pem" -pubkey -noout | openssl pkey -pubin -outform der |
    openssl dgst -sha256 -binary | base64)
  cat >"$work/pages.toml" <<TOML
[servers.secure]
listen = ["127.0.0.1:$port"]
locations = ["all"]
tls = true
protocols = ["http1", "h2", "h3"]
access-log = { format = "protocols", file = "pages.log" }
[servers.clear]
listen = ["127.0.0.1:$clear"]
locations = ["all"]
access-log = { format = "protocols", file = "pages.log" }
[locations.all]
upstream = "app"
response-headers = { set = { Cache-Control = "max-age=600" } }
[upstreams.app]
nodes = ["127.0.0.1:$app"]
[certificates.pages]
certificate = "$work/pages.pem"
key = "$work/pages.key"
default = true
[log-formats.protocols]
format = "{proto} {status} {uri}"
TOML
  start_breakwater pages "$work/pages.toml" || return
  judge 600 pages "$port" "$clear" "$logs/pages.log" "$site" "$work/pages.pem" "$spki"
  quiet_log pages
}

check_nodes() {
  local port nodes=() i
  port=$(free_port)
  for i in 1 2 3; do nodes+=("$(free_port)"); done
  cat >"$work/nodes.toml" <<TOML
[servers.web]
listen = ["127.0.0.1:$port"]
locations = ["all"]
[locations.all]
upstream = "app"
timeout = "3s"
[upstreams.app]
nodes = ["127.0.0.1:${nodes[0]}", "127.0.0.1:${nodes[1]}", "127.0.0.1:${nodes[2]}"]
response-timeout = "2s"
retry = { attempts = 2, timeout = "500ms" }
outlier = { eject = "3s" }
TOML
  start_breakwater nodes "$work/nodes.toml" || return
  judge 400 nodes "$port" "$admin" "$(new_token)" "$pid" "${nodes[@]}"
}

check_slow() {
  local port nodes=() delay
  port=$(free_port)
  for delay in 10 10 10 200; do
    nodes+=("$(free_port)")
    launch_python "${nodes[-1]}" node "${nodes[-1]}" works "$delay" || return
  done
  printf '[servers.web]\nlisten = ["127.0.0.1:%s"]\nlocations = ["all"]\n[locations.all]\nupstream = "app"\n' "$port" \
    >"$work/slow.toml"
  printf '[upstreams.app]\nnodes = ["127.0.0.1:%s"]\n' "${nodes[0]}" >>"$work/slow.toml"
  start_breakwater slow "$work/slow.toml" || return
  judge 200 slownode "$port" "$admin" "$(new_token)" "${nodes[@]}"
  quiet_log slow
}

check_dns() {
  local port dns cache node
  port=$(free_port) dns=$(free_port) cache=$(free_port) node=$(free_port)
  mkdir -p "$work/dns"
  cat >"$work/dns.toml" <<TOML
[servers.web]
listen = ["127.0.0.1:$port"]
locations = ["all", "services"]
[locations.all]
upstream = "app"
[locations.services]
path = "/srv/"
upstream = "services"
[upstreams.app]
nodes = ["app.test:$node"]
discovery = "dns"
resolver = ["127.0.0.1:$dns"]
[upstreams.services]
nodes = ["_http._tcp.app.test"]
discovery = "srv"
resolver = ["127.0.0.1:$dns"]
TOML
  start_breakwater dns "$work/dns.toml" || return
  judge 400 dns "$port" "$admin" "$(new_token)" "$work/dns" "$dns" "$cache" "$node"
}

check_cache() {
  local origin port
  origin=$(free_port)
  launch_python "$origin" stock "$origin" || return
  port=$(free_port)
  cat >"$work/cache.toml" <<TOML
[servers.web]
listen = ["127.0.0.1:$port"]
locations = ["plain", "cached"]
[locations.plain]
path = "/plain/"
rewrite = ["^/plain/(.*)\$ /\$1"]
upstream = "origin"
[locations.cached]
path = "/cached/"
rewrite = ["^/cached/(.*)\$ /\$1"]
upstream = "origin"
cache = "large"
[cache-policies.large]
max-object-size = "1500mb"
lock-timeout = "30s"
[upstreams.origin]
nodes = ["127.0.0.1:$origin"]
TOML
  BREAKWATER_JAVA_OPTS="-Xmx256m" start_breakwater cache "$work/cache.toml" "cache.files=$work/cache-blocks 2500mb" || return
  judge 900 cached "$port" "$origin" "$pid"
  quiet_log cache
}

# objects_config FILE PORT ORIGIN: small and larger objects of bin/soak.d/stock.py through the cache.
objects_config() {
  cat >"$1" <<TOML
[servers.web]
listen = ["127.0.0.1:$2"]
locations = ["objects"]
[locations.objects]
path = "/object/"
upstream = "origin"
cache = "objects"
[cache-policies.objects]
debug-headers = true
purge-from = ["127.0.0.1"]
[upstreams.origin]
nodes = ["127.0.0.1:$3"]
TOML
}

check_kept() {
  local origin port
  origin=$(free_port) port=$(free_port)
  launch_python "$origin" stock "$origin" || return
  objects_config "$work/kept.toml" "$port" "$origin"
  start_breakwater kept "$work/kept.toml" "cache.files=$work/kept-blocks 48mb" || return
  judge 900 kept "$home" "$data" "$port" "$origin" "$admin" "$(new_token)" "$seed" -- "${settings[@]}"
  quiet_log kept
}

check_disks() {
  local origin port control room=100000000
  origin=$(free_port) port=$(free_port) control=$(free_port)
  launch_python "$origin" stock "$origin" || return
  mkdir -p "$work/disk"
  # No room at all: not even for the journal of purges.
  mounted=$work/disk
  launch_python "$control" disk "$work/disk" "$control" 0 || return
  objects_config "$work/disks.toml" "$port" "$origin"
  start_breakwater disks "$work/disks.toml" "cache.files=$work/disk/blocks 64mb" || return
  judge 1200 disks "$port" "$admin" "$(new_token)" "$control" "$room"
  check "the process is still the same" test "$pid" = "$(cat "$data/breakwater.pid")" -a -d "/proc/$pid"
}

check_million() {
  local origin port
  origin=$(free_port) port=$(free_port)
  {
    nginx_head million
    printf 'log_format line "$status";\nmap $http_if_none_match $asked { default 1; "" 0; }\n'
    printf 'access_log %s/million.log line if=$asked;\n' "$work"
    printf 'server { listen 127.0.0.1:%s backlog=4096; location / {\n' "$origin"
    printf 'add_header Cache-Control max-age=36000; add_header Surrogate-Key all; add_header ETag %s;\n' "'\"1\"'"
    printf 'if ($http_if_none_match) { return 304; }\nreturn 200 "%s"; } }\n}\n' "$(head -c 2048 /dev/zero | tr '\0' x)"
  } >"$work/million.conf"
  : >"$work/million.log"
  launch "$origin" nginx -c "$work/million.conf" -e "$work/million.err" || return
  cat >"$work/million.toml" <<TOML
[servers.web]
listen = ["127.0.0.1:$port"]
locations = ["all"]
access-log = "off"
[locations.all]
upstream = "origin"
cache = "all"
[cache-policies.all]
[upstreams.origin]
nodes = ["127.0.0.1:$origin"]
TOML
  start_breakwater million "$work/million.toml" "cache.files=$work/million-blocks 4400mb" cache.block-size=4kb || return
  judge 1500 million "$home" "$data" "$port" "$admin" "$(new_token)" "$work/million.log" -- "${settings[@]}"
  quiet_log million
}

check_certificates() {
  local port many
  port=$(free_port) many=$(free_port)
  mkdir -p "$work/pki/many"
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 9 -subj /CN=first -keyout "$work/pki/first.key" \
    -out "$work/pki/first.pem" -addext subjectAltName=DNS:first.test 2>/dev/null
  cat >"$work/certificates.toml" <<TOML
[servers.web]
listen = ["127.0.0.1:$port"]
locations = ["all"]
tls = true
[servers.many]
listen = ["127.0.0.1:$many"]
locations = ["all"]
tls = true
[locations.all]
respond = { body = "here" }
[certificates.first]
certificate = "$work/pki/first.pem"
key = "$work/pki/first.key"
TOML
  check "10,000 certificates are made" "$java_home/bin/java" -cp "$lib/*" "$home/bin/soak.d/Certificates.java" \
    "$work/pki/many" 10000 || return
  BREAKWATER_JAVA_OPTS="-Xmx1g" start_breakwater certificates "$work/certificates.toml" || return
  judge 900 certificates "$port" "$admin" "$(new_token)" "$pid" "$work/pki" "$java_home/bin/jcmd" "$many"
  quiet_log certificates
}

# What docs/TLS.md tells of, as the defaults are, with a key of RSA and one of EC for the same host.
check_tls() {
  local port kind
  port=$(free_port)
  mkdir "$work/tls"
  for kind in rsa:2048 "ec -pkeyopt ec_paramgen_curve:P-256"; do
    # shellcheck disable=SC2086  # two words
    openssl req -x509 -newkey $kind -nodes -days 9 -subj /CN=localhost -keyout "$work/tls/${kind%%[ :]*}.key" \
      -out "$work/tls/${kind%%[ :]*}.pem" -addext subjectAltName=DNS:localhost 2>/dev/null
  done
  cat >"$work/tls.toml" <<TOML
[servers.web]
listen = ["127.0.0.1:$port"]
locations = ["all"]
tls = true
[locations.all]
respond = { body = "here" }
[certificates.rsa]
certificate = "$work/tls/rsa.pem"
key = "$work/tls/rsa.key"
[certificates.ec]
certificate = "$work/tls/ec.pem"
key = "$work/tls/ec.key"
TOML
  start_breakwater tls "$work/tls.toml" || return
  check "sslscan looks" sslscan --no-colour --ipv4 "localhost:$port"
  local offered expected
  offered=$(sed -nE 's/^(SSLv|TLSv)([0-9.]+) +(enabled|disabled)$/\1\2 \3/p' "$work/out" | tr '\n' ' ')
  expected="SSLv2 disabled SSLv3 disabled TLSv1.0 disabled TLSv1.1 disabled TLSv1.2 enabled TLSv1.3 enabled "
  equals "$expected" "$offered" "TLS 1.2 and 1.3, and nothing older"
  offered=$(awk '$1 == "Preferred" || $1 == "Accepted" { print $2 "/" $5 }' "$work/out" | LC_ALL=C sort | tr '\n' ' ')
  expected=$(printf '%s ' TLSv1.2/ECDHE-{ECDSA,RSA}-{AES128-GCM-SHA256,AES256-GCM-SHA384,CHACHA20-POLY1305} \
    TLSv1.3/TLS_{AES_128_GCM_SHA256,AES_256_GCM_SHA384,CHACHA20_POLY1305_SHA256})
  equals "$expected" "$offered" "nine suites, with forward secrecy and authenticated encryption"
  offered=$(sed -n '/Key Exchange Group/,/^$/p' "$work/out" | awk '$1 ~ /^TLSv/ { print $4 }' | LC_ALL=C sort -u | tr '\n' ' ')
  equals "secp256r1 secp384r1 secp521r1 x25519 " "$offered" "elliptic curves, no finite fields"
  has "Session renegotiation not supported" "no renegotiation"
  if grep vulnerable "$work/out" | grep -qv 'not vulnerable'; then
    broken "nothing is vulnerable" "$(grep vulnerable "$work/out")"
  else
    passed "nothing is vulnerable"
  fi
  quiet_log tls
}

check_websocket() {
  local node other port huge=100000000 python
  node=$(free_port) other=$(free_port) port=$(free_port)
  # Debian's, which has the modules that its packages bring.
  python=/usr/bin/python3
  ulimit -n 20000 || die "2,000 connections need more open files"
  launch "$node" "$python" "$home/bin/soak.d/echo.py" "$node" "$huge" || return
  launch "$other" "$python" "$home/bin/soak.d/echo.py" "$other" "$huge" || return
  cat >"$work/websocket.toml" <<TOML
[servers.web]
listen = ["127.0.0.1:$port"]
locations = ["echo", "huge"]
[locations.echo]
path = "/echo"
upstream = "echo"
[locations.huge]
path = "/huge"
upstream = "other"
[upstreams.echo]
nodes = ["127.0.0.1:$node"]
[upstreams.other]
nodes = ["127.0.0.1:$other"]
TOML
  start_breakwater websocket "$work/websocket.toml" || return
  timeout 400 "$python" "$home/bin/soak.d/websocket.py" "$port" "$admin" "$(new_token)" "$pid" "$node" "$huge" 2000 50 60 ||
    failures=$((failures + 1))
  eventually "every connection is in the access log" test "$(grep -c ' 101 ' "$logs/web.access.log")" -ge 2000
  quiet_log websocket
}

check_floods() {
  local origin port
  origin=$(free_port) port=$(free_port)
  {
    nginx_head floods
    printf 'access_log off;\nserver { listen 127.0.0.1:%s backlog=4096; location / { return 200 here; } }\n}\n' "$origin"
  } >"$work/floods.conf"
  launch "$origin" nginx -c "$work/floods.conf" -e "$work/floods.err" || return
  cat >"$work/floods.toml" <<TOML
[servers.web]
listen = ["127.0.0.1:$port"]
protocols = ["http1", "h2"]
locations = ["all"]
access-log = "off"
[locations.all]
upstream = "origin"
[upstreams.origin]
nodes = ["127.0.0.1:$origin"]
TOML
  start_breakwater floods "$work/floods.toml" || return
  judge 600 floods "$port" "$pid" "$admin" "$(new_token)"
  quiet_log floods
}

check_slow_clients() {
  local port
  port=$(free_port)
  ulimit -n 20000 || { broken "20000 open files are allowed"; return; }
  cat >"$work/slow.toml" <<TOML
[servers.web]
listen = ["127.0.0.1:$port"]
locations = ["all"]
access-log = "off"
header-timeout = "30s"
[locations.all]
respond = { body = "here" }
TOML
  start_breakwater slow-clients "$work/slow.toml" || return
  judge 300 slowclients "$port" "$pid" 30
  quiet_log slow-clients
}

check_grpc() {
  local classes plain secure clear both node web dead
  plain=$(free_port) secure=$(free_port) clear=$(free_port) both=$(free_port) node=$(free_port)
  web=$(free_port) dead=$(free_port)
  check "Maven finds grpc-java's interop programs" mvn -q -f "$home/bin/soak.d/grpc/pom.xml" dependency:build-classpath \
    -Dmdep.outputFile="$work/classes" || return
  classes=$(cat "$work/classes") || return
  unzip -q -o "$(tr : '\n' <"$work/classes" | grep '/grpc-testing-[0-9]')" 'certs/*' -d "$work"
  launch "$node" "$java_home/bin/java" -cp "$classes" io.grpc.testing.integration.TestServiceServer --port="$node" \
    --use_tls=false --address_type=IPV4 || return
  launch "$secure" "$java_home/bin/java" -cp "$classes" io.grpc.testing.integration.TestServiceServer --port="$secure" \
    --use_tls=true --address_type=IPV4 || return
  cat >"$work/grpc.toml" <<TOML
[servers.clear]
listen = ["127.0.0.1:$clear"]
protocols = ["h2"]
locations = ["clear"]
[servers.tls]
listen = ["127.0.0.1:$plain"]
protocols = ["h2"]
locations = ["clear"]
tls = true
[servers.both]
listen = ["127.0.0.1:$both"]
protocols = ["h2"]
locations = ["tls"]
tls = true
[servers.web]
listen = ["127.0.0.1:$web"]
protocols = ["http1", "h2"]
locations = ["web"]
[servers.dead]
listen = ["127.0.0.1:$dead"]
protocols = ["http1", "h2"]
locations = ["dead"]
[locations.clear]
upstream = "clear"
[locations.tls]
upstream = "tls"
[locations.web]
upstream = "clear"
grpc-web = true
[locations.dead]
upstream = "dead"
grpc-web = true
[upstreams.dead]
nodes = ["127.0.0.1:1"]
protocol = "h2"
[upstreams.clear]
nodes = ["127.0.0.1:$node"]
protocol = "h2"
[upstreams.tls]
nodes = ["https://127.0.0.1:$secure"]
protocol = "h2"
sni = "foo.test.google.fr"
ca = "$work/certs/ca.pem"
[certificates.web]
certificate = "$work/certs/server1.pem"
key = "$work/certs/server1.key"
default = true
TOML
  start_breakwater grpc "$work/grpc.toml" || return
  interop "h2c to h2c" "$clear" --use_tls=false
  interop "TLS to h2c" "$plain" --use_tls=true --use_test_ca=true --server_host_override=foo.test.google.fr
  interop "TLS to TLS" "$both" --use_tls=true --use_test_ca=true --server_host_override=foo.test.google.fr
  interop "TLS to TLS, by okhttp" "$both" --use_tls=true --use_test_ca=true --server_host_override=foo.test.google.fr \
    --use_okhttp=true
  quiet_log grpc
  check "Maven finds Armeria" mvn -q -f "$home/bin/soak.d/grpc/web.xml" dependency:build-classpath \
    -Dmdep.outputFile="$work/web.classes" || return
  timeout 300 "$java_home/bin/java" -cp "$(cat "$work/web.classes")" "$home/bin/soak.d/grpc/Web.java" "$web" "$dead" \
    2>"$work/web.err" && return 0
  failures=$((failures + 1))
  tail -n 5 "$work/web.err"
}

# interop NAME PORT ARGUMENT...: all cases of the interop client; says itself what holds.
interop() {
  timeout 300 "$java_home/bin/java" -cp "$classes" "$home/bin/soak.d/grpc/Interop.java" "$@" 2>"$work/interop.err" && return 0
  failures=$((failures + 1))
  tail -n 5 "$work/interop.err"
}

check_race() {
  local port node
  port=$(free_port)
  node=$(free_port)
  launch_python "$node" node "$node" closer || return
  choose race
  check "start in front of the node" "$home/bin/start.sh" "${settings[@]}" --upstream "http://127.0.0.1:$node" \
    --listen "127.0.0.1:$port"
  judge 600 race "$port" "$node"
}

# --- run -------------------------------------------------------------------------------------------

for name in "${names[@]}"; do
  say "== $name"
  begun=$SECONDS
  failures=0
  "check_${name//-/_}"
  stop_all
  if [ "$failures" -eq 0 ]; then
    say "ok      $name ($((SECONDS - begun)) s)"
  else
    say "FAILED  $name ($((SECONDS - begun)) s)"
    bad+=("$name")
  fi
done
[ "${#bad[@]}" -eq 0 ] || die "FAILED: ${bad[*]}"
say "All of it held: ${names[*]}."
