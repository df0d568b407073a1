#!/usr/bin/env bash
# Builds the image of docker/Dockerfile and starts it for real: as its own user, with a data folder of its own, until
# `/readyz` answers, then the worker role beside it; shows size and times, stops both and cleans up.
#
#   scripts/image.sh                       with Docker when its engine runs, else as root with buildah
#   IMAGE_TAR=hub.tar scripts/image.sh     also writes an archive for `docker load` on a machine without a network
#
# HUB_IMAGE names the image (hub12319). PIP_INDEX_URL, PIP_CERT and DEBIAN_MIRROR are heard; none of them stays inside.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
image=${HUB_IMAGE:-hub12319}
base=docker.io/library/debian:bookworm-slim
cache=$PWD/.cache/image
work=
ready_seconds=180
stop_seconds=15

say() { printf '[image] %s\n' "$*" >&2; }

fail() {
  printf '[image] FAILED: %s\n' "$@" >&2
  exit 1
}

free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

status_of() {
  python3 - "$1" <<'PY'
import sys, urllib.error, urllib.request
try:
    print(urllib.request.urlopen(sys.argv[1], timeout=4).status)
except urllib.error.HTTPError as answer:
    print(answer.code)
except OSError:
    print("none")
PY
}

# wait_for URL ALIVE-COMMAND...: until it answers 200; ends early when the alive command fails.
wait_for() {
  local url=$1 began=$SECONDS
  shift
  until [ "$(status_of "$url")" = 200 ]; do
    "$@" || return 1
    ((SECONDS - began < ready_seconds)) || return 1
    sleep 0.2
  done
  say "$url answers 200 after $((SECONDS - began)) s"
}

words_of() { tail -n 25 "$1" | sed 's/^/    /' >&2; }

# --- with a Docker engine ---------------------------------------------------------------------------------------------

docker_works() { command -v docker >/dev/null 2>&1 && timeout 20 docker info >/dev/null 2>&1; }

docker_build() {
  local -a more=()
  [ -z "${PIP_CERT:-}" ] || more+=(--secret "id=pip_cert,src=$PIP_CERT")
  [ -z "${PIP_INDEX_URL:-}" ] || more+=(--build-arg PIP_INDEX_URL)
  DOCKER_BUILDKIT=1 docker build "${more[@]}" -t "$image" -f docker/Dockerfile .
}

docker_start() {
  local name=$1 port=$2 inside=$3
  shift 3
  docker run -d --name "$name" --read-only --tmpfs /tmp --cap-drop ALL --security-opt no-new-privileges \
    -v "$image-try:/data" -p "127.0.0.1:$port:$inside" -e HUB_HTTP_HOST=0.0.0.0 -e HUB_HEALTH_HOST=0.0.0.0 \
    "$image" "$@" >/dev/null
}

docker_runs() { [ "$(docker inspect -f '{{.State.Running}}' "$1")" = true ]; }

docker_clean() {
  docker rm -f "$image-try-web" "$image-try-worker" >/dev/null 2>&1 || true
  docker volume rm -f "$image-try" >/dev/null 2>&1 || true
}

docker_try() {
  local name=$1 inside=$2 path=$3 port
  shift 3
  port=$(free_port)
  docker_start "$name" "$port" "$inside" "$@"
  wait_for "http://127.0.0.1:$port$path" docker_runs "$name" || {
    docker logs --tail 25 "$name" >&2
    fail "$name did not get ready"
  }
  docker exec "$name" hub health >&2 || fail "the health check of $name says no"
}

with_docker() {
  say "Building with Docker"
  trap docker_clean EXIT
  docker_clean
  docker_build || fail "docker build; the output above says why"
  say "Built after $SECONDS s"
  docker_try "$image-try-web" 8319 /readyz
  docker_try "$image-try-worker" 8320 /readyz serve --role worker
  docker stop -t "$stop_seconds" "$image-try-worker" "$image-try-web" >/dev/null
  [ "$(docker inspect -f '{{.State.ExitCode}}' "$image-try-web")" = 0 ] || fail "the hub did not end in good order"
  [ -z "${IMAGE_TAR:-}" ] || docker save -o "$IMAGE_TAR" "$image"
  say "Size: $(docker image inspect -f '{{.Size}}' "$image" | numfmt --to=si)B"
}

# --- with buildah, as root, without an engine -------------------------------------------------------------------------

need_root() {
  [ "$(id -u)" -eq 0 ] || fail "No Docker engine answers, and building without one needs root." \
    "Start Docker, or run as root: sudo make image"
}

