#!/usr/bin/env bash
# Prints the folder of PostgreSQL's programs (initdb, postgres, psql), or nothing where there is none: its tests are skipped.
# Looks for one; else, unless told --here, installs Debian's as root.
set -euo pipefail

is_usable() {
  [[ -x "$1/initdb" && -x "$1/postgres" && -x "$1/psql" ]]
}

source "$(dirname "$0")/finding.sh"

find_postgres() {
  first_usable "${POSTGRES:-}" "$(dirname "$(readlink -f "$(command -v initdb || echo /)")")" \
    $(ls -d /usr/lib/postgresql/*/bin /usr/pgsql-*/bin /opt/homebrew/opt/postgresql*/bin 2>/dev/null | sort --version-sort --reverse)
}

find_postgres && exit 0
[[ "${1:-}" == --here ]] && exit 0
install_with_apt postgresql && find_postgres && exit 0
echo "There is no PostgreSQL here and none could be installed: its tests are skipped." >&2
