#!/usr/bin/env bash
# The scripts as a person uses them: first start, second start, status, reload, taken port, a kill and
# a restart, a drain, a second process on the same data, a start in front of another server.
# bin/test.d/lifecycle.sh HOME
set -u
home=$1
work=$(mktemp -d)
# A blank in every path that is ours to choose.
data="$work/data folder"
logs="$work/log folder"
pids=()
failures=0

cleanup() {
  "$home/bin/stop.sh" --now "${settings[@]}" >/dev/null 2>&1
  for pid in ${pids[@]+"${pids[@]}"}; do kill "$pid" 2>/dev/null; done
  rm -rf "$work"
}
trap cleanup EXIT

# shellcheck source-path=SCRIPTDIR source=kit.sh
. "$home/bin/test.d/kit.sh"

admin=$(free_port)
proxy=$(free_port)
sample=$(free_port)
settings=(--set "admin.listen=127.0.0.1:$admin" --set "data-dir=$data" --set "log-dir=$logs")
start=("${settings[@]}" --set "sample.listen=127.0.0.1:$sample")

# The first configuration with addresses that are free here.
mkdir -p "$work/conf"
sed -e "s/0\.0\.0\.0:8080/127.0.0.1:$proxy/" -e "s/127\.0\.0\.1:9181/127.0.0.1:$sample/" \
  "$home/conf/first-config.toml" >"$work/conf/first.toml"
start+=(--set "first-config=$work/conf/first.toml")

# Scripts work from any folder.
cd / || exit 1

check "validate accepts the first configuration" "$home/bin/breakwater" validate "$work/conf/first.toml"
printf '[servers.a]\nlisten = ["nowhere"]\nlocations = ["b"]\nspeed = 1\n' >"$work/bad.toml"
refuses 1 "listen" "validate reports a bad address" "$home/bin/breakwater" validate "$work/bad.toml"
refuses 1 "speed" "validate reports an unknown key" "$home/bin/breakwater" validate "$work/bad.toml"
refuses 1 "admin.listen" "an unknown setting names the nearest" "$home/bin/start.sh" --set admin.listn=1
refuses 3 "not running" "status before the first start" "$home/bin/status.sh" "${settings[@]}"

check "first start" "$home/bin/start.sh" "${start[@]}"
has "admin /" "the first start shows the password"
has "127.0.0.1:$proxy" "it shows the proxy's address"
has "127.0.0.1:$admin" "it shows the console's address"
check "the sample page comes through the proxy" curl -sf "http://127.0.0.1:$proxy/"
check "the console is ready" curl -sf "http://127.0.0.1:$admin/readyz"
equals 600 "$(stat -c %a "$data/initial-password")" "the password file is private"
equals 600 "$(stat -c %a "$data/secret.key")" "the key of the store is private"
equals 600 "$(stat -c %a "$data/admin-token")" "the token file is private"
equals 700 "$(stat -c %a "$data/tmp")" "the temporary folder is private"
equals 404 "$(curl -s -o "$work/page" -w '%{http_code}' "http://127.0.0.1:$proxy/no-such-page")" "an unknown page is 404"

check "status" "$home/bin/status.sh" "${settings[@]}"
has "Revision     1" "status shows the revision"
first_pid=$(cat "$data/breakwater.pid")
check "a second start is no error" "$home/bin/start.sh" "${start[@]}"
has "already runs" "it says that it runs"
equals "$first_pid" "$(cat "$data/breakwater.pid")" "the first process goes on"

check "export" "$home/bin/breakwater" export "${settings[@]}"
cp "$work/out" "$work/exported.toml"
check "apply of what is in force" "$home/bin/breakwater" apply "$work/exported.toml" "${settings[@]}"
has "nothing was changed" "it changes nothing"
sed -i 's/note = "The first server.*/note = "Changed."/' "$work/exported.toml"
check "apply of a change" "$home/bin/breakwater" apply "$work/exported.toml" "${settings[@]}"
has "revision 2" "it makes a revision"
check "diff" "$home/bin/breakwater" diff 1 2 "${settings[@]}"
has "servers/default" "it names what differs"
check "rollback" "$home/bin/breakwater" rollback 1 "${settings[@]}"
check "route" "$home/bin/breakwater" route "http://127.0.0.1:$proxy/" "${settings[@]}"
has "location: sample" "it names the location"
for _ in 1 2; do curl -sf "http://127.0.0.1:$proxy/style.css" >"$work/page"; done
purge=("$home/bin/breakwater" purge "${settings[@]}")
counted() { "${purge[@]}" --dry-run --url "http://127.0.0.1:$proxy/style.css" | grep -q "^1 object would be"; }
eventually "purge --dry-run counts what is cached" counted
check "purge" "${purge[@]}" --url "http://127.0.0.1:$proxy/style.css"
has "1 object purged" "it says how much it was"
refuses 1 "an absolute http or https URL" "purge of what is no URL" "${purge[@]}" --url style.css
refuses 2 "--url" "purge of nothing" "${purge[@]}"
check "status with a cache" "$home/bin/status.sh" "${settings[@]}"
has "hit ratio" "it tells the hit ratio"
check "certificate self-signed" "$home/bin/breakwater" certificate self-signed tried --domain localhost "${settings[@]}"
has "certificates/tried is in force" "it says that it is in force"
refuses 1 "is not obtained by ACME" "certificate renew of another" "$home/bin/breakwater" certificate renew tried "${settings[@]}"
check "token create" "$home/bin/breakwater" token create robot "${settings[@]}"
token=$(tail -n 1 "$work/out")
check "the token works" curl -sf -H "Authorization: Bearer $token" "http://127.0.0.1:$admin/api/v1/status"
check "token revoke" "$home/bin/breakwater" token revoke robot "${settings[@]}"
equals 401 "$(curl -s -o "$work/page" -w '%{http_code}' -H "Authorization: Bearer $token" \
  "http://127.0.0.1:$admin/api/v1/status")" "a revoked token is refused"
