#!/usr/bin/env bash
# Stops Breakwater: bin/stop.sh [--now] [--drain 30s] [--conf FILE] [--set KEY=VALUE]...
# Requests in flight may finish for the drain time; --now does not wait for them.
exec "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/breakwater" stop "$@"
