#!/usr/bin/env bash
# Prints the path of libfaketime, which makes clocks jump, or nothing where there is none: its test is skipped.
# Looks for one; else, unless told --here, installs Debian's as root.
set -euo pipefail

is_usable() {
  [[ -e "$1" ]]
}

source "$(dirname "$0")/finding.sh"

find_faketime() {
  first_usable "${FAKETIME_LIBRARY:-}" /usr/lib/*/faketime/libfaketimeMT.so.1 /usr/lib*/faketime/libfaketimeMT.so.1
}

find_faketime && exit 0
[[ "${1:-}" == --here ]] && exit 0
install_with_apt faketime && find_faketime && exit 0
echo "There is no libfaketime here and none could be installed: its test is skipped." >&2
