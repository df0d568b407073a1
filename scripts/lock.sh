#!/usr/bin/env bash
# Pins every requirement by version and by the hashes of all its files, and records no address to fetch them from.
# Versions pinned already stay; `scripts/lock.sh --upgrade` takes the newest.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"

# The files of one machine must not decide the hashes: only what the ordinary index serves is recorded.
export PIP_CONFIG_FILE=/dev/null
unset PIP_FIND_LINKS PIP_EXTRA_INDEX_URL PIP_INDEX_URL

lock() {
  local target=$1
  shift
  echo "Pinning $target" >&2
  .venv/bin/pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras --no-header --no-emit-index-url \
    --no-emit-trusted-host --no-emit-find-links --annotation-style=line --output-file="$target" "$@"
}

refuse_addresses() {
  local -a found
  mapfile -t found < <(grep -nE '://|^ *-|# via .*( |\()/' requirements/build.txt requirements/runtime.txt \
    requirements/dev.txt | grep -v -- '--hash=')
  if ((${#found[@]})); then
    printf 'An address, a path or an option in the pins:\n' >&2
    printf '  %s\n' "${found[@]}" >&2
    exit 1
  fi
}

lock requirements/build.txt "$@" requirements/build.in
lock requirements/runtime.txt "$@" --constraint=requirements/build.txt pyproject.toml
lock requirements/dev.txt "$@" requirements/dev.in
refuse_addresses
