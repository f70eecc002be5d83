# SPDX-License-Identifier: GPL-3.0-or-later
# Debian packages, for ./start and ./check to install; sourced by both.

# what the station is built from
build_packages='
  gcc libc6-dev meson ninja-build pkg-config gettext python3 libxml2-utils
  libgtk-4-dev libadwaita-1-dev libserialport-dev libgudev-1.0-dev libsqlite3-dev
  libssl-dev libcjson-dev zlib1g-dev libdeflate-dev libdw-dev libcurl4-openssl-dev libglib2.0-dev
  adwaita-icon-theme librsvg2-common fonts-cantarell desktop-file-utils'

# what the tests need on top
test_packages='
  clang clang-format libclang-rt-14-dev appstream binutils
  gcc-riscv64-unknown-elf gcc-xtensa-lx106
  xvfb xcompmgr xdotool x11-utils imagemagick dbus dbus-x11 at-spi2-core gir1.2-atspi-2.0 python3-gi
  libgl1-mesa-dri fonts-dejavu-core
  umockdev libumockdev-dev gir1.2-umockdev-1.0 socat ser2net iproute2 procps util-linux
  python3-serial python3-venv fish zsh man-db'

# missing_packages NAME…: those of the names that are not installed
missing_packages () {
  installed=" $(dpkg-query -W -f='${db:Status-Status}:${Package} ' "$@" 2>/dev/null || :) "
  for p in "$@"; do
    case $installed in
      *" installed:$p "*) ;;
      *) printf '%s ' "$p" ;;
    esac
  done
}

# install_packages NAME…: with apt, as root or by sudo; says so first
install_packages () {
  command -v apt-get >/dev/null || { echo "This is no Debian; what is needed: $*" >&2; return 0; }
  missing=$(missing_packages "$@")
  [ -n "$missing" ] || return 0
  echo "Installing: $missing" >&2
  # sudo hands no environment on, so env is what it starts
  if [ "$(id -u)" = 0 ]; then
    as_root="env DEBIAN_FRONTEND=noninteractive"
  elif command -v sudo >/dev/null; then
    as_root="sudo env DEBIAN_FRONTEND=noninteractive"
  else
    echo "Only root may install them, and there is no sudo." >&2
    return 1
  fi
  # shellcheck disable=SC2086 # a list of words
  $as_root apt-get update -q >&2 && $as_root apt-get install -q -y --no-install-recommends $missing >&2
}
