# bash completion for boardwalk(1)                                     -*- shell-script -*-
# SPDX-License-Identifier: GPL-3.0-or-later

_boardwalk_ports () {
  local port
  for port in /dev/ttyUSB* /dev/ttyACM*; do
    [[ -e $port ]] && printf '%s\n' "$port"
  done
  printf '%s\n' rfc2217:// tcp:// board:
}

_boardwalk_options () {
  local output='--json --verbose --no-color --help -h'
  local port='-p --port --timeout'
  local connect='--baud -b --connect-attempts --wait-for-hand --reset-sequence --console-baud --no-stub --stub-dir'
  local write='--erase --no-diff --no-verify --no-listen --force --flash-mode --flash-freq --flash-size'
  case $1 in
    list) printf '%s' "$output --timeout --watch -w --usb" ;;
    info | 'firmware show') printf '%s' "$output $port $connect --all" ;;
    flash) printf '%s' "$output $port $connect $write --all --after --dry-run" ;;
    verify) printf '%s' "$output $port $connect --all --after" ;;
    erase) printf '%s' "$output $port $connect --all --after --dry-run" ;;
    read) printf '%s' "$output $port $connect --after" ;;
    reset) printf '%s' "$output $port $connect --all --bootloader" ;;
    console) printf '%s' "$output $port --timestamps -t --baud -b --elf -e" ;;
    'firmware convert') printf '%s' "$output --format -f --chip -c --force" ;;
    'partition make') printf '%s' "$output --table-offset --secure" ;;
    'partition show') printf '%s' "$output --table-offset" ;;
  esac
}

_boardwalk_values () {
  case $1 in
    -p | --port) _boardwalk_ports ;;
    --after) printf '%s\n' reset stay ;;
    --flash-mode) printf '%s\n' qio qout dio dout keep ;;
    --flash-freq) printf '%s\n' 80m 60m 48m 40m 30m 26m 24m 20m 16m 15m 12m keep ;;
    --flash-size) printf '%s\n' 256KB 512KB 1MB 2MB 4MB 8MB 16MB 32MB 64MB 128MB detect keep ;;
    --baud | -b | --console-baud) printf '%s\n' 74880 115200 230400 460800 921600 1500000 2000000 ;;
    --format | -f) printf '%s\n' merged uf2 ihex ;;
    --secure) printf '%s\n' v1 v2 ;;
    --chip | -c) printf '%s\n' esp8266 esp32 esp32s2 esp32s3 esp32c2 esp32c3 esp32c5 esp32c6 esp32c61 esp32e22 esp32h2 esp32h21 esp32h4 esp32p4 esp32s31 ;;
    *) return 1 ;;
  esac
}

_boardwalk () {
  local commands='list info flash verify read erase reset console firmware partition'
  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} command words at
  COMPREPLY=()
  # bash parts words at "=" and ":"; join what belongs together again
  if [[ $cur == '=' ]]; then cur=; elif [[ $prev == '=' ]]; then prev=${COMP_WORDS[COMP_CWORD - 2]}; fi
  [[ ${COMP_WORDS[COMP_CWORD]} == '=' ]] && prev=${COMP_WORDS[COMP_CWORD - 1]}

  # options may stand before the command
  for ((at = 1; at < COMP_CWORD; at++)); do
    [[ " $commands " == *" ${COMP_WORDS[at]} "* ]] && break
  done
  if ((at == COMP_CWORD)); then
    words=$(_boardwalk_values "$prev") \
      || words="$commands --help --version --json --verbose --no-color --port"
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
    return
  fi
  command=${COMP_WORDS[at]}
  case $command in
    firmware) words='show convert' ;;
    partition) words='make show' ;;
    *) words= ;;
  esac
  if [[ $words ]]; then
    if ((COMP_CWORD == at + 1)); then
      mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
      return
    fi
    command="$command ${COMP_WORDS[at + 1]}"
  fi

  # bash parts words at "@" as well, unless told not to
  if [[ $command == flash || $command == verify || $command == firmware\ * ]]; then
    if [[ $cur == '@' || $prev == '@' ]]; then
      mapfile -t COMPREPLY < <(compgen -W 'nvs otadata phy_init' -- "${cur#@}")
      return
    elif [[ $cur == *@* && -f ${cur%@*} ]]; then
      mapfile -t COMPREPLY < <(compgen -P "${cur%@*}@" -W 'nvs otadata phy_init' -- "${cur##*@}")
      return
    fi
  fi

  case $prev in
    --stub-dir)
      mapfile -t COMPREPLY < <(compgen -d -- "$cur")
      compopt -o filenames 2>/dev/null
      return
      ;;
    --elf | -e)
      mapfile -t COMPREPLY < <(compgen -f -- "$cur")
      compopt -o filenames 2>/dev/null
      return
      ;;
    --connect-attempts | --wait-for-hand | --reset-sequence | --timeout | --table-offset) return ;;
  esac
  if words=$(_boardwalk_values "$prev"); then
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
    return
  fi
  if [[ $cur == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$(_boardwalk_options "$command")" -- "$cur")
    return
  fi
  case $command in # what nearly every board has
    erase) mapfile -t COMPREPLY < <(compgen -W 'nvs otadata phy_init' -- "$cur") ;;
    read) mapfile -t COMPREPLY < <(compgen -W 'nvs otadata phy_init all' -f -- "$cur") ;;
  esac
  [[ $command == erase || $command == read ]] && return
  if [[ $command == list || $command == info || $command == reset || $command == console ]]; then
    return
  fi
  mapfile -t COMPREPLY < <(compgen -f -- "$cur")
  compopt -o filenames 2>/dev/null
}

complete -F _boardwalk boardwalk
