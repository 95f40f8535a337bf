# What find_*.sh share; they source it, after saying with `is_usable` which candidate will do.

# Prints the first of the arguments that is usable.
first_usable() {
  local candidate
  for candidate in "$@"; do
    if [[ -n "$candidate" ]] && is_usable "$candidate"; then
      echo "$candidate"
      return 0
    fi
  done
  return 1
}

# Debian's packages of these names, as root.
install_with_apt() {
  [[ "$(id -u)" == 0 ]] && command -v apt-get >/dev/null || return 1
  DEBIAN_FRONTEND=noninteractive apt-get update >&2 &&
    DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@" >&2
}
