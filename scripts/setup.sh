#!/usr/bin/env bash
# Sets up the checkout: the interpreter, `.venv`, the pinned requirements, the hub itself. Repeats only what is missing.
#
#   scripts/setup.sh run     what the hub needs
#   scripts/setup.sh dev     that, and what formatting, linting, typing and unit tests need
#   scripts/setup.sh test    that, a browser with a Chinese font, and the servers the hub is tested with
#
# PYTHON names the interpreter to build with; the settings of pip (PIP_INDEX_URL, PIP_CERT, PIP_CACHE_DIR) are heard.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
venv=$root/.venv

say() { printf '[set-up] %s\n' "$*" >&2; }

fail() {
  printf '[set-up] %s\n' "$@" >&2
  exit 1
}

# --- what Debian provides -------------------------------------------------------------------------------------------

as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  else
    sudo -n "$@"
  fi
}

may_install() {
  command -v apt-get >/dev/null 2>&1 || return 1
  [ "$(id -u)" -eq 0 ] || sudo -n true 2>/dev/null
}

apt_install() {
  local why=$1
  shift
  may_install || fail "Missing: $why." \
    "This user can neither act as root nor use sudo without a password. Ask an administrator for:" \
    "    apt-get update && apt-get install --no-install-recommends $*" \
    "then repeat the command."
  say "Installing from Debian: $* ($why)"
  apt_quiet update || say "The package lists could not be refreshed; trying with those at hand"
  apt_quiet install --yes --no-install-recommends "$@" ||
    fail "Debian's packages could not be installed: $*" "The output above says why; without a network, install them by hand."
}

apt_quiet() {
  local log
  log=$(mktemp)
  if as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -o Dpkg::Use-Pty=0 "$@" </dev/null >"$log" 2>&1; then
    rm -f "$log"
    return 0
  fi
  tail -n 15 "$log" >&2
  rm -f "$log"
  return 1
}

# --- the interpreter ------------------------------------------------------------------------------------------------

usable_python() {
  "$1" -c 'import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

find_python() {
  local candidate
  for candidate in ${PYTHON:-} python3.11 python3 python3.13 python3.12 /usr/bin/python3; do
    if usable_python "$candidate"; then
      command -v "$candidate"
      return 0
    fi
  done
  return 1
}

need_python() {
  find_python >/dev/null || apt_install "Python 3.11 with venv" python3 python3-venv
  find_python || fail "No Python 3.11 or newer with the module venv was found." \
    "Install Debian's packages python3 and python3-venv, or name an interpreter: PYTHON=/path/to/python3 make run"
}

# --- .venv ----------------------------------------------------------------------------------------------------------

# A moved checkout leaves commands in .venv/bin that point to its old place.
usable_venv() {
  grep -qF "$venv" "$venv/bin/activate" 2>/dev/null &&
    "$venv/bin/python" -c 'import sys, pip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

make_venv() {
  usable_venv && return 0
  local python
  python=$(need_python)
  say "Creating .venv with $("$python" --version)"
  "$python" -m venv --clear "$venv"
}

# The stamp names what was installed, so that a changed pin or an interrupted set-up is noticed.
fingerprint() {
  {
    printf '%s\n' "$root" "$("$venv/bin/python" --version)"
    cat "$@" pyproject.toml scripts/setup.sh
  } | sha256sum | cut -d ' ' -f 1
}

stamped() {
  [ -f "$venv/.stamp-$1" ] && [ "$(cat "$venv/.stamp-$1")" = "$2" ]
}

stamp() {
  printf '%s\n' "$2" >"$venv/.stamp-$1.new"
  mv "$venv/.stamp-$1.new" "$venv/.stamp-$1"
}

pip_install() {
  "$venv/bin/python" -m pip --disable-pip-version-check --no-input install --progress-bar off --retries 5 "$@"
}

count_packages() {
  local line number=0
  while IFS= read -r line; do
    case $line in
      Requirement\ already*) number=$((number + 1)) ;;
      Collecting\ *)
        number=$((number + 1))
        line=${line#Collecting }
        say "  $number of $1: ${line%% *}"
        ;;
      Installing\ *) say "  unpacking" ;;
    esac
  done
}

install_pins() {
  local file=$1 total
  total=$(grep -c '^[a-z].*==' "$file")
  say "Installing the $total packages of $file"
  pip_install --require-hashes --no-deps -r "$file" | count_packages "$total" ||
    fail "The packages of $file could not be installed; the output above says why." \
      "A first set-up needs a package index: set PIP_INDEX_URL to a mirror when the default one is out of reach," \
      "and PIP_CERT to the certificate of a proxy. What was downloaded already is kept."
}

install_run() {
  local print
  print=$(fingerprint requirements/build.txt requirements/runtime.txt)
  stamped run "$print" && return 0
  install_pins requirements/build.txt
  install_pins requirements/runtime.txt
  say "Installing the hub itself"
  PYTHONWARNINGS=ignore pip_install --quiet --no-deps --no-index --no-build-isolation --editable .
  stamp run "$print"
  say "The hub is installed"
}

install_dev() {
  local print
  print=$(fingerprint requirements/dev.txt)
  stamped dev "$print" && return 0
  install_pins requirements/dev.txt
  stamp dev "$print"
}

# --- the browser of the tests ---------------------------------------------------------------------------------------

has_chinese_font() {
  command -v fc-list >/dev/null 2>&1 && [ -n "$(fc-list :lang=zh-cn family 2>/dev/null)" ]
}

install_browser() {
  local -a missing=()
  command -v chromium >/dev/null 2>&1 || missing+=(chromium)
  has_chinese_font || missing+=(fontconfig fonts-noto-cjk)
  ((${#missing[@]} == 0)) && return 0
  apt_install "a browser with a Chinese font, for the browser tests" "${missing[@]}"
}

# --- the servers of the tests -----------------------------------------------------------------------------------------

has_postgres() { compgen -G '/usr/lib/postgresql/*/bin/postgres' >/dev/null; }

# Started by the tests themselves, each on a free port of loopback with a folder of its own.
install_servers() {
  local -a missing=()
  has_postgres || missing+=(postgresql)
  command -v redis-server >/dev/null 2>&1 || missing+=(redis-server)
  [ -x /usr/sbin/bearerbox ] || missing+=(kannel)
  [ -x /usr/lib/kannel/test/fakesmsc ] || missing+=(kannel-extras)
  command -v clamd >/dev/null 2>&1 || [ -x /usr/sbin/clamd ] || missing+=(clamav-daemon)
  ((${#missing[@]} == 0)) && return 0
  apt_install "the servers of the tests: PostgreSQL, Redis, Kannel, ClamAV" "${missing[@]}"
}

# Two set-ups at once would install into each other.
take_turns() {
  mkdir -p .cache
  exec 9>.cache/setup.lock
  flock -n 9 || {
    say "Another set-up is running here; waiting for it"
    flock 9
  }
}

main() {
  local what=${1:-run}
  case $what in run | dev | test) ;; *) fail "Usage: scripts/setup.sh run|dev|test" ;; esac
  take_turns
  make_venv
  install_run
  [ "$what" = run ] || install_dev
  [ "$what" != test ] || { install_browser && install_servers; }
}

main "$@"