need_packages() {
  local -a missing=()
  command -v buildah >/dev/null 2>&1 || missing+=(buildah)
  command -v mmdebstrap >/dev/null 2>&1 || missing+=(mmdebstrap)
  ((${#missing[@]} == 0)) && return 0
  command -v apt-get >/dev/null 2>&1 || fail "Missing: ${missing[*]}. Install them, or start Docker."
  say "Installing from Debian: ${missing[*]}"
  { apt-get -q update && DEBIAN_FRONTEND=noninteractive apt-get -q install -y --no-install-recommends "${missing[@]}"; } \
    >"$work/apt.out" 2>&1 || {
    words_of "$work/apt.out"
    fail "Debian's packages could not be installed: ${missing[*]}"
  }
}

b() { buildah --root "$work/storage" --runroot "$work/run" "$@"; }

need_base() {
  if timeout 60 buildah --root "$work/storage" --runroot "$work/run" pull -q "$base" >/dev/null 2>"$work/pull.out"; then
    say "Base image: pulled $base"
    return 0
  fi
  local tar=$cache/bookworm.tar
  if [ -z "$(find "$tar" -mtime -7 2>/dev/null)" ]; then
    say "Base image: $base cannot be pulled; making one from Debian's packages"
    mmdebstrap --quiet --format=tar --variant=minbase --mode=root bookworm "$tar.new" ${DEBIAN_MIRROR:+"$DEBIAN_MIRROR"} \
      2>"$work/mmdebstrap.out" || {
      words_of "$work/mmdebstrap.out"
      fail "the base image could neither be pulled nor made; name a mirror: DEBIAN_MIRROR=..."
    }
    mv "$tar.new" "$tar"
  fi
  local container
  container=$(b from scratch)
  b add -q "$container" "$tar" / >/dev/null
  b commit -q --rm "$container" "$base" >/dev/null
  say "Base image: made from Debian's packages ($(du -h "$tar" | cut -f1))"
}

buildah_build() {
  local -a more=()
  [ -z "${PIP_CERT:-}" ] || more+=(--secret "id=pip_cert,src=$PIP_CERT")
  [ -z "${PIP_INDEX_URL:-}" ] || more+=(--build-arg "PIP_INDEX_URL=$PIP_INDEX_URL")
  b bud --format docker --pull=never --network host "${more[@]}" -t "$image" -f docker/Dockerfile . \
    >"$work/build.out" 2>&1 || {
    words_of "$work/build.out"
    fail "the build; its last words are above"
  }
}

# What the image says to run, word by word.
configured() { b inspect --type image --format "{{range .Docker.Config.$1}}{{println .}}{{end}}" "$image" | sed '/^$/d'; }

running=()

# start NAME PORT-SETTING PORT WORDS...: a container on the shared data folder, in a process group of its own.
start() {
  local name=$1 setting=$2 port=$3
  shift 3
  setsid buildah --root "$work/storage" --runroot "$work/run" run --network host -v "$work/data:/data" \
    --env "$setting=$port" "$container" -- "$@" >"$work/$name.out" 2>&1 &
  running+=($!)
}

alive() { kill -0 "$1" 2>/dev/null; }

stop_all() {
  local pid began=$SECONDS
  for pid in "${running[@]}"; do kill -TERM -- "-$pid" 2>/dev/null || true; done
  for pid in "${running[@]}"; do
    while kill -0 -- "-$pid" 2>/dev/null; do
      ((SECONDS - began < stop_seconds)) || return 1
      sleep 0.1
    done
  done
  running=()
}

buildah_clean() {
  local pid
  for pid in "${running[@]}"; do kill -KILL -- "-$pid" 2>/dev/null || true; done
  if command -v buildah >/dev/null 2>&1; then
    b rm --all >/dev/null 2>&1 || true
    b rmi --all --force >/dev/null 2>&1 || true
  fi
  rm -rf "$work"
}

try() {
  local name=$1 setting=$2 port
  shift 2
  port=$(free_port)
  start "$name" "$setting" "$port" "$@"
  wait_for "http://127.0.0.1:$port/readyz" alive "${running[-1]}" || {
    words_of "$work/$name.out"
    fail "the $name did not get ready; its last words are above"
  }
  b run --network host -v "$work/data:/data" --env "$setting=$port" "$container" -- hub health >&2 ||
    fail "the health check of the $name says no"
}

# Nothing of the image may have changed: it must run with a read-only root.
check_untouched() {
  local root written
  root=$(b mount "$container")
  written=$(find "$root" -xdev -newer "$work/began" \( -path "$root/data" -o -path "$root/tmp" -o -path "$root/run" \
    -o -path "$root/proc" -o -path "$root/sys" -o -path "$root/dev" -o -path "$root/etc" \) -prune -o -newer "$work/began" -type f -print)
  [ -z "$written" ] || fail "written outside /data and /tmp:" "$written"
}

with_buildah() {
  need_root
  mkdir -p "$cache"
  work=$(mktemp -d "${TMPDIR:-/tmp}/hub-image.XXXXXX")
  trap buildah_clean EXIT
  export STORAGE_DRIVER=vfs BUILDAH_ISOLATION=chroot
  need_packages
  need_base
  say "Building with buildah"
  buildah_build
  say "Built after $SECONDS s"
  local -a command
  mapfile -t command < <(configured Entrypoint && configured Cmd)
  container=$(b from --pull=never "$image")
  mkdir -m 0700 "$work/data"
  chown 12319:12319 "$work/data"
  touch "$work/began"
  try hub HUB_HTTP_PORT "${command[@]}"
  try worker HUB_HEALTH_PORT hub serve --role worker
  stop_all || fail "the hub did not end within $stop_seconds s of TERM"
  check_untouched
  [ -z "${IMAGE_TAR:-}" ] || b push -q "$image" "docker-archive:$IMAGE_TAR:$image:latest"
  say "Size: $(b images --format '{{.Size}}' "$image" | head -1)"
}

if docker_works; then
  with_docker
else
  with_buildah
fi
say "The image was built, started, asked and stopped; $SECONDS s in all"
