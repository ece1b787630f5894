#!/bin/sh
# Tries the README's commands as a new user would: in a Debian 12 with nothing installed. Not part
# of CI: it needs root, debootstrap, a mirror, 4 GB of disk and about an hour on 2 cores.
#
#   tests/fresh-root.sh
#
# What is tested is the last commit. The mirror is MIRROR, or else the one that this machine's apt
# uses; apt's configuration, certificates and proxy are copied from this machine. The root is made
# in TMPDIR and deleted at the end. KEEP=1 keeps it, QUICK=1 runs the unit tests alone (for trying
# this script).
#
# Checked: without root, `build` names what is missing and fails; as root, `demo` and `test` work
# from other folders, twice, the second time installing nothing; as a user without sudo, `demo`
# works once the packages are there; nothing outside the checkout changes but packages; an
# installed copy finds its data after it was moved.
set -eu

# Mounts are made in a namespace of our own: whatever happens, they are gone when we are.
if [ -z "${FRESH_ROOT_INSIDE:-}" ]; then
  FRESH_ROOT_INSIDE=1 exec unshare --mount --propagation private sh "$0" "$@"
fi

checkout=$(dirname -- "$(dirname -- "$(readlink -f -- "$0")")")
folder=$(mktemp -d "${TMPDIR:-/tmp}/fresh-root.XXXXXX")
debian=$folder/debian
log=$folder/log
failures=0

# --one-file-system: should an unmount fail, what is mounted there stays.
clean_up() {
  umount "$debian/proc" 2>/dev/null || true
  if [ -n "${KEEP:-}" ]; then
    echo "Kept: $debian"
  else
    rm -rf --one-file-system "$folder"
  fi
}
trap clean_up EXIT
trap 'exit 130' INT TERM

# ---- running and judging

inside() { # COMMAND...: in the new Debian, as root
  chroot "$debian" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 \
    ${http_proxy:+http_proxy="$http_proxy"} ${https_proxy:+https_proxy="$https_proxy"} "$@"
}

# shellcheck disable=SC2016  # the shell inside expands them
within='cd "$1" && shift && exec "$@"'
as_root() { inside sh -c "$within" sh "$@"; } # FOLDER COMMAND...
as_user() { inside runuser -u reader -- env HOME=/home/reader sh -c "$within" sh "$@"; }

good() { echo "ok      $*"; }
bad() {
  echo "FAILED  $*"
  failures=$((failures + 1))
}

# expect success|failure WHAT COMMAND...: what it prints goes to $log, and here when it surprises.
expect() {
  wanted=$1 what=$2
  shift 2
  started=$(date +%s)
  outcome=success
  "$@" >"$log" 2>&1 || outcome=failure
  what="$what ($outcome after $(($(date +%s) - started)) s)"
  if [ "$outcome" = "$wanted" ]; then
    good "$what"
  else
    bad "$what"
    tail -n 40 "$log" | sed 's/^/    | /'
  fi
}

said() { # PATTERN: the last command printed it
  if grep -q -e "$1" "$log"; then good "  it said \"$1\""; else bad "  it did not say \"$1\""; fi
}

# shellcheck disable=SC2016  # dpkg expands it
packages() { inside dpkg-query -W -f '${Package} ${Version}\n'; }

# Remembers the packages and the time; `unchanged` compares with both.
remember() {
  packages >"$folder/packages"
  touch "$folder/time"
}
unchanged() {
  if packages | cmp -s - "$folder/packages"; then good '  it left the packages alone'; else
    bad '  it changed packages'
  fi
  strays=$(find "$debian" -xdev \( -path "$debian/srv/trainyard" -o -path "$debian/dev" \
    -o -path "$debian/home/reader/trainyard" \) -prune \
    -o ! -type d -newer "$folder/time" -print | sed "s|^$debian||")
  if [ -z "$strays" ]; then good '  it changed nothing outside the checkout'; else
    bad '  it changed files outside the checkout:'
    printf '%s\n' "$strays" | head -n 20 | sed 's/^/    | /'
  fi
}

# ---- a Debian with nothing but what it needs to install packages

