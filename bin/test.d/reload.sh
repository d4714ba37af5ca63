#!/usr/bin/env bash
# What SIGHUP and `breakwater reload` do to a running process: access logs that were moved away are let
# go without losing a line, replaced certificates are used by the next connection to a node, and what
# is at fault is told and changes nothing.
# bin/test.d/reload.sh HOME
set -u
home=$1
work=$(mktemp -d)
data="$work/data"
logs="$work/logs"
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
settings=(--set "admin.listen=127.0.0.1:$admin" --set "data-dir=$data" --set "log-dir=$logs" --set sample.listen=off)

# An authority and what it issues: NAME is the subject, FILE where it goes.
pki="$work/pki"
mkdir "$pki"
new=(-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30)
openssl req -x509 "${new[@]}" -keyout "$pki/ca.key" -out "$pki/ca.pem" -subj "/CN=authority" 2>"$work/openssl" ||
  cat "$work/openssl"
issue() {
  openssl req -x509 "${new[@]}" -CA "$pki/ca.pem" -CAkey "$pki/ca.key" -subj "/CN=$1" \
    -addext "subjectAltName=IP:127.0.0.1" -addext "basicConstraints=critical,CA:false" \
    -keyout "$pki/$2.key" -out "$pki/$2.pem" 2>"$work/openssl" || cat "$work/openssl"
}
issue node node
issue "first client" client
issue "second client" next

# A node that wants a certificate, answers with its subject and closes.
cat >"$work/node.py" <<'EOF'
import http.server, os, ssl, sys
class Node(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = dict(part[0] for part in self.connection.getpeercert()["subject"])["commonName"].encode()
        self.send_response(200); self.send_header("Content-Length", str(len(body))); self.end_headers()
        self.wfile.write(body)
    def log_message(self, *args): pass
pki, port = sys.argv[1:]
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(pki + "/node.pem", pki + "/node.key")
context.load_verify_locations(pki + "/ca.pem")
context.verify_mode = ssl.CERT_REQUIRED
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Node)
server.socket = context.wrap_socket(server.socket, server_side=True)
open(port + ".new", "w").write(str(server.server_port)); os.rename(port + ".new", port)
server.serve_forever()
EOF
timeout 250 python3 "$work/node.py" "$pki" "$work/port" &
pids+=($!)
eventually "the node is up" test -s "$work/port"

cat >"$work/first.toml" <<EOF
[servers.web]
listen = ["127.0.0.1:$proxy"]
locations = ["app"]
access-log = { format = "uris", file = "access.log" }
[log-formats.uris]
format = "{uri}"
[locations.app]
upstream = "app"
[upstreams.app]
nodes = ["127.0.0.1:$(cat "$work/port")"]
tls = "on"
ca = "$pki/ca.pem"
client-cert = "$pki/client.pem"
client-key = "$pki/client.key"
EOF
check "start" "$home/bin/start.sh" "${settings[@]}" --set "first-config=$work/first.toml"
pid=$(cat "$data/breakwater.pid")
check "a request" curl -sf "http://127.0.0.1:$proxy/begin"
has "first client" "the node sees the first certificate"

# Rotation from outside under load: no line is lost, and none comes to the old file afterwards.
requests() { # FROM TO
  curl -s -o "$work/page" "http://127.0.0.1:$proxy/n[$1-$2]"
}
reopened() { grep -c "access logs are open anew" "$logs/breakwater.log"; }
requests 1 400 &
load=$!
eventually "lines are written" grep -q /n20 "$logs/access.log"
mv "$logs/access.log" "$logs/access.log.1"
before=$(reopened)
kill -HUP "$pid"
anew() { [ "$(reopened)" -gt "$before" ]; }
eventually "SIGHUP is met" anew
cp "$logs/access.log.1" "$work/old"
wait "$load"
requests 401 500
written() { grep -q '^/n500$' "$logs/access.log"; }
eventually "the new file has the last line" written
check "the old file got no more lines" cmp "$work/old" "$logs/access.log.1"
equals 500 "$(cat "$logs/access.log.1" "$logs/access.log" | grep '^/n' | sort -u | wc -l)" "no line is lost"
equals 501 "$(cat "$logs/access.log.1" "$logs/access.log" | wc -l)" "and none is there twice"

# Certificates.
cp "$pki/next.pem" "$pki/client.pem"
refuses 1 "upstreams/app client-key" "a certificate without its key is told" "$home/bin/breakwater" reload "${settings[@]}"
check "a request" curl -sf "http://127.0.0.1:$proxy/"
has "first client" "the former certificate goes on"
cp "$pki/next.key" "$pki/client.key"
check "reload" "$home/bin/breakwater" reload "${settings[@]}"
has "read again" "it says what was done"
check "a request" curl -sf "http://127.0.0.1:$proxy/"
has "second client" "the next connection shows the new certificate"
equals "$pid" "$(cat "$data/breakwater.pid")" "it is the same process"

check "stop" "$home/bin/stop.sh" "${settings[@]}"
refuses 1 "not running" "reload when nothing runs" "$home/bin/breakwater" reload "${settings[@]}"

finish
