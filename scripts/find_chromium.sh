#!/usr/bin/env bash
# Prints the path of a Chromium that starts, or nothing when Playwright's own is to be used.
# Looks for one; else installs Debian's as root; else lets Playwright download its own.
set -euo pipefail

is_usable() {
  # Asked for its version, because Ubuntu's chromium-browser is a stub that only speaks of snap.
  command -v "$1" >/dev/null && "$1" --version >/dev/null 2>&1
}

source "$(dirname "$0")/finding.sh"

find_chromium() {
  local found
  found=$(first_usable "${CHROMIUM:-}" chromium chromium-browser google-chrome google-chrome-stable \
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome") && command -v "$found"
}

find_chromium && exit 0
install_with_apt chromium fonts-dejavu-core && find_chromium && exit 0
cd "$(dirname "$0")/../frontend" && npx playwright install chromium >&2
