#!/bin/busybox sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The first process of the kernel that kexec starts after the crash: copies /proc/vmcore, as it is,
# to the disk. The disk's file on the build machine is cut to the size told here.
/bin/busybox mkdir -p /bin /proc /sys /dev
/bin/busybox --install -s /bin
export PATH=/bin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev
exec </dev/console >/dev/console 2>&1
. /guest.conf
dmesg -n 1
for module in $MODULES; do
	insmod "/modules/$module.ko" || echo "@@FAIL insmod $module in the capture kernel"
done
sleep 1
size=$(stat -c %s /proc/vmcore)
if dd if=/proc/vmcore of=/dev/vda bs=1M conv=fsync; then
	echo "@@VMCORE $size"
else
	echo "@@FAIL copying /proc/vmcore"
fi
poweroff -f
