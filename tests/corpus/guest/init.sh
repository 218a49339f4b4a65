#!/bin/busybox sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The first process of a guest: makes a known state, tells it on the console, then dies as the
# scenario says. /guest.conf (written by the generator) sets MODULES, SCENARIO, TEST_MODULE, KDUMP,
# CONSOLE and SPIN.
/bin/busybox mkdir -p /bin /sbin /proc /sys /dev /mnt /tmp
/bin/busybox --install -s /bin
export PATH=/bin:/sbin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev
exec </dev/console >/dev/console 2>&1

fail() {
	echo "@@FAIL $*"
	sleep 1000
}

. /guest.conf
dmesg -n 1
hostname inquest-guest

for module in $MODULES; do
	insmod "/modules/$module.ko" || fail "insmod $module"
done
[ -z "$TEST_MODULE" ] || insmod /modules/inquest_test.ko || fail "insmod inquest_test"

mkdir -p /mnt/scratch /mnt/second /sys/kernel/debug
mount -t tmpfs -o size=16m,mode=755 scratch /mnt/scratch || fail "tmpfs"
mount -t tmpfs -o ro,size=1m "second fs" /mnt/second
mount -t debugfs debugfs /sys/kernel/debug 2>/dev/null
ifconfig lo 127.0.0.1 up
ifconfig dummy0 192.0.2.1 netmask 255.255.255.0 up

# As if started by a user: an environment and arguments that a dump can be asked for.
start() {
	out=$1
	shift
	env -i INQUEST=truth "SECOND=two words" "$@" </dev/null >"$out" 2>&1 &
	started=$!
}

await() {
	tries=0
	while ! grep -q "^@@READY\|^@@FAIL" "$1"; do
		tries=$((tries + 1))
		[ $tries -lt 60 ] || fail "$1 says nothing"
		sleep 1
	done
	! grep -q "^@@FAIL" "$1" || fail "$(cat "$1")"
}

start /tmp/helper.out /bin/inq-helper state "an argument" --last
HELPER=$started
await /tmp/helper.out
sleep 100000 &

if [ -n "$KDUMP" ]; then
	kexec -p /boot/vmlinuz --initrd=/boot/capture.cpio \
		--append="console=$CONSOLE nr_cpus=1 reset_devices irqpoll panic=5" || fail "kexec"
	[ "$(cat /sys/kernel/kexec_crash_loaded)" = 1 ] || fail "no capture kernel is loaded"
fi

case $SCENARIO in
sysrq) file=/proc/sysrq-trigger word=c ;;
oops | irq | overflow) file=/dev/inquest_test word=$SCENARIO ;;
mutex)
	file=/proc/sysrq-trigger word=c
	for word in left right wait; do
		start /tmp/$word.out "/bin/inq-$word" write /dev/inquest_test $word
	done
	word=c
	;;
live) file= ;;
*) fail "unknown scenario '$SCENARIO'" ;;
esac
echo 1 >/proc/sys/kernel/panic_on_oops
echo 1 >/proc/sys/kernel/sysrq
if [ -n "$file" ]; then
	start /tmp/trigger.out /bin/inq-trigger trigger $file $word
	TRIGGER=$started
	await /tmp/trigger.out
fi
if [ -n "$SPIN" ]; then
	start /tmp/spin.out /bin/inq-spin spin 1
fi
sleep 2
[ -n "$(cat /proc/2/stack)" ] || echo t >/proc/sysrq-trigger

. /report.sh
if [ "$SCENARIO" = live ]; then
	. /live.sh
	poweroff -f
fi
kill -USR1 "$TRIGGER"
# No new process from here on: the list of tasks has been told.
wait