# shellcheck disable=SC2016  # apt expands it
mirror=${MIRROR:-$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' \
  'Codename: bookworm' | head -n 1)}
[ -n "$mirror" ] || {
  echo 'apt knows no mirror of Debian 12 here: set MIRROR.' >&2
  exit 1
}
if [ -z "${http_proxy:-}" ]; then
  eval "$(apt-config shell http_proxy Acquire::http::Proxy)"
fi
if [ -n "${http_proxy:-}" ]; then export http_proxy; fi

# --remove-destination: links in the new Debian are not followed to this machine's files.
make_root() {
  debootstrap --variant=minbase --include=ca-certificates bookworm "$debian" "$mirror" &&
    rm -rf "$debian/etc/apt" "$debian"/var/lib/apt/lists/* &&
    cp -a /etc/apt "$debian/etc/apt" &&
    cp -a /usr/share/keyrings/. "$debian/usr/share/keyrings/" &&
    cp -L --remove-destination /etc/ssl/certs/ca-certificates.crt "$debian/etc/ssl/certs/" &&
    cp -L --remove-destination /etc/resolv.conf /etc/hosts "$debian/etc/" &&
    mount -t proc proc "$debian/proc" &&
    inside useradd --create-home --shell /bin/sh reader &&
    git clone --quiet --no-hardlinks "$checkout" "$debian/srv/trainyard" &&
    git clone --quiet --no-hardlinks "$checkout" "$debian/home/reader/trainyard" &&
    inside chown -R reader:reader /home/reader
}

[ -z "$(git -C "$checkout" status --porcelain)" ] ||
  echo 'Changes that are not committed are left out.'
expect success 'A fresh Debian 12 with two clones of the checkout' make_root
[ "$failures" -eq 0 ] || exit 1

# ---- the checks, in the order in which packages arrive

user_yard=/home/reader/trainyard/yard

remember
expect failure 'build, neither root nor sudo, nothing installed' as_user / "$user_yard" build
said 'nothing is installed'
said 'libsimgrid-dev'
said 'not on PATH'
unchanged

expect success 'demo, root, from /' as_root / /srv/trainyard/yard demo
said 'The result is /srv/trainyard/build/three-sites.h5'

remember
expect success 'demo again, root, from /tmp' as_root /tmp ../srv/trainyard/yard demo
said 'All packages are installed'
unchanged

remember
expect success 'demo, neither root nor sudo' as_user /home/reader trainyard/yard demo
unchanged

remember
inside rm -rf /home/reader/trainyard/build # CMake remembers what it found
expect failure 'build, dependencies that CMake does not find' \
  as_user / env PKG_CONFIG_LIBDIR=/nowhere "$user_yard" build
said 'SimGrid'
said 'CMAKE_PREFIX_PATH'

expect failure 'test, neither root nor sudo, no test packages' as_user / "$user_yard" test
said 'Catch2'
said 'python3-h5py'
unchanged

if [ -n "${QUICK:-}" ]; then set -- test --quick; else set -- test; fi
expect success "$*, root, from /" as_root / /srv/trainyard/yard "$@"
said '^100% tests passed, 0 tests failed out of [1-9]'

remember
expect success "$* again, root, from /tmp" as_root /tmp sh ../srv/trainyard/yard "$@"
said 'All packages are installed'
said '^100% tests passed, 0 tests failed out of [1-9]'
unchanged

# ---- an installed copy, moved, with the checkout out of reach

expect success 'cmake --install' \
  as_root / cmake --install /srv/trainyard/build/release --prefix /opt/here
inside sh -c 'mv /opt/here /opt/there && mv /srv/trainyard /srv/away'
expect success 'list, installed and moved' as_user / /opt/there/bin/trainyard list
said 'h100'
expect success 'schema, installed and moved' as_user / /opt/there/bin/trainyard schema
expect success 'run, installed and moved' as_user /home/reader /opt/there/bin/trainyard run \
  /opt/there/share/trainyard/scenarios/three-sites.json --output three-sites.h5
inside mv /srv/away /srv/trainyard

if [ "$failures" -gt 0 ]; then
  echo "$failures checks failed."
  exit 1
fi
echo 'All checks passed.'
