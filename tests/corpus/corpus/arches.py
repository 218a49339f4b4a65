# SPDX-License-Identifier: GPL-2.0-or-later
"""What differs between architectures, in one table. A new architecture is a new row.

A row is not part of any guest's key as such: what it decides (QEMU's words, the initramfs, the kernel) is.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Arch:
    """Facts about a guest's architecture, by its Debian name."""
    name: str
    qemu: str                   # program that emulates it
    machine: str                # -M where the recipe does not say
    cpu: str                    # -cpu where the recipe does not say
    console: str                # the kernel's console on the first serial line
    image: str                  # kernel image inside the package, {release} filled in
    compiler: str               # makes the static helper and the module
    kbuild: str                 # the kernel's own name of the architecture (ARCH=)
    kvm: str = ""               # machine (uname -m) whose /dev/kvm can run it; "" where none was tried
    options: tuple = ()         # further words for QEMU
    append: str = ""            # further kernel parameters
    suite: str = "bookworm"     # of busybox and kexec: an old kernel needs no old busybox; "" where they are built here
    disk_modules: tuple = ()    # modules, in order, that make a virtio disk appear
    kexec: tuple = ()           # packages that make up kexec in the guest
    kexec_suite: str = ""       # of these packages, where it is not `suite`
    user: str = ""              # program that runs one program of the architecture: its own makedumpfile, that is
    makedumpfile: tuple = ()    # packages that it consists of
    debug_modules: bool = False # whether debug information of the kernel's own modules is wanted: costs minutes
    kexec_script: str = ""      # what starts it ("kexec.program") in the guest, where that alone is not enough
    kexec_program: str = ""     # the source below guest/ of a kexec of our own
    loader: str = "lib"         # folder that the program interpreter of kexec names


VIRTIO_PCI = ("virtio", "virtio_ring", "virtio_pci_modern_dev", "virtio_pci_legacy_dev", "virtio_pci", "virtio_blk")

# A makedumpfile reads no other architecture's dumps than its own.
MAKEDUMPFILE = ("makedumpfile", "libc6", "libdw1", "libelf1", "liblzo2-2", "zlib1g", "libbz2-1.0", "liblzma5")
# kexec is linked with these where Xen exists.
XEN = ("libxencall1", "libxendevicemodel1", "libxenevtchn1", "libxenforeignmemory1", "libxengnttab1", "libxentoollog1",
       "libxentoolcore1")

# On a busy machine an emulated timer is late, and the kernel would refuse to boot.
LATE_TIMER = "no_timer_check"

# kexec leaves out of the dump what iomem calls reserved on riscv64, the kernel's own early allocations among it: page
# structures, page tables, per-CPU areas. The firmware's, at the beginning, is out of the capture kernel's reach too.
ALL_MEMORY = '''sed '/80000000-/!{/Reserved/d}' /proc/iomem >/tmp/iomem
mount --bind /tmp/iomem /proc/iomem
kexec.program "$@"
status=$?
umount /proc/iomem
exit $status'''

ROWS = (
    Arch(name="amd64", qemu="qemu-system-x86_64", machine="q35", cpu="max", console="ttyS0",
         image="boot/vmlinuz-{release}", compiler="x86_64-linux-gnu-gcc", kbuild="x86", kvm="x86_64",
         kexec=("kexec-tools", "libc6", "libxenmisc4.17", *XEN),
         disk_modules=VIRTIO_PCI, debug_modules=True, loader="lib64", append=LATE_TIMER),
    # The pointer authentication of the architecture costs most of the time under emulation; QEMU's own hash does not.
    Arch(name="arm64", qemu="qemu-system-aarch64", machine="virt", cpu="max,pauth-impdef=on", console="ttyAMA0",
         image="boot/vmlinuz-{release}", compiler="aarch64-linux-gnu-gcc", kbuild="arm64",
         kexec=("kexec-tools", "libc6", "zlib1g", "libxenmisc4.20", *XEN), kexec_suite="trixie",
         disk_modules=VIRTIO_PCI[-1:]),
    Arch(name="armhf", qemu="qemu-system-arm", machine="virt", cpu="cortex-a15", console="ttyAMA0",
         image="boot/vmlinuz-{release}", compiler="arm-linux-gnueabihf-gcc", kbuild="arm",
         kexec=("kexec-tools", "libc6", "libxenmisc4.17", *XEN), disk_modules=VIRTIO_PCI[2:],
         # Without them the device tree lies where the kernel unpacks itself, and no machine is recognised.
         kexec_script='exec kexec.program --dtb=/sys/firmware/fdt --image-size=0x2000000 "$@"',
         user="qemu-arm-static", makedumpfile=MAKEDUMPFILE),
    # A 32-bit kernel finds the model that QEMU claims unfit for more than one processor, and is tainted by that.
    Arch(name="i386", qemu="qemu-system-i386", machine="q35", cpu="max,vendor=GenuineIntel", console="ttyS0",
         image="boot/vmlinuz-{release}", compiler="i686-linux-gnu-gcc", kbuild="x86", kvm="x86_64",
         kexec=("kexec-tools", "libc6"), disk_modules=VIRTIO_PCI, append=LATE_TIMER,
         user="qemu-i386-static", makedumpfile=MAKEDUMPFILE),
    # No distribution has it any more: the kernel and busybox are built from source packages.
    Arch(name="mips", qemu="qemu-system-mips", machine="malta", cpu="24Kf", console="ttyS0",
         image="boot/vmlinuz-{release}", compiler="mips-linux-gnu-gcc", kbuild="mips", suite="",
         kexec_program="kexec_mips"),
    Arch(name="mipsel", qemu="qemu-system-mipsel", machine="malta", cpu="24Kf", console="ttyS0",
         image="boot/vmlinuz-{release}", compiler="mipsel-linux-gnu-gcc", kbuild="mips"),
    Arch(name="mips64el", qemu="qemu-system-mips64el", machine="malta", cpu="5KEf", console="ttyS0",
         image="boot/vmlinuz-{release}", compiler="mips64el-linux-gnuabi64-gcc", kbuild="mips"),
    # It reports its panic to QEMU, which would end.
    Arch(name="ppc64el", qemu="qemu-system-ppc64", machine="pseries", cpu="power9", console="hvc0",
         image="boot/vmlinux-{release}", compiler="powerpc64le-linux-gnu-gcc", kbuild="powerpc",
         options=("-action", "panic=pause"), kexec=("kexec-tools", "libc6"), disk_modules=VIRTIO_PCI, loader="lib64",
         user="qemu-ppc64le-static", makedumpfile=MAKEDUMPFILE),
    # Debian 12 has no riscv64.
    Arch(name="riscv64", qemu="qemu-system-riscv64", machine="virt", cpu="rv64", console="ttyS0",
         image="boot/vmlinux-{release}", compiler="riscv64-linux-gnu-gcc", kbuild="riscv", suite="trixie",
         kexec=("kexec-tools", "libc6"), kexec_suite="sid", disk_modules=VIRTIO_PCI[-1:],
         kexec_script=ALL_MEMORY),
    Arch(name="s390x", qemu="qemu-system-s390x", machine="s390-ccw-virtio", cpu="max", console="ttysclp0",
         image="boot/vmlinuz-{release}", compiler="s390x-linux-gnu-gcc", kbuild="s390",
         options=("-action", "panic=pause")),
)
ARCHES = {row.name: row for row in ROWS}
