# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# What the scripts that boot a VM have in common: the kernel, the work folder, QEMU's process, the limit of time, and
# the end. Whoever sources it sets REPO before, and the options CPUS, MEMORY, KERNEL, TIMEOUT, STALL and CONSOLE_LOG;
# starts QEMU in the background and notes its process in QEMU; and has a function follow_output, and maybe clean_up.
#
# Work folder: shared (what the guest reads and writes), qemu.log, the monitor's pipes.

readonly EXIT_USAGE=2
readonly EXIT_CANNOT=3
readonly EXIT_TIMEOUT=124
readonly EXIT_BROKEN=125
readonly EXIT_PIPE=141
readonly KEPT_LOGS=20
readonly CACHE=${SCX4J_CACHE:-$REPO/.cache}
# shellcheck disable=SC2034 # for those who boot
readonly KERNEL_ARGUMENTS="console=ttyS0 quiet panic=-1 oops=panic tsc=reliable no_timer_check cryptomgr.notests \
mitigations=off"
# thread=single: with several translation threads QEMU 7.2 panics guests that patch their own code. KVM is left alone:
# where machines are VMs themselves it is often there but broken.
# shellcheck disable=SC2034
readonly EMULATED=(-M q35 -accel "tcg,thread=single" -nodefaults -no-user-config -no-reboot -display none)

FAILED=no CHILDREN=() FOLLOWERS=() HELP=bench/vm/run SAYS=vm

say() { printf '%s: %s\n' "$SAYS" "$*" >&2; }

wrong() {
    say "$1 ($HELP --help)"
    exit "$EXIT_USAGE"
}

cannot() {
    say "$1"
    exit "$EXIT_CANNOT"
}

check_machine() {
    [[ $CPUS =~ ^([1-9]|[1-5][0-9]|6[0-4])$ ]] || wrong "--cpus: '$CPUS' is not a number from 1 to 64"
    [[ $MEMORY =~ ^[1-9][0-9]*[MG]$ ]] || wrong "--memory: '$MEMORY' is no size such as 1G or 768M"
    [[ $TIMEOUT =~ ^[1-9][0-9]{0,6}$ ]] || wrong "--timeout: '$TIMEOUT' is no number of seconds"
    [[ $STALL =~ ^[0-9]{1,7}$ ]] || wrong "--stall: '$STALL' is no number of seconds"
}

# ---------------------------------------------------------------- the kernel, the work folder

newest_kernel() {
    local version
    while IFS= read -r version; do
        if [[ -z $KERNEL || $version == "$KERNEL" || $version == "$KERNEL"[.+~-]* ]]; then
            echo "$CACHE/kernel/$version/vmlinuz"
            return
        fi
    done < <(for file in "$CACHE"/kernel/*/vmlinuz; do basename -- "${file%/vmlinuz}"; done | sort -rV)
}

make_work_folder() {
    mkdir -p "$CACHE/vm"
    remove_stale
    WORK=$(mktemp -d "$CACHE/vm/run.$$.XXXXXX")
    trap 'end $?' EXIT
    trap 'exit 129' HUP
    trap 'exit 130' INT
    trap 'exit 143' TERM
    mkdir "$WORK/shared"
    LOG=${CONSOLE_LOG:-$CACHE/vm/console-$(date +%Y%m%d-%H%M%S)-$$.log}
    : >"$LOG"
    mkfifo "$WORK/monitor.in" "$WORK/monitor.out"
}

# What a run that was killed with SIGKILL could not remove, and all but the last console logs.
remove_stale() {
    local folder pid
    find "$CACHE/vm" -maxdepth 1 -name 'console-*.log' | sort -r | tail -n "+$((KEPT_LOGS + 1))" | xargs -r rm -f --
    for folder in "$CACHE"/vm/run.*; do
        pid=${folder##*/run.}
        pid=${pid%%.*}
        [[ ! -d $folder ]] || kill -0 "$pid" 2>/dev/null || rm -rf -- "$folder"
    done
}

# ---------------------------------------------------------------- QEMU while it runs

# Starts $@ in the background; it is killed when this script is, whatever the reason.
spawn() { setpriv --pdeathsig KILL -- "$@" & }

