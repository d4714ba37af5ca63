#!/usr/bin/env bash
# Says whether Breakwater runs, where and with which revision. Exit 0 when it runs, 3 when it does not.
exec "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/breakwater" status "$@"
