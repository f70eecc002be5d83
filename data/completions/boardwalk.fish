# fish completion for boardwalk(1)
# SPDX-License-Identifier: GPL-3.0-or-later

set -g __boardwalk_commands list info flash verify read erase reset console firmware partition

# The words from the command on: options may stand before it.
function __boardwalk_words
    set -l words (commandline -opc)
    while set -q words[2]
        set -e words[1]
        contains -- $words[1] $__boardwalk_commands; and break
    end
    contains -- $words[1] $__boardwalk_commands; and printf '%s\n' $words
end

function __boardwalk_is
    set -l words (__boardwalk_words)
    for name in $argv
        test "$words[1]" = "$name"; and return 0
        test "$words[1] $words[2]" = "$name"; and return 0
    end
    return 1
end

function __boardwalk_ports
    for port in /dev/ttyUSB* /dev/ttyACM*
        echo $port
    end
    printf '%s\n' rfc2217:// tcp:// board:
end

# A file, and behind an @ the partition it goes into.
function __boardwalk_places
    set -l word (commandline -ct)
    set -l file (string replace -r '@[^@]*$' '' -- $word)
    test "$file" != "$word"; and test -f "$file"; or return
    for name in nvs otadata phy_init
        echo $file@$name
    end
end

function __boardwalk_has_words
    test (count (__boardwalk_words)) -eq $argv[1]
end

complete -c boardwalk -f
set -l first '__boardwalk_has_words 0'
complete -c boardwalk -n $first -l help -d 'Show the commands'
complete -c boardwalk -n $first -l version -d 'Show the version'
complete -c boardwalk -n $first -a list -d 'Show the boards that are here'
complete -c boardwalk -n $first -a info -d 'Ask a board what it is and what it runs'
complete -c boardwalk -n $first -a flash -d 'Write a firmware, prove it and start it'
complete -c boardwalk -n $first -a verify -d 'Compare a board with a firmware'
complete -c boardwalk -n $first -a read -d 'Copy flash into a file'
complete -c boardwalk -n $first -a erase -d 'Erase the flash, or a region of it'
complete -c boardwalk -n $first -a reset -d 'Start the application, or the loader'
complete -c boardwalk -n $first -a console -d 'Show what a board prints'
complete -c boardwalk -n $first -a firmware -d 'Show or convert a firmware'
complete -c boardwalk -n $first -a partition -d 'Make or show a partition table'
complete -c boardwalk -n '__boardwalk_has_words 1; and __boardwalk_is firmware' -a 'show convert'
complete -c boardwalk -n '__boardwalk_has_words 1; and __boardwalk_is partition' -a 'make show'

complete -c boardwalk -l json -d 'One JSON object a line'
complete -c boardwalk -l verbose -d 'Show the log of every board'
complete -c boardwalk -l no-color -d 'No colours'
complete -c boardwalk -n "not $first" -s h -l help -d 'Show the options'

set -l many "__boardwalk_is info flash verify erase reset 'firmware show'"
set -l loader "__boardwalk_is info flash verify read erase reset 'firmware show'"
set -l board "__boardwalk_is info flash verify read erase reset console 'firmware show'"
set -l timed "__boardwalk_is list info flash verify read erase reset console 'firmware show'"
complete -c boardwalk -n "$first; or $board" -s p -l port -x -a '(__boardwalk_ports)' -d 'The board'
complete -c boardwalk -n $many -l all -d 'Every board that is there'
complete -c boardwalk -n $timed -l timeout -x -d 'Stop after so many seconds'
complete -c boardwalk -n $loader -s b -l baud -x -a '115200 230400 460800 921600 1500000 2000000' -d 'Highest transfer rate'
complete -c boardwalk -n $loader -l connect-attempts -x -d 'How often to try'
complete -c boardwalk -n $loader -l wait-for-hand -x -d 'Seconds a person gets to press buttons'
complete -c boardwalk -n $loader -l reset-sequence -x -d 'Steps of DTR and RTS'
complete -c boardwalk -n $loader -l console-baud -x -a '74880 115200' -d 'Rate of the boot log'
complete -c boardwalk -n $loader -l no-stub -d 'Let the boot ROM alone do the work'
complete -c boardwalk -n $loader -l stub-dir -x -a '(__fish_complete_directories)' -d 'Folder with flasher stubs'
complete -c boardwalk -n '__boardwalk_is flash verify read erase' -l after -x -a 'reset stay' -d 'What runs afterwards'

complete -c boardwalk -n '__boardwalk_is flash erase' -l dry-run -d 'Say what would be done'
complete -c boardwalk -n '__boardwalk_is read erase' -a 'nvs otadata phy_init' -d 'Partition'
complete -c boardwalk -n "__boardwalk_is flash verify 'firmware show' 'firmware convert'" -a '(__boardwalk_places)' -d 'Partition'
complete -c boardwalk -n '__boardwalk_is flash' -l erase -d 'Erase the whole flash first'
complete -c boardwalk -n '__boardwalk_is flash' -l no-diff -d 'Send every sector'
complete -c boardwalk -n '__boardwalk_is flash' -l no-verify -d 'No digest at the end'
complete -c boardwalk -n '__boardwalk_is flash' -l no-listen -d 'Do not wait for the boot log'
complete -c boardwalk -n '__boardwalk_is flash' -l force -d 'Go on in spite of findings'
complete -c boardwalk -n '__boardwalk_is flash' -l flash-mode -x -a 'qio qout dio dout keep'
complete -c boardwalk -n '__boardwalk_is flash' -l flash-freq -x -a '80m 60m 48m 40m 30m 26m 24m 20m 16m 15m 12m keep'
complete -c boardwalk -n '__boardwalk_is flash' -l flash-size -x -a '256KB 512KB 1MB 2MB 4MB 8MB 16MB 32MB 64MB 128MB detect keep'

complete -c boardwalk -n '__boardwalk_is list' -s w -l watch -d 'Go on and tell of every change'
complete -c boardwalk -n '__boardwalk_is list' -l usb -d 'Boards on USB only'
complete -c boardwalk -n '__boardwalk_is reset' -l bootloader -d 'Start the loader'
complete -c boardwalk -n '__boardwalk_is console' -s t -l timestamps -d 'Begin each line with its time'
complete -c boardwalk -n '__boardwalk_is console' -s e -l elf -r -F -d 'Functions behind a crash'
complete -c boardwalk -n '__boardwalk_is console' -s b -l baud -x -a '74880 115200 921600' -d 'Rate of the log'
complete -c boardwalk -n "__boardwalk_is 'firmware convert'" -s f -l format -x -a 'merged uf2 ihex'
complete -c boardwalk -n "__boardwalk_is 'firmware convert'" -l force -d 'Replace a firmware'
complete -c boardwalk -n "__boardwalk_is 'firmware convert'" -s c -l chip -x -a 'esp8266 esp32 esp32s2 esp32s3 esp32c2 esp32c3 esp32c5 esp32c6 esp32c61 esp32e22 esp32h2 esp32h21 esp32h4 esp32p4 esp32s31'
complete -c boardwalk -n "__boardwalk_is 'partition make' 'partition show'" -l table-offset -x -d 'Where the table lies'
complete -c boardwalk -n "__boardwalk_is 'partition make'" -l secure -x -a 'v1 v2' -d 'Check for this secure boot'
complete -c boardwalk -n "__boardwalk_is flash verify read 'firmware show' 'firmware convert' 'partition make' 'partition show'" -F
