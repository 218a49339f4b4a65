# SPDX-License-Identifier: GPL-2.0-or-later
"""What differs between architectures, in one table. A new architecture is a new row."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Arch:
    """Facts about a guest's architecture, by its Debian name."""
    name: str
    qemu: str               # program that emulates it
    machine: str            # -M
    cpu: str                # -cpu where the recipe does not say
    console: str            # the kernel's console on the first serial line
    image: str              # kernel image inside the package, {release} filled in
    compiler: str           # makes the static helper and the module
    kbuild: str             # the kernel's own name of the architecture (ARCH=)
    kvm: str                # machine (uname -m) whose /dev/kvm can run it
    panic: str              # how the dump is taken: "stop" after the panic was seen on the console
    kexec: tuple            # packages that make up kexec in the guest
    disk_modules: tuple     # modules, in order, that make a virtio disk appear
    loader: str             # folder that the program interpreter of kexec names


ARCHES = {
    "amd64": Arch(
        name="amd64", qemu="qemu-system-x86_64", machine="q35", cpu="max", console="ttyS0",
        image="boot/vmlinuz-{release}", compiler="x86_64-linux-gnu-gcc", kbuild="x86", kvm="x86_64",
        panic="stop",
        kexec=("kexec-tools", "libc6", "libxenmisc4.17", "libxencall1", "libxendevicemodel1",
               "libxenevtchn1", "libxenforeignmemory1", "libxengnttab1", "libxentoollog1",
               "libxentoolcore1"),
        disk_modules=("virtio", "virtio_ring", "virtio_pci_modern_dev", "virtio_pci_legacy_dev",
                      "virtio_pci", "virtio_blk"),
        loader="lib64"),
}
