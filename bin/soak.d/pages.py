"""A page with a hundred images, loaded by Chromium, curl, nghttp and gtlsclient over each protocol: every byte of every
image is compared, and the access log says which protocol it was.
pages.py site FOLDER makes the page; pages.py PORT CLEAR LOG FOLDER AUTHORITY SPKI loads it: PORT speaks TLS, CLEAR none."""

import json
import os
import random
import re
import shutil
import subprocess
import sys
import time
import zlib

from kit import Verdict
from pngs import png_rows

COUNT = 100
SIDE = 48
HOST = "pages.test"

# The load event waits for the images and for this script, whose requests are synchronous. Bytes come as a text of
# characters below 256 that way; the images come from the browser's cache, so they are what was shown.
SCRIPT = """addEventListener("load", () => {
  const table = [];
  for (let n = 0; n < 256; n++) {
    let c = n;
    for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
    table[n] = c >>> 0;
  }
  const get = path => {
    const request = new XMLHttpRequest();
    request.open("GET", path, false);
    request.overrideMimeType("text/plain; charset=x-user-defined");
    request.send();
    return request.responseText;
  };
  const sums = JSON.parse(get("/sums.json"));
  let shown = 0, equal = 0;
  const protocols = new Set();
  for (const image of document.images) if (image.naturalWidth === %d) shown++;
  for (const [name, sum] of Object.entries(sums)) {
    const text = get("/" + name);
    let c = 0xffffffff;
    for (let i = 0; i < text.length; i++) c = table[(c ^ text.charCodeAt(i)) & 255] ^ (c >>> 8);
    if (((c ^ 0xffffffff) >>> 0) === sum) equal++;
  }
  for (const entry of performance.getEntriesByType("resource"))
    if (entry.name.endsWith(".png") && entry.nextHopProtocol) protocols.add(entry.nextHopProtocol);
  document.getElementById("seen").textContent =
    "shown " + shown + ", equal " + equal + ", over " + [...protocols].join(" ");
});
""" % SIDE


def make(folder):
    os.makedirs(folder)
    chance = random.Random(1)
    sums = {}
    for number in range(COUNT):
        rows = [chance.randbytes(SIDE * 3) for _ in range(SIDE)]
        content = png_rows(SIDE, rows)
        sums[f"{number}.png"] = zlib.crc32(content)
        with open(f"{folder}/{number}.png", "wb") as file:
            file.write(content)
    images = "".join(f'<img src="/{number}.png" alt="">' for number in range(COUNT))
    page = (
        '<!doctype html><html><head><meta charset="utf-8"><title>Pages</title><link rel="icon" href="data:,">'
        f'<script src="/script.js"></script></head><body><p id="seen">nothing ran</p>{images}</body></html>'
    )
    for name, text in {"index.html": page, "script.js": SCRIPT, "sums.json": json.dumps(sums)}.items():
        with open(f"{folder}/{name}", "w", encoding="utf-8") as file:
            file.write(text)


