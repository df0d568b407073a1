#!/usr/bin/env bash
# Every quick check, all of them even when one fails, so that one run names everything there is to mend.
set -uo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
bin=.venv/bin
failed=()

check() {
  local name=$1
  shift
  printf '[check] %s\n' "$name" >&2
  "$@" || failed+=("$name")
}

check format "$bin/ruff" format --check --quiet .
check lint "$bin/ruff" check --quiet .
check types "$bin/mypy"
check imports "$bin/lint-imports" --no-cache
check 'unit tests' "$bin/pytest" -q tests/unit

if ((${#failed[@]})); then
  printf '[check] failed: %s\n' "${failed[@]}" >&2
  exit 1
fi
printf '[check] all passed\n' >&2
