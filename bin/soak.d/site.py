"""A small site for a browser, and a look at what the browser painted.
site.py FOLDER makes it, site.py pixel PNG X Y RED GREEN BLUE checks one point of a screenshot."""

import os
import struct
import sys
import zlib

from pngs import png_rows

PAGE = """<!doctype html>
<html><head><meta charset="utf-8"><title>A site</title>
<link rel="stylesheet" href="{up}style.css"><link rel="icon" href="{up}picture.png">
<script src="{up}script.js"></script></head>
<body data-up="{up}"><img src="{up}picture.png" alt=""><p id="seen">nothing ran</p></body></html>
"""
STYLE = """html { background: rgb(0, 128, 0); }
body { margin: 0; }
img { display: block; }
#seen { color: rgb(1, 2, 3); }
"""
# The load event waits for what is done before it: style, image, and this synchronous request.
SCRIPT = """addEventListener("load", () => {
  const request = new XMLHttpRequest();
  request.open("GET", document.body.dataset.up + "sub/text.txt", false);
  request.send();
  const seen = document.getElementById("seen");
  const image = document.querySelector("img");
  seen.textContent = "color " + getComputedStyle(seen).color + ", image " + image.naturalWidth + "x"
    + image.naturalHeight + ", fetched " + request.responseText;
});
"""


def png(width, height, colour):
    return png_rows(width, [bytes(colour) * width] * height)


def make(folder):
    os.makedirs(folder + "/sub")
    files = {
        "index.html": PAGE.format(up="").encode(),
        "sub/index.html": PAGE.format(up="../").encode(),
        "style.css": STYLE.encode(),
        "script.js": SCRIPT.encode(),
        "picture.png": png(40, 30, (255, 0, 0)),
        "sub/text.txt": b"hello",
    }
    for name, content in files.items():
        with open(f"{folder}/{name}", "wb") as file:
            file.write(content)


def pixel(path, x, y):
    """The colour of one point of a PNG with 8 bits a channel."""
    with open(path, "rb") as file:
        data = file.read()
    at, packed = 8, b""
    width = samples = 0
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at : at + 8])
        content = data[at + 8 : at + 8 + length]
        if kind == b"IHDR":
            width, _, depth, colours = struct.unpack(">IIBB", content[:10])
            samples = {2: 3, 6: 4}[colours]
            if depth != 8:
                raise ValueError(f"a depth of {depth}")
        elif kind == b"IDAT":
            packed += content
        at += 12 + length
    raw = zlib.decompress(packed)
    stride = width * samples
    above = bytearray(stride)
    for row in range(y + 1):
        start = row * (stride + 1)
        method = raw[start]
        line = bytearray(raw[start + 1 : start + 1 + stride])
        for i in range(stride):
            left = line[i - samples] if i >= samples else 0
            corner = above[i - samples] if i >= samples else 0
            line[i] = (line[i] + predicted(method, left, above[i], corner)) & 255
        above = line
    return tuple(above[x * samples : x * samples + 3])


def predicted(method, left, up, corner):
    if method == 4:
        # Paeth: whichever is nearest to left + up - corner.
        estimate = left + up - corner
        return min((left, up, corner), key=lambda value: abs(estimate - value))
    return (0, left, up, (left + up) // 2)[method]


if sys.argv[1] == "pixel":
    x, y, *expected = map(int, sys.argv[3:])
    found = pixel(sys.argv[2], x, y)
    print(f"at {x},{y}: {found}")
    sys.exit(found != tuple(expected))
make(sys.argv[1])
