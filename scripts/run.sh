#!/usr/bin/env bash
# Starts the hub with the demo city in the foreground. The hub replaces this shell, so signals reach it directly.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."

.venv/bin/hub user demo
exec .venv/bin/hub serve --role all
