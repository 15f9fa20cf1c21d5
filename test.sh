#!/usr/bin/env bash
# Runs every test. Installs PostgreSQL, Chromium and Chinese fonts where apt can, and starts a private PostgreSQL
# on a socket of its own, so that nothing outside this folder is touched.
set -euo pipefail
cd "$(dirname "$0")"

say() { printf '\n== %s\n' "$1"; }

need=()
command -v chromium >/dev/null || need+=(chromium)
command -v chromedriver >/dev/null || need+=(chromium-driver)
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || need+=(postgresql)
fc-list 2>/dev/null | grep -qi 'Noto Sans CJK' || need+=(fonts-noto-cjk)
command -v cc >/dev/null || need+=(build-essential)
if [ ${#need[@]} -gt 0 ]; then
  if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
    say "installing ${need[*]}"
    apt-get update -q >/dev/null
    DEBIAN_FRONTEND=noninteractive apt-get install -yq --no-install-recommends "${need[@]}" >/dev/null
  else
    echo "These are missing: ${need[*]}. Install them (on Debian: sudo apt-get install ${need[*]}) and run ./test.sh again." >&2
    exit 1
  fi
fi

say "starting PostgreSQL"
bin=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -1)
home=$(mktemp -d)
port=$((20000 + RANDOM % 20000))
as_owner() { if [ "$(id -u)" = 0 ]; then su postgres -s /bin/sh -c "$1"; else sh -c "$1"; fi; }
[ "$(id -u)" = 0 ] && chown postgres "$home"
as_owner "'$bin/initdb' -D '$home/data' -U hygeia -A trust -E UTF8 --locale=C >/dev/null"
as_owner "'$bin/pg_ctl' -D '$home/data' -w -l '$home/log' -o \"-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories='$home' -c max_connections=200\" start >/dev/null"
stop() { as_owner "'$bin/pg_ctl' -D '$home/data' -m immediate stop >/dev/null 2>&1" || true; rm -rf "$home"; }
trap stop EXIT
export HYGEIA_TEST_POSTGRES="postgres://hygeia@127.0.0.1:$port/postgres"

say "testing"
if cargo nextest --version >/dev/null 2>&1; then
  cargo nextest run --workspace --no-fail-fast
  cargo test --workspace --doc --quiet
else
  cargo test --workspace
fi
