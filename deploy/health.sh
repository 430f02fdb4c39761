#!/bin/bash
# Asks the running daemon whether it answers: exits 0 on a 200 from /health. Needs nothing but bash.
set -eu
exec 3<>"/dev/tcp/127.0.0.1/${PORT:-8000}"
printf 'GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' "${1:-/health}" >&3
read -r -t 8 _ status _ <&3
[ "$status" = 200 ]
