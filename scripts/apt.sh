# Sourced: apt_install PACKAGE… installs system packages without asking, where that is possible at all.

apt_install() {
    command -v apt-get >/dev/null 2>&1 || return 1
    if [ "$(id -u)" -eq 0 ]; then
        as_root="env"
    elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
        as_root="sudo -n env"
    else
        return 1
    fi
    echo "Installing with apt-get: $*" >&2
    $as_root DEBIAN_FRONTEND=noninteractive apt-get update -qq >/dev/null &&
        $as_root DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}
