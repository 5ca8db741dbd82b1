#!/bin/sh
# Brings what the Makefile needs and this machine may lack:
#   prepare.sh uv        uv, the pinned version, as .tools/uv/bin/uv
#   prepare.sh servers   the servers and programs that some tests use; never fails, says what
#                        is missing
# System packages are installed only as root and only where apt-get exists.
set -eu
cd "$(dirname "$0")/.."

UV_VERSION=0.13.9
TOOLS=.tools/uv
# Root is right here, and one folder holds what it installs.
export PIP_ROOT_USER_ACTION=ignore

may_install() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; }

# dpkg says a great deal even when all is well: it is shown only when something went wrong.
install_packages() {
    echo "Installing $* from Debian's packages ..." >&2
    mkdir -p .tools
    if apt_install "$@" >.tools/apt.log 2>&1; then return; fi
    tail -n 20 .tools/apt.log >&2
    return 1
}

apt_install() {
    export DEBIAN_FRONTEND=noninteractive
    apt-get -q -o Acquire::Retries=3 update || return 1
    apt-get -q -o DPkg::Lock::Timeout=300 install --yes --no-install-recommends "$@"
}

find_python() {
    for name in python3.13 python3.12 python3.11 python3; do
        if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$name"
            return
        fi
    done
    echo "Python 3.11 or newer is needed and none was found: please install it." >&2
    return 1
}

has_pinned_uv() { [ "$("$1" --version 2>/dev/null | cut -d' ' -f1-2)" = "uv $UV_VERSION" ]; }

# A folder of its own, by `venv` or by `pip --target`: both put uv at the same place in it.
# Debian's python3 has a venv module that only fails once it looks for ensurepip.
pip_install_uv() {
    rm -rf "$TOOLS"
    mkdir -p .tools
    if "$1" -m venv "$TOOLS" >/dev/null 2>&1; then
        "$TOOLS/bin/python" -m pip install --quiet --disable-pip-version-check "uv==$UV_VERSION"
        return
    fi
    rm -rf "$TOOLS"
    "$1" -m pip --version >/dev/null 2>&1 || return 2
    "$1" -m pip install --quiet --disable-pip-version-check --target "$TOOLS" "uv==$UV_VERSION"
}

prepare_uv() {
    if has_pinned_uv "$TOOLS/bin/uv"; then return; fi
    if has_pinned_uv uv; then
        mkdir -p "$TOOLS/bin"
        ln -sf "$(command -v uv)" "$TOOLS/bin/uv"
        return
    fi
    python=$(find_python) || exit 1
    echo "Installing uv $UV_VERSION into $TOOLS ..." >&2
    status=0
    pip_install_uv "$python" || status=$?
    if [ "$status" = 2 ]; then
        package="python$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')-venv"
        if ! may_install || ! install_packages "$package"; then
            echo "$python has neither venv nor pip: please install Debian's package $package" \
                "(or uv $UV_VERSION itself), then run make again." >&2
            exit 1
        fi
        pip_install_uv "$python" || status=$?
    fi
    if ! has_pinned_uv "$TOOLS/bin/uv"; then
        echo "uv $UV_VERSION could not be installed by pip: is the package index reachable?" >&2
        exit 1
    fi
}

missing_servers() {
    PATH="$PATH:/usr/sbin" command -v dovecot >/dev/null 2>&1 || echo dovecot-imapd
    ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || echo postgresql
    command -v soffice >/dev/null 2>&1 || echo libreoffice-writer libreoffice-calc
    command -v tesseract >/dev/null 2>&1 || echo tesseract-ocr tesseract-ocr-eng
    command -v pdftoppm >/dev/null 2>&1 || echo poppler-utils
    command -v chromium >/dev/null 2>&1 || echo chromium fonts-liberation
}

# Tests start private servers of their own; while the packages install, no system service starts.
install_servers() {
    policy=/usr/sbin/policy-rc.d
    if [ -e "$policy" ]; then
        install_packages "$@"
        return
    fi
    trap 'rm -f "$policy"' EXIT INT TERM
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod 755 "$policy"
    install_packages "$@"
}

prepare_servers() {
    missing=$(missing_servers)
    if [ -n "$missing" ] && may_install; then
        # One word a package: the list is split on purpose.
        # shellcheck disable=SC2086
        install_servers $missing || echo "Some packages could not be installed." >&2
        missing=$(missing_servers)
    fi
    for package in $missing; do
        echo "Not installed: $package (a Debian package)." \
            "The tests that need it are skipped and say so." >&2
    done
}

case "${1:-}" in
    uv) prepare_uv ;;
    servers) prepare_servers ;;
    *)
        echo "usage: prepare.sh uv|servers" >&2
        exit 2
        ;;
esac
