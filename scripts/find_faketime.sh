#!/usr/bin/env bash
# Prints the path of libfaketime, which makes clocks jump, or nothing where there is none: its test is skipped.
# Looks for one; else, unless told --here, installs Debian's as root.
set -euo pipefail

find_faketime() {
  local candidate
  for candidate in "${FAKETIME_LIBRARY:-}" /usr/lib/*/faketime/libfaketimeMT.so.1 /usr/lib*/faketime/libfaketimeMT.so.1; do
    if [[ -n "$candidate" && -e "$candidate" ]]; then
      echo "$candidate"
      return 0
    fi
  done
  return 1
}

install_with_apt() {
  [[ "$(id -u)" == 0 ]] && command -v apt-get >/dev/null || return 1
  DEBIAN_FRONTEND=noninteractive apt-get update >&2 &&
    DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends faketime >&2
}

find_faketime && exit 0
[[ "${1:-}" == --here ]] && exit 0
install_with_apt && find_faketime && exit 0
echo "There is no libfaketime here and none could be installed: its test is skipped." >&2
