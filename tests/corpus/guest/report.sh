# SPDX-License-Identifier: GPL-2.0-or-later
# The guest's own account, between markers: "@@BEGIN name" ... "@@END name". Sourced by init.sh.
# The list of tasks comes last and starts no process, so that it holds at the moment of the crash.

section() {
	name=$1
	shift
	echo "@@BEGIN $name"
	"$@" 2>/dev/null
	echo "@@END $name"
}

facts() {
	echo "uname $(uname -a)"
	echo "release $(uname -r)"
	echo "nodename $(uname -n)"
	echo "machine $(uname -m)"
	echo "kernel_version $(uname -v)"
	echo "proc_version $(cat /proc/version)"
	echo "cmdline $(cat /proc/cmdline)"
	echo "cpus $(nproc)"
	echo "uptime $(cat /proc/uptime)"
	echo "loadavg $(cat /proc/loadavg)"
	echo "time $(date +%s)"
	echo "btime $(sed -n 's/^btime //p' /proc/stat)"
	echo "tainted $(cat /proc/sys/kernel/tainted)"
	echo "clock_ticks 100"
	echo "helper $HELPER"
	echo "trigger $TRIGGER"
}

environment() {
	tr '\0' '\n' </proc/$HELPER/environ
}

arguments() {
	tr '\0' '\n' </proc/$HELPER/cmdline
}

symbols() {
	grep -wE '_text|_stext|_etext|_edata|_end|_sinittext|init_task|init_uts_ns|vfs_write|linux_banner|jiffies_64|panic|schedule|runqueues|phys_base|page_offset_base|vmalloc_base|vmemmap_base|prb|__per_cpu_offset|crash_notes|node_data|fuse_init|virtqueue_add_sgs|do_syscall_64|modules|memstart_addr|kimage_voffset|vabits_actual|__pv_phys_pfn_offset|__pv_offset|kernel_map|high_memory|mem_map|pgtable_l5_enabled|max_pfn|highend_pfn|stext|ret_fast_syscall|vector_swi|ret_from_fork|ret_from_exception|entry_SYSENTER_32|cpu_switch_to|__switch_to|va_pa_offset|phys_ram_base|satp_mode|swapper_pg_dir|init_top_pgt|saved_command_line|inquest_[a-z_]*' /proc/kallsyms
}

# A kernel that does not tell sleeping tasks' stacks (arm) has told its log, by sysrq-t.
stacks() {
	for task in /proc/[0-9]*/task/[0-9]*; do
		echo "task ${task##*/}"
		cat $task/stack
	done
}

module_sections() {
	for part in /sys/module/*/sections/.text /sys/module/*/sections/.data /sys/module/*/sections/.bss; do
		echo "$part $(cat $part)"
	done
}

dmi() {
	for part in /sys/class/dmi/id/*; do
		[ ! -f $part ] || echo "${part##*/} $(cat $part)"
	done
}

status() {
	grep -E '^(Name|Umask|State|Tgid|Ngid|Pid|PPid|TracerPid|Uid|Gid|VmPeak|VmSize|VmRSS|RssAnon|RssFile|RssShmem|Threads|SigBlk|SigIgn|SigCgt|CapEff|Seccomp|Cpus_allowed_list|voluntary_ctxt_switches|nonvoluntary_ctxt_switches):' \
		/proc/[0-9]*/task/[0-9]*/status
}

tasks() {
	for task in /proc/[0-9]*/task/[0-9]*; do
		read -r line <$task/stat || continue
		group=${task#/proc/}
		echo "${group%%/*} $line"
	done
}

echo "@@REPORT-BEGIN"
section facts facts
section helper cat /tmp/helper.out
section helper_maps cat /proc/$HELPER/maps
section helper_smaps cat /proc/$HELPER/smaps
section helper_limits cat /proc/$HELPER/limits
section helper_environment environment
section helper_arguments arguments
section helper_files ls -l /proc/$HELPER/fd
section init_maps cat /proc/1/maps
section init_files ls -l /proc/1/fd
section modules cat /proc/modules
section module_sections module_sections
section mounts cat /proc/mounts
section mountinfo cat /proc/self/mountinfo
section symbols symbols
section meminfo cat /proc/meminfo
section vmstat cat /proc/vmstat
section buddyinfo cat /proc/buddyinfo
section slabinfo cat /proc/slabinfo
section swaps cat /proc/swaps
section iomem cat /proc/iomem
section ioports cat /proc/ioports
section interrupts cat /proc/interrupts
section softirqs cat /proc/softirqs
section vmallocinfo cat /proc/vmallocinfo
section cpuinfo cat /proc/cpuinfo
section partitions cat /proc/partitions
section devices cat /proc/devices
section misc cat /proc/misc
section interfaces ifconfig -a
section net_tcp cat /proc/net/tcp
section net_udp cat /proc/net/udp
section net_unix cat /proc/net/unix
section dmi dmi
section status status
section stacks stacks
section dmesg dmesg -r
section tasks tasks
echo "@@REPORT-END"
