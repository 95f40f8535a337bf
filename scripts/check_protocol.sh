#!/usr/bin/env bash
# Fails when frontend/src/protocol/generated.ts is not what the Python models give today.
set -euo pipefail
cd "$(dirname "$0")/../frontend"

fresh=$(mktemp -d)
trap 'rm -rf "$fresh"' EXIT

../.venv/bin/python -m netloom.protocol.openapi >"$fresh/openapi.json"
npx openapi-typescript "$fresh/openapi.json" --output "$fresh/generated.ts" >&2
if ! diff -u src/protocol/generated.ts "$fresh/generated.ts"; then
  echo "The TypeScript protocol is stale: run 'make protocol' and commit the result." >&2
  exit 1
fi
