# SPDX-License-Identifier: GPL-2.0-or-later
"""The corpus generator's reading of consoles: each architecture's kernel prints its last words in its own way."""
import os
import sys
import unittest

from inquest import TOP

sys.path.insert(0, os.path.join(TOP, "tests/corpus"))
from corpus import panic  # noqa: E402

REPORT = "\n@@REPORT-END\n"


def words(text):
    """A console that holds only these last words."""
    return panic.parse(REPORT + "".join(f"[   20.281947] {line}\n" for line in text.strip("\n").split("\n")))


def names(frames):
    return [f["function"] for f in frames]


class LastWords(unittest.TestCase):
    def test_arm64_fault(self):
        told = words("""
CPU: 0 PID: 118 Comm: inq-trigger Tainted: G           OE      6.1.0-50-arm64 #1  Debian 6.1.176-1
pc : inquest_level_three+0x30/0x44 [inquest_test]
lr : inquest_level_three+0x28/0x44 [inquest_test]
sp : ffff80000839b880
x29: ffff80000839b880 x28: ffff00000814a080 x27: 0000000000000000
Call trace:
 inquest_level_three+0x30/0x44 [inquest_test]
 inquest_level_two+0x1c/0x28 [inquest_test]
 vfs_write+0xdc/0x3a0
 el0t_64_sync+0x18c/0x190
Code: 91000020 940000fc b0000000 f9420c00 (b9000013)
---[ end trace 0000000000000000 ]---
Kernel panic - not syncing: Oops: Fatal exception
Kernel Offset: 0x298d44800000 from 0xffff800008000000
---[ end Kernel panic - not syncing: Oops: Fatal exception ]---""")
        self.assertEqual(told["task"], {"cpu": 0, "pid": 118, "comm": "inq-trigger"})
        self.assertEqual((told["rip"]["function"], told["rip"]["offset"], told["rip"]["module"]),
                         ("inquest_level_three", 0x30, "inquest_test"))
        self.assertEqual(names(told["frames"]), ["inquest_level_two", "vfs_write", "el0t_64_sync"])
        self.assertEqual(told["registers"], {"sp": "0xffff80000839b880", "x29": "0xffff80000839b880",
                                             "x28": "0xffff00000814a080", "x27": "0x0"})
        self.assertNotIn("user_registers", told)
        self.assertEqual(told["kernel_offset"], "0x298d44800000")

    def test_arm_panic_and_the_other_cpu(self):
        told = words("""
Kernel panic - not syncing: sysrq triggered crash
CPU: 0 PID: 109 Comm: inq-trigger Not tainted 6.1.0-50-armmp-lpae #1  Debian 6.1.176-1
Hardware name: Generic DT based system
 unwind_backtrace from show_stack+0x18/0x1c
 show_stack from dump_stack_lvl+0x40/0x4c
 dump_stack_lvl from panic+0x110/0x370
 panic from sysrq_reset_seq_param_set+0x0/0x90
CPU1: stopping
CPU: 1 PID: 0 Comm: swapper/1 Not tainted 6.1.0-50-armmp-lpae #1  Debian 6.1.176-1
 unwind_backtrace from show_stack+0x18/0x1c
Exception stack(0xe087df68 to 0xe087dfb0)
df80: c21c4200 c160af0c 00000000 414fc0f0 00000000 00000000 1d628000 e087dfb8
---[ end Kernel panic - not syncing: sysrq triggered crash ]---""")
        self.assertIsNone(told["rip"])
        self.assertEqual(told["task"]["pid"], 109)
        self.assertEqual(names(told["frames"]), ["show_stack", "dump_stack_lvl", "panic", "sysrq_reset_seq_param_set"])
        self.assertNotIn("user_registers", told)

    def test_arm_fault(self):
        told = words("""
Internal error: Oops: a07 [#1] SMP ARM
CPU: 0 PID: 113 Comm: inq-trigger Tainted: G           OE      6.1.0-50-armmp-lpae #1  Debian 6.1.176-1
PC is at inquest_level_three+0x28/0x30 [inquest_test]
LR is at inquest_level_three+0x1c/0x30 [inquest_test]
pc : [<bf0454e8>]    lr : [<bf0454dc>]    psr: 600f0013
Stack: (0xe0949e98 to 0xe094a000)
9e80:                                                       e0949edc bf045504
 inquest_level_three [inquest_test] from inquest_level_two+0x14/0x18 [inquest_test]
 ksys_write from ret_fast_syscall+0x0/0x1c
Exception stack(0xe0949fa8 to 0xe0949ff0)
9fa0:                   00000064 bed13fc7 00000004 bed13fc7 00000004 00000001
---[ end trace 0000000000000000 ]---""")
        self.assertEqual(told["message"], "Internal error: Oops: a07 [#1] SMP ARM")
        self.assertEqual(told["rip"]["function"], "inquest_level_three")
        self.assertEqual(names(told["frames"]), ["inquest_level_two", "ret_fast_syscall"])
        self.assertEqual(told["registers"], {"pc": "0xbf0454e8", "lr": "0xbf0454dc", "psr": "0x600f0013"})

    def test_i386_fault(self):
        told = words("""
BUG: kernel NULL pointer dereference, address: 00000000
CPU: 0 PID: 119 Comm: inq-trigger Tainted: G           OE      6.1.0-50-686-pae #1  Debian 6.1.176-1
EIP: inquest_level_three+0x1a/0x22 [inquest_test]
EAX: 00000000 EBX: 00000009 ECX: c194bcb0 EDX: dcce14ac
DS: 007b ES: 007b FS: 00d8 GS: 0033 SS: 0068 EFLAGS: 00000286
Call Trace:
 inquest_level_two+0xe/0x10 [inquest_test]
 ? __check_object_size+0x4e/0x1d0
 entry_SYSENTER_32+0x98/0xfb
EIP: 0xb7f67559
EAX: ffffffda EBX: 00000004 ECX: bfb08fc7 EDX: 00000004
Modules linked in: inquest_test(OE) fuse dummy loop qemu_fw_cfg
---[ end trace 0000000000000000 ]---
EIP: inquest_level_three+0x1a/0x22 [inquest_test]
EAX: 00000000 EBX: 00000009 ECX: c194bcb0 EDX: dcce14ac""")
        self.assertEqual(names(told["frames"]), ["inquest_level_two", "__check_object_size", "entry_SYSENTER_32"])
        self.assertEqual([f["certain"] for f in told["frames"]], [True, False, True])
        self.assertEqual(told["registers"]["EFLAGS"], "0x286")
        self.assertEqual(told["user_registers"], {"EAX": "0xffffffda", "EBX": "0x4", "ECX": "0xbfb08fc7", "EDX": "0x4"})

    def test_riscv_fault_without_a_head(self):
        told = words("""
Oops [#1]
CPU: 0 UID: 0 PID: 169 Comm: inq-trigger Tainted: G           OE      6.12.107+deb13-riscv64 #1  Debian 6.12.107-1
epc : inquest_level_three+0x2c/0x38 [inquest_test]
 ra : inquest_level_three+0x24/0x38 [inquest_test]
epc : ffffffff01eea4e8 ra : ffffffff01eea4e0 sp : ff20000000223a50
[<ffffffff01eea4e8>] inquest_level_three+0x2c/0x38 [inquest_test]
[<ffffffff01eea50e>] inquest_level_two+0x1a/0x22 [inquest_test]
[<ffffffff80a76776>] handle_exception+0x14a/0x156
---[ end trace 0000000000000000 ]---""")
        self.assertEqual(told["message"], "Oops [#1]")
        self.assertEqual((told["rip"]["function"], told["rip"]["offset"]), ("inquest_level_three", 0x2c))
        self.assertEqual(names(told["frames"]), ["inquest_level_two", "handle_exception"])
        self.assertEqual(told["registers"]["sp"], "0xff20000000223a50")

    def test_mips_fault(self):
        told = words("""
Oops[#1]:
CPU: 0 PID: 106 Comm: inq-trigger Tainted: G           OE      6.1.0-50-4kc-malta #1  Debian 6.1.176-1
$ 0   : 00000000 816fb3b4 00000000 26f3549b
$24   : 00000000 0041a4f0                  
$28   : 835e4000 835e5da8 7fb85df0 c00a57cc
Hi    : 001ee137
epc   : c00a57d4 inquest_level_three+0x44/0x58 [inquest_test]
ra    : c00a57cc inquest_level_three+0x3c/0x58 [inquest_test]
Cause : 1080000c (ExcCode 03)
Process inq-trigger (pid: 106, threadinfo=3f9946bc, task=ebcc44ce, tls=022b34e0)
Stack : ffffff9c c00a5c65 00000000 835e5f00 8203a92c c00a5818 00000000 00000000
        00000041 00000001 00005405 c00a5854 00000000 00000000 9d36851e 0000000c
Call Trace:
[<c00a57d4>] inquest_level_three+0x44/0x58 [inquest_test]
[<c00a5818>] inquest_level_two+0x30/0x3c [inquest_test]
[<8165ad4c>] syscall_common+0x34/0x58

Code: 24845c30  3c02c00a  8c42608c <ac500000> 8fbf0014  8fb00010  03e00008  27bd0018  27bdffe8 
---[ end trace 0000000000000000 ]---""")
        self.assertEqual(told["message"], "Oops[#1]:")
        self.assertEqual((told["rip"]["function"], told["rip"]["offset"]), ("inquest_level_three", 0x44))
        self.assertEqual(names(told["frames"]), ["inquest_level_two", "syscall_common"])
        self.assertEqual(told["registers"], {
            "r0": "0x0", "r1": "0x816fb3b4", "r2": "0x0", "r3": "0x26f3549b", "r24": "0x0", "r25": "0x41a4f0",
            "r28": "0x835e4000", "r29": "0x835e5da8", "r30": "0x7fb85df0", "r31": "0xc00a57cc", "Hi": "0x1ee137",
            "epc": "0xc00a57d4", "ra": "0xc00a57cc", "Cause": "0x1080000c"})

    def test_ppc64_fault(self):
        told = words("""
Oops: Kernel access of bad area, sig: 11 [#1]
CPU: 0 PID: 114 Comm: inq-trigger Tainted: G           OE      6.1.0-50-powerpc64le #1  Debian 6.1.176-1
NIP:  c008000000560f40 LR: c008000000560f30 CTR: 0000000000000000
MSR:  8000000000009033 <SF,EE,ME,IR,DR,RI,LE>  CR: 24000222  XER: 2004011e
GPR00: c008000000560f30 c000000004fb7a60 c008000000588000 000000000000002c 
GPR28: c000000004fb7ca0 c000000003a37d00 0000000000000b98 0000000000000009 
NIP [c008000000560f40] inquest_level_three+0x40/0x60 [inquest_test]
LR [c008000000560f30] inquest_level_three+0x30/0x60 [inquest_test]
Call Trace:
[c000000004fb7a60] [c008000000560f30] inquest_level_three+0x30/0x60 [inquest_test] (unreliable)
[c000000004fb7ad0] [c008000000560f88] inquest_level_two+0x28/0x40 [inquest_test]
[c000000004fb7e10] [c00000000000c0f0] system_call_vectored_common+0xf0/0x280
--- interrupt: 3000 at 0x100351a0
NIP:  00000000100351a0 LR: 00000000100351a0 CTR: 0000000000000000
GPR00: 0000000000000004 00007fffc61c1390 0000000010107b00 0000000000000004 
NIP [00000000100351a0] 0x100351a0
--- interrupt: 3000""")
        self.assertEqual((told["rip"]["function"], told["rip"]["offset"]), ("inquest_level_three", 0x40))
        self.assertEqual(names(told["frames"]), ["inquest_level_three", "inquest_level_two", "system_call_vectored_common"])
        self.assertEqual([f["certain"] for f in told["frames"]], [False, True, True])
        self.assertEqual(told["registers"], {
            "NIP": "0xc008000000560f40", "LR": "0xc008000000560f30", "CTR": "0x0", "MSR": "0x8000000000009033",
            "CR": "0x24000222", "XER": "0x2004011e", "r0": "0xc008000000560f30", "r1": "0xc000000004fb7a60",
            "r2": "0xc008000000588000", "r3": "0x2c", "r28": "0xc000000004fb7ca0", "r29": "0xc000000003a37d00",
            "r30": "0xb98", "r31": "0x9"})
        self.assertEqual(told["user_registers"], {
            "NIP": "0x100351a0", "LR": "0x100351a0", "CTR": "0x0", "r0": "0x4", "r1": "0x7fffc61c1390",
            "r2": "0x10107b00", "r3": "0x4"})

    def test_s390_fault(self):
        told = words("""
Oops: 0004 ilc:2 [#1] SMP 
CPU: 0 PID: 113 Comm: inq-trigger Tainted: G           OE      6.1.0-50-s390x #1  Debian 6.1.176-1
Krnl PSW : 0704c00180000000 000003ff7fd53a00 (inquest_level_three+0x38/0x50 [inquest_test])
           R:0 T:1 IO:1 EX:1 Key:0 M:1 W:0 P:0 AS:3 CC:0 PM:0 RI:0 EA:3
Krnl GPRS: 0000000000057fa8 0000000000000000 000000000000002c 0000000000e63e38
           000003ff7fd539f4 0000037ffff73710 000003ff7fd53830 000003ffd6f7afc3
Krnl Code: 000003ff7fd539ee: c0e5fffffc1a	brasl	%r14,000003ff7fd53222
          >000003ff7fd53a00: 50b01000		st	%r11,0(%r1)
Call Trace:
 [<000003ff7fd53a00>] inquest_level_three+0x38/0x50 [inquest_test] 
([<000003ff7fd539f4>] inquest_level_three+0x2c/0x50 [inquest_test])
 [<000003ff7fd53a42>] inquest_level_two+0x2a/0x38 [inquest_test] 
 [<0000000000a31a12>] system_call+0x82/0xb0 
Last Breaking-Event-Address:
 [<0000000000a189d2>] _printk+0x52/0x58
Kernel panic - not syncing: Fatal exception: panic_on_oops""")
        self.assertEqual((told["rip"]["function"], told["rip"]["offset"]), ("inquest_level_three", 0x38))
        self.assertEqual(names(told["frames"]), ["inquest_level_three", "inquest_level_two", "system_call"])
        self.assertEqual([f["certain"] for f in told["frames"]], [False, True, True])
        self.assertEqual(told["registers"], {
            "psw_mask": "0x704c00180000000", "psw_addr": "0x3ff7fd53a00", "r0": "0x57fa8", "r1": "0x0", "r2": "0x2c",
            "r3": "0xe63e38", "r4": "0x3ff7fd539f4", "r5": "0x37ffff73710", "r6": "0x3ff7fd53830",
            "r7": "0x3ffd6f7afc3"})

    def test_only_the_first_kernel(self):
        """The capture kernel's own words are not the dead one's."""
        told = panic.parse(REPORT + "[   20.0] Kernel panic - not syncing: first\n[   20.0] Call Trace:\n[   20.0]  panic+0x1/0x2\n"
                           "[    0.000000] Linux version 6.1\n[    1.0]  other+0x1/0x2\n")
        self.assertEqual(names(told["frames"]), ["panic"])
        self.assertIsNone(panic.parse("no report"))


if __name__ == "__main__":
    unittest.main()