input="a new password"
check "passwd while it runs" "$home/bin/breakwater" passwd admin "${settings[@]}"
input=
check "the new password works" curl -sf -u "admin:a new password" "http://127.0.0.1:$admin/api/v1/status"

kill -HUP "$first_pid"
eventually "a reload is logged" grep -q "again: in force" "$logs/breakwater.log"

touch "$work/file"
refuses 1 "data-dir: the folder $work/file/below" "a data folder that cannot be made is named" \
  "$home/bin/start.sh" --set "data-dir=$work/file/below" --set "log-dir=$work/other"
other=("--set" "data-dir=$work/other" "--set" "log-dir=$work/other" "--set" "sample.listen=off")
refuses 1 "127.0.0.1:$admin" "a taken console port is named" "$home/bin/start.sh" "${other[@]}" \
  --set "admin.listen=127.0.0.1:$admin" --upstream "http://127.0.0.1:$sample" --listen "127.0.0.1:$(free_port)"
refuses 1 "127.0.0.1:$proxy" "a taken proxy port is named" "$home/bin/start.sh" "${other[@]}" \
  --set "data-dir=$work/other2" --set "admin.listen=127.0.0.1:$(free_port)" \
  --upstream "http://127.0.0.1:$sample" --listen "127.0.0.1:$proxy"

kill -9 "$first_pid"
gone "$first_pid"
refuses 3 "not running" "status after a kill" "$home/bin/status.sh" "${settings[@]}"
check "start after a kill" "$home/bin/start.sh" "${start[@]}"
hasnot "admin /" "the password is shown once only"
check "it serves again" curl -sf "http://127.0.0.1:$proxy/"
check "stop" "$home/bin/stop.sh" "${settings[@]}"
check "a second stop is no error" "$home/bin/stop.sh" "${settings[@]}"
refuses 7 "" "nothing listens any more" curl -s "http://127.0.0.1:$proxy/"
input="another password"
check "passwd while it is stopped" "$home/bin/breakwater" passwd admin "${settings[@]}"
input=
refuses 1 "already has a configuration" "--upstream on a filled store" \
  "$home/bin/start.sh" "${start[@]}" --upstream "http://127.0.0.1:1"

# In front of another server.
site="$work/site"
mkdir -p "$site"
printf '<link rel=stylesheet href=a.css>hello from python' >"$site/index.html"
printf 'b{}' >"$site/a.css"
app=$(free_port)
(cd "$site" && exec timeout 250 python3 -m http.server --bind 127.0.0.1 "$app" >"$work/app.log" 2>&1) &
pids+=($!)
eventually "the server behind is up" curl -sf -o "$work/page" "http://127.0.0.1:$app/"
data="$work/front"
# The one of before is free again by now, and may be the application's.
admin=$(free_port)
front=$(free_port)
settings=(--set "admin.listen=127.0.0.1:$admin" --set "data-dir=$data" --set "log-dir=$logs" --set sample.listen=off)
check "start in front of it" "$home/bin/start.sh" "${settings[@]}" --upstream "http://127.0.0.1:$app" --listen "127.0.0.1:$front"
check "its page comes through" curl -sf "http://127.0.0.1:$front/"
has "hello from python" "it is the right page"
check "its style sheet too" curl -sf "http://127.0.0.1:$front/a.css"

# A request in flight survives a stop.
python3 - "$work/slow.port" >"$work/slow.log" 2>&1 <<'EOF' &
import http.server, sys, time
class Slow(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.send_header("Content-Length", "4"); self.end_headers()
        for c in b"slow":
            self.wfile.write(bytes([c])); self.wfile.flush(); time.sleep(0.5)
server = http.server.HTTPServer(("127.0.0.1", 0), Slow)
open(sys.argv[1] + ".new", "w").write(str(server.server_port))
import os; os.rename(sys.argv[1] + ".new", sys.argv[1])
server.timeout = 100
server.handle_request()
EOF
pids+=($!)
eventually "the slow server is up" test -s "$work/slow.port"
"$home/bin/breakwater" export "${settings[@]}" | sed "s/127.0.0.1:$app/127.0.0.1:$(cat "$work/slow.port")/" >"$work/slow.toml"
check "apply another upstream" "$home/bin/breakwater" apply "$work/slow.toml" "${settings[@]}"
curl -s "http://127.0.0.1:$front/" >"$work/slow.out" &
client=$!
eventually "the slow response has begun" grep -q GET "$work/slow.log" || true
check "stop drains" "$home/bin/stop.sh" --drain 20s "${settings[@]}"
wait "$client"
equals slow "$(cat "$work/slow.out")" "the response in flight came whole"

finish
