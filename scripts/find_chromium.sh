#!/usr/bin/env bash
# Prints the path of a Chromium that starts, or nothing when Playwright's own is to be used.
# Looks for one; else installs Debian's as root; else lets Playwright download its own.
set -euo pipefail

find_chromium() {
  local candidate
  for candidate in "${CHROMIUM:-}" chromium chromium-browser google-chrome google-chrome-stable \
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"; do
    # Asked for its version, because Ubuntu's chromium-browser is a stub that only speaks of snap.
    if [[ -n "$candidate" ]] && command -v "$candidate" >/dev/null && "$candidate" --version >/dev/null 2>&1; then
      command -v "$candidate"
      return 0
    fi
  done
  return 1
}

install_with_apt() {
  [[ "$(id -u)" == 0 ]] && command -v apt-get >/dev/null || return 1
  DEBIAN_FRONTEND=noninteractive apt-get update >&2 &&
    DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends chromium fonts-dejavu-core >&2
}

find_chromium && exit 0
install_with_apt && find_chromium && exit 0
cd "$(dirname "$0")/../frontend" && npx playwright install chromium >&2
