#!/usr/bin/env bash
# Prints the folder of PostgreSQL's programs (initdb, postgres, psql), or nothing where there is none: its tests are skipped.
# Looks for one; else, unless told --here, installs Debian's as root.
set -euo pipefail

find_postgres() {
  local candidate
  for candidate in "${POSTGRES:-}" "$(dirname "$(readlink -f "$(command -v initdb || echo /)")")" \
    $(ls -d /usr/lib/postgresql/*/bin /usr/pgsql-*/bin /opt/homebrew/opt/postgresql*/bin 2>/dev/null | sort --version-sort --reverse); do
    if [[ -n "$candidate" && -x "$candidate/initdb" && -x "$candidate/postgres" && -x "$candidate/psql" ]]; then
      echo "$candidate"
      return 0
    fi
  done
  return 1
}

install_with_apt() {
  [[ "$(id -u)" == 0 ]] && command -v apt-get >/dev/null || return 1
  DEBIAN_FRONTEND=noninteractive apt-get update >&2 &&
    DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends postgresql >&2
}

find_postgres && exit 0
[[ "${1:-}" == --here ]] && exit 0
install_with_apt && find_postgres && exit 0
echo "There is no PostgreSQL here and none could be installed: its tests are skipped." >&2
