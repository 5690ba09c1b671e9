#!/bin/sh
# What the tests want of the system: installed where we may (root on Debian or Ubuntu).
# `system-packages.sh image`: what `make image-test` wants besides.
set -eu
cd "$(dirname "$0")/.."
wanted=""
command -v chromium >/dev/null 2>&1 || wanted="$wanted chromium"
fc-list :lang=ja 2>/dev/null | grep -q . || wanted="$wanted fonts-noto-cjk"
command -v ffmpeg >/dev/null 2>&1 || wanted="$wanted ffmpeg"
command -v msgfmt >/dev/null 2>&1 || wanted="$wanted gettext"
PATH="$PATH:/usr/sbin" command -v mariadbd >/dev/null 2>&1 || wanted="$wanted mariadb-server"
PATH="$PATH:/usr/sbin" command -v haproxy >/dev/null 2>&1 || wanted="$wanted haproxy"
command -v openssl >/dev/null 2>&1 || wanted="$wanted openssl"
command -v postgres >/dev/null 2>&1 || ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 ||
    wanted="$wanted postgresql"
for program in ceph-mon ceph-osd radosgw; do
    command -v "$program" >/dev/null 2>&1 || wanted="$wanted $program"
done
command -v ceph >/dev/null 2>&1 || wanted="$wanted ceph-common"
# What mysqlclient is compiled with; not needed any more when it has been.
if ! cmp -s requirements/image.lock .venv/.installed-image; then
    command -v gcc >/dev/null 2>&1 || wanted="$wanted gcc libc6-dev"
    command -v pkg-config >/dev/null 2>&1 || wanted="$wanted pkg-config"
    pkg-config --exists libmariadb 2>/dev/null || wanted="$wanted libmariadb-dev"
    headers="$(.venv/bin/python -c 'import sysconfig; print(sysconfig.get_path("include"))')"
    [ -e "$headers/Python.h" ] || wanted="$wanted python3-dev"
fi
if [ "${1:-}" = image ]; then
    for program in buildah podman runc mmdebstrap; do
        PATH="$PATH:/usr/sbin" command -v "$program" >/dev/null 2>&1 || wanted="$wanted $program"
    done
fi
[ -n "$wanted" ] || exit 0
if ! command -v apt-get >/dev/null 2>&1 || [ "$(id -u)" != 0 ]; then
    echo "Not here, and not mine to install:$wanted" >&2
    exit 0
fi

# No package may start a service on this machine while we install.
policy=/usr/sbin/policy-rc.d
saved=""
restore() {
    rm -f "$policy"
    [ -z "$saved" ] || mv "$saved" "$policy"
}
if [ -e "$policy" ]; then
    saved="$policy.before-make-test"
    mv "$policy" "$saved"
fi
trap restore EXIT
trap 'exit 130' INT TERM
printf '#!/bin/sh\nexit 101\n' >"$policy"
chmod 755 "$policy"

echo "Installing:$wanted …"
export DEBIAN_FRONTEND=noninteractive
install() {
    apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}
# shellcheck disable=SC2086 # a list of words
if ! { apt-get update -qq && install $wanted; }; then
    # One that cannot be had must not keep all the others away.
    for package in $wanted; do
        install "$package" || echo "Could not install: $package" >&2
    done
fi
