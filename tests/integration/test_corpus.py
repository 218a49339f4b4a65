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

    def test_only_the_first_kernel(self):
        """The capture kernel's own words are not the dead one's."""
        told = panic.parse(REPORT + "[   20.0] Kernel panic - not syncing: first\n[   20.0] Call Trace:\n[   20.0]  panic+0x1/0x2\n"
                           "[    0.000000] Linux version 6.1\n[    1.0]  other+0x1/0x2\n")
        self.assertEqual(names(told["frames"]), ["panic"])
        self.assertIsNone(panic.parse("no report"))


if __name__ == "__main__":
    unittest.main()
