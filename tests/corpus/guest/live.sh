# SPDX-License-Identifier: GPL-2.0-or-later
# Runs inquest against this very kernel. Sourced by init.sh after the report, in the live guest.
# /live/COMMANDS has one inquest command per line; the disk holds vmlinux.

mkdir -p /disk
mount -t ext4 -o ro,noload /dev/vda /disk || fail "the disk with vmlinux"
number=0
while read -r command; do
	number=$((number + 1))
	/live/inquest -s -c "$command" /disk/vmlinux /proc/kcore </dev/null >/tmp/live.out 2>/tmp/live.err
	status=$?
	section "live.$number.command" echo "$command"
	section "live.$number.output" cat /tmp/live.out
	section "live.$number.errors" cat /tmp/live.err
	echo "@@LIVE $number $status"
done </live/COMMANDS
echo "@@LIVE-END"