class Pages:
    def __init__(self, port, clear, log, folder, authority, spki):
        self.port, self.clear, self.log = port, clear, log
        self.folder, self.authority, self.spki = folder, authority, spki
        self.work = folder + ".work"
        self.verdict = Verdict()
        self.seen = 0

    def run(self, command, seconds=90):
        begin = time.monotonic()
        done = subprocess.run(command, capture_output=True, timeout=seconds, env=dict(os.environ, HOME=self.work))
        self.took = time.monotonic() - begin
        return done.stdout.decode("utf-8", "replace") + done.stderr.decode("utf-8", "replace")

    def lines(self, count):
        """The access log's lines since the last time, once there are so many."""
        for _ in range(100):
            with open(self.log, encoding="utf-8") as file:
                lines = file.read().splitlines()[self.seen :]
            if len(lines) >= count:
                break
            time.sleep(0.1)
        self.seen += len(lines)
        return lines

    def logged(self, who, protocol, others=0):
        """The log has the images, and what else was asked for."""
        lines = self.lines(COUNT + others)
        images = [line for line in lines if line.endswith(".png")]
        good = {line for line in images if line.startswith(f"{protocol} 200 ")}
        wrong = [line for line in lines if not line.startswith(protocol + " ")]
        self.verdict.holds(
            len(good) == COUNT and not wrong,
            f"{who}: all {COUNT} images are in the access log as {protocol}",
            f"{len(good)} of them",
            *wrong[:5],
        )

    def chromium(self, name, protocol, next_hop, *options, **more):
        profile = f"{self.work}/{name}"
        url = more.get("url", f"https://{HOST}:{self.port}/")
        out = self.run(
            ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-component-update"]
            + ["--disable-background-networking", "--disable-sync", f"--user-data-dir={profile}"]
            + [f"--host-resolver-rules=MAP {HOST} 127.0.0.1", f"--ignore-certificate-errors-spki-list={self.spki}"]
            + list(options)
            + ["--dump-dom", url]
        )
        wanted = f'id="seen">shown {COUNT}, equal {COUNT}, over {next_hop}<'
        seen = re.search(r'id="seen">([^<]*)<', out)
        self.verdict.holds(
            wanted in out, f"Chromium over {name}: every image is shown, every byte is right ({self.took:.1f} s)",
            seen.group(1) if seen else out[-600:],
        )
        # The page, its script and the sums.
        self.logged(f"Chromium over {name}", protocol, 3)

    def compare(self, who, folder, out):
        same = 0
        for number in range(COUNT):
            try:
                with open(f"{folder}/{number}.png", "rb") as got, open(f"{self.folder}/{number}.png", "rb") as given:
                    same += got.read() == given.read()
            except FileNotFoundError:
                pass
        self.verdict.holds(same == COUNT, f"{who}: every byte of every image is right ({self.took:.1f} s)", same, out[-600:])

    def curl(self, name, protocol, base, *options, at_once=COUNT):
        folder = f"{self.work}/curl-{name}"
        os.makedirs(folder)
        out = ""
        for first in range(0, COUNT, at_once):
            out += self.run(
                ["curl", "-sS", "--max-time", "60", "--parallel", "--resolve", f"{HOST}:{self.port}:127.0.0.1"]
                + ["--cacert", self.authority, "--output-dir", folder, "--remote-name-all", *options]
                + [f"{base}/{number}.png" for number in range(first, first + at_once)]
            )
        self.compare(f"curl over {name}", folder, out)
        self.logged(f"curl over {name}", protocol)

    def nghttp(self, name, base):
        out = self.run(["nghttp", "-nas", "--no-verify-peer", base + "/"])
        right = len(re.findall(r"\s200\s+\S+\s+/\d+\.png", out))
        self.verdict.holds(right == COUNT, f"nghttp over {name}: the page with all its images ({self.took:.1f} s)", out[-600:])
        self.logged(f"nghttp over {name}", "HTTP/2.0", 2)

    def gtlsclient(self):
        folder = f"{self.work}/gtlsclient"
        os.makedirs(folder)
        out = self.run(
            ["gtlsclient", "-q", "--exit-on-all-streams-close", f"--download={folder}", "127.0.0.1", str(self.port)]
            + [f"https://{HOST}:{self.port}/{number}.png" for number in range(COUNT)]
        )
        self.compare("gtlsclient over h3", folder, out)
        self.logged("gtlsclient over h3", "HTTP/3.0")

    def all(self):
        shutil.rmtree(self.work, ignore_errors=True)
        os.makedirs(self.work)
        secure = f"https://{HOST}:{self.port}"
        clear = f"http://127.0.0.1:{self.clear}"
        self.chromium("h1", "HTTP/1.1", "http/1.1", "--disable-http2", "--disable-quic")
        self.chromium("h1 in clear text", "HTTP/1.1", "http/1.1", url=clear + "/")
        self.chromium("h2", "HTTP/2.0", "h2", "--disable-quic")
        self.chromium("h3", "HTTP/3.0", "h3", f"--origin-to-force-quic-on={HOST}:{self.port}")
        self.curl("h1", "HTTP/1.1", secure, "--http1.1")
        self.curl("h2", "HTTP/2.0", secure, "--http2")
        # curl 7.88 fails at the second request on such a connection, also with nghttpd.
        self.curl("h2c", "HTTP/2.0", clear, "--http2-prior-knowledge", at_once=1)
        self.nghttp("h2", f"https://127.0.0.1:{self.port}")
        self.nghttp("h2c", clear)
        self.gtlsclient()
        self.verdict.end()


if __name__ == "__main__":
    if sys.argv[1] == "site":
        make(sys.argv[2])
    else:
        Pages(int(sys.argv[1]), int(sys.argv[2]), *sys.argv[3:]).all()