# Copies what the guest writes to file $1 until QEMU has ended and the file has no more.
follow() {
    spawn tail -c +1 -f -s 0.1 --pid="$QEMU" -- "$WORK/shared/$1"
    FOLLOWERS+=($!)
}

# Ends when time is up, or when the command has been silent for too long.
watch_time() {
    local end=$((SECONDS + TIMEOUT)) said
    while ((SECONDS < end)) && kill -0 $$ 2>/dev/null; do
        sleep 1
        if ((STALL > 0)) && [[ -e $WORK/shared/started ]]; then
            said=$(stat -c %Y "$WORK"/shared/{started,stdout,stderr} | sort -n | tail -n 1)
            ((EPOCHSECONDS - said < STALL)) || return 0
        fi
    done
}

wait_for_end() {
    local first=0 clock
    follow_output
    watch_time &
    clock=$!
    CHILDREN+=("${FOLLOWERS[@]}" "$clock")
    wait -n -p first "$QEMU" "$clock" "${FOLLOWERS[@]}" || true
    [[ $first != "$clock" ]] || timed_out
    # A follower that ends before QEMU lost its reader, as in "bench/vm/run … | head".
    kill -0 "$QEMU" 2>/dev/null && exit "$EXIT_PIPE"
    wait "${FOLLOWERS[@]}" || true
}

timed_out() {
    local used begin=$SECONDS state
    local why="no end within $TIMEOUT s"
    ((SECONDS >= TIMEOUT)) || why="nothing printed for $STALL s"
    used=$(cpu_ticks)
    state=$(ask_monitor 'info registers -a' | grep -o '^CPU#.*\|RIP=[0-9a-f]*\|HLT=.' | tr '\r\n' '  ')
    sleep 1
    used=$((($(cpu_ticks) - used) * 100 / $(getconf CLK_TCK) / (SECONDS - begin > 0 ? SECONDS - begin : 1)))
    { kill -KILL "$QEMU" && wait "${FOLLOWERS[@]}"; } 2>/dev/null || true
    report "time is up: $why; QEMU used $used % of a CPU; ${state:-its monitor does not answer}"
    exit "$EXIT_TIMEOUT"
}

# What QEMU has used of this machine's CPUs so far: user and system.
cpu_ticks() {
    local -a stat
    read -r -a stat <"/proc/$QEMU/stat"
    echo $((stat[13] + stat[14]))
}

# Whether a guest that stands still computes, waits for an interrupt, or is not run at all, only QEMU knows.
ask_monitor() {
    # shellcheck disable=SC2016 # the inner shell expands them
    timeout 2 sh -c 'printf "%s\n" "$2" >"$1.in"' sh "$WORK/monitor" "$1" || return 0
    timeout 2 cat "$WORK/monitor.out" || true
}

# ---------------------------------------------------------------- the end

broken() {
    report "$1"
    exit "$EXIT_BROKEN"
}

# One line that says what happened, then where to look.
report() {
    FAILED=yes
    say "$1"
    if [[ -s $WORK/qemu.log ]]; then sed "s/^/$SAYS: qemu: /" "$WORK/qemu.log" >&2; fi
    say "console log: $LOG"
    tail -n 15 -- "$LOG" | tr -d '\r' | sed 's/^/    | /' >&2
}

# The command has left no status.
explain_end() {
    if grep -q 'Kernel panic' "$LOG"; then
        broken "the guest kernel panicked: $(grep -m 1 'Kernel panic' "$LOG" | sed 's/.*syncing: //' | tr -d '\r')"
    elif [[ -e $WORK/shared/started ]]; then
        broken "the VM ended before the command did"
    else
        broken "the VM did not boot"
    fi
}

# shellcheck disable=SC2317 # called by a trap
end() {
    trap '' HUP INT TERM
    exec 2>/dev/null # bash would tell of every process that is killed here
    local pid
    for pid in "${CHILDREN[@]}"; do
        kill -KILL "$pid" || true
    done
    wait || true
    if declare -F clean_up >/dev/null; then clean_up; fi
    rm -rf -- "$WORK"
    [[ $FAILED == yes || -n $CONSOLE_LOG ]] || rm -f -- "$LOG"
    exit "$1"
}
