# SPDX-License-Identifier: GPL-2.0-or-later
"""What gdb and inquest are asked about every kernel: layouts of structures, and values of every kind."""

# Of headers: one definition each in every kernel that has them.
STRUCTS = """
task_struct thread_info mm_struct vm_area_struct file inode dentry super_block vfsmount mount path qstr address_space
page zone pglist_data per_cpu_pages free_area kmem_cache list_head hlist_head hlist_node hlist_bl_head hlist_bl_node
rb_node rb_root rb_root_cached xarray radix_tree_node maple_tree maple_node
spinlock raw_spinlock mutex rw_semaphore semaphore rt_mutex_base completion wait_queue_head wait_queue_entry
swait_queue_head seqcount lockref kref kobject kset kobj_type attribute attribute_group bin_attribute
module module_kobject module_attribute kernel_param kernel_param_ops module_layout
cred user_struct user_namespace pid pid_namespace upid nsproxy uts_namespace ipc_namespace mnt_namespace net
new_utsname group_info key signal_struct sighand_struct sigpending sigqueue k_sigaction sigaction
fs_struct files_struct fdtable file_operations inode_operations dentry_operations super_operations
address_space_operations vm_operations_struct file_system_type file_lock fown_struct file_ra_state iattr kstat
kiocb iov_iter iovec kvec bio bio_vec bvec_iter block_device gendisk request_queue request block_device_operations
buffer_head writeback_control backing_dev_info bdi_writeback
sched_entity sched_rt_entity sched_dl_entity sched_avg load_weight cfs_rq rt_rq dl_rq rq sched_class sched_domain
root_domain task_group cpumask cpuidle_device cpuidle_driver cpuidle_state
timer_list hrtimer hrtimer_clock_base hrtimer_cpu_base timespec64 timekeeper tk_read_base clocksource
clock_event_device tick_device tick_sched
work_struct delayed_work workqueue_struct pool_workqueue worker worker_pool execute_work rcu_work
irq_desc irq_data irq_common_data irq_chip irqaction irq_domain irq_affinity_notify softirq_action tasklet_struct
device device_driver bus_type class device_type device_node fwnode_handle dev_pm_ops dev_pm_info property
platform_device platform_driver resource resource_entry cdev
sk_buff sk_buff_head sock socket proto proto_ops net_device net_device_ops net_device_stats napi_struct netdev_queue
packet_type dst_entry dst_ops neighbour neigh_table in_device in_ifaddr inet_sock tcp_sock udp_sock inet_connection_sock
request_sock fib_info flowi4 sockaddr sockaddr_in iphdr tcphdr udphdr ethhdr nlattr nlmsghdr rtnl_link_ops
tty_struct tty_driver tty_port tty_operations tty_ldisc tty_ldisc_ops ktermios winsize console uart_port
uart_driver uart_ops input_dev input_handler input_handle input_event
notifier_block srcu_struct rcu_head callback_head rcu_data rcu_node rcu_state static_key jump_entry
percpu_counter percpu_ref llist_head llist_node plist_head plist_node idr ida
seq_file seq_operations proc_dir_entry ctl_table ctl_table_header kernfs_node kernfs_root kernfs_ops
trace_event_call trace_event_class tracepoint ftrace_event_field perf_event perf_event_attr perf_event_context
pmu bpf_prog bpf_prog_aux bpf_map bpf_verifier_ops cgroup cgroup_subsys cgroup_subsys_state css_set cgroup_root
mem_cgroup shrinker shrink_control vm_struct vmap_area anon_vma anon_vma_chain mempolicy lruvec
swap_info_struct swap_extent mmu_notifier mmu_gather oom_control task_rss_stat linux_binprm linux_binfmt
posix_acl posix_acl_entry xattr_handler crypto_alg crypto_tfm shash_desc scatterlist sg_table
dma_map_ops dma_pool pci_dev pci_bus pci_driver pci_ops usb_device usb_driver i2c_client i2c_adapter
regmap clk_hw thermal_zone_device power_supply rtc_device gpio_chip gpio_desc
msg_msg msg_queue shmid_kernel sem_array kern_ipc_perm io_context elevator_queue blk_mq_hw_ctx blk_mq_tag_set
audit_context audit_buffer seccomp restart_block task_cputime rlimit taskstats task_io_accounting
stack_trace printk_log printk_ringbuffer prb_desc prb_desc_ring printk_info kmsg_dumper
""".split()

# One expression of each line, as both understand it. "{percpu:NAME}" is CPU 0's copy of a per-CPU variable.
VALUES = """
init_task
init_task.comm
init_task.prio
init_task.flags
init_task.stack
init_task.tasks
&init_task.tasks
init_task.tasks.next
init_task.sched_class
*init_task.sched_class
init_task.sched_class->enqueue_task
init_task.in_execve
init_task.sched_reset_on_fork
init_task.cpus_mask
init_task.rcu_node_entry
init_task.alloc_lock
init_task.real_parent->comm
init_task.signal->rlim
init_task.signal->rlim[3]
*init_task.nsproxy
*init_task.fs
init_task.fs->root
*init_task.files
init_task.thread
&init_task
init_task.cred->uid
*init_task.cred
init_mm.mm_count
init_mm.pgd
init_mm
init_cred
init_uts_ns
init_uts_ns.name.release
init_pid_ns
init_user_ns.uid_map
init_ipc_ns.ids
init_groups
init_groups.gid
&init_groups.gid
init_net.ns
init_fs
init_files.fdtab
linux_banner
linux_proc_banner
saved_command_line
system_state
nr_cpu_ids
panic_timeout
jiffies_64
jiffies
modules
tty_fops
def_blk_fops
proc_root
iomem_resource
*iomem_resource.child
rcu_state.name
rcu_state.gp_state
files_stat
contig_page_data.node_zones[0].name
console_drivers
chrdevs
swapper_spaces
vfs_write
&vfs_write
*vfs_write
{percpu:runqueues}.nr_running
{percpu:runqueues}.curr->comm
{percpu:runqueues}.rt.active.bitmap
{percpu:runqueues}.cfs
{percpu:cpu_hw_events}
{percpu:vm_event_states}
{percpu:hrtimer_bases}.clock_base[1]
/x init_task.comm
/x init_task.prio
/d init_task.flags
/t init_task.policy
/o init_task.normal_prio
/c init_task.comm
/u init_task.normal_prio
/z init_task.static_prio
/a init_task.sched_class
/x init_task.cpus_mask
/s init_task.comm
/d init_task.sched_class
/x *init_task.nsproxy
/x system_state
init_task.comm[0]@4
init_task.prio@3
*init_task.signal->rlim@2
{int}&init_task.prio
(short)65535 + 1
(char)65
(unsigned char)200
-1 < 1u
-7 / 2
-7 % 3
1 << 5 | 3
5 > 3 && 2 != 2
~0ul
!init_task.prio
sizeof(struct list_head)
sizeof(init_task)
sizeof(int [3])
&((struct list_head *)0)->prev
(struct list_head *)&init_task.tasks
((struct list_head *)&init_task.tasks)->prev == init_task.tasks.prev
*(unsigned long *)&init_task.tasks
(char *)&init_task.tasks - (char *)&init_task
&init_task.signal->rlim[2] - &init_task.signal->rlim[0]
(unsigned long)&init_task & 0xff
SYSTEM_RUNNING
PIDTYPE_PID + 1
(enum system_states)2
(enum pid_type)77
'A'
'\\n' + 0
"abc"
sizeof("abc")
1 ? 2 : 3
(unsigned long)-1
0x7fffffff + 1
4294967295
1u - 2
""".strip().splitlines()
