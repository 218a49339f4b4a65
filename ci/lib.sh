# shellcheck shell=bash
# What the scripts of ci/ share: places, progress lines, the table of hosts. Sourced, not run.

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/inquest
mkdir -p "$cache"
# Third-party code is compiled once, whichever build folder or clone asks for it.
export CCACHE_DIR=$cache/ccache CCACHE_NOHASHDIR=1 CCACHE_MAXSIZE=3G

say() { printf '[%4ds] %s\n' "$SECONDS" "$*"; }
die() { printf '%s: %s\n' "${0##*/}" "$*" >&2; exit 1; }

all_hosts='x86_64 arm64 arm x86 ppc64le s390x riscv64 mips64el mipsel mips'

# host -> gnu-triplet musl-target meson-family meson-cpu endian qemu extra-cflag extra-link-arg
hostinfo() {
	case $1 in
	x86_64)   echo x86_64-linux-gnu x86_64-linux-musl x86_64 x86_64 little x86_64 - - ;;
	arm64)    echo aarch64-linux-gnu aarch64-linux-musl aarch64 aarch64 little aarch64 - - ;;
	arm)      echo arm-linux-gnueabihf arm-linux-musleabihf arm armv7hl little arm - - ;;
	x86)      echo i686-linux-gnu i386-linux-musl x86 i686 little i386 - - ;;
	ppc64le)  echo powerpc64le-linux-gnu powerpc64le-linux-musl ppc64 ppc64le little ppc64le -mlong-double-64 - ;;
	s390x)    echo s390x-linux-gnu s390x-linux-musl s390x s390x big s390x - - ;;
	riscv64)  echo riscv64-linux-gnu riscv64-linux-musl riscv64 riscv64 little riscv64 - - ;;
	mips64el) echo mips64el-linux-gnuabi64 mips64el-linux-musl mips64 mips64r2 little mips64el - - ;;
	mipsel)   echo mipsel-linux-gnu mipsel-linux-musl mips mips32r2 little mipsel - -latomic ;;
	mips)     echo mips-linux-gnu mips-linux-musl mips mips32r2 big mips - -latomic ;;
	*) return 1 ;;
	esac
}

# Our name of the machine that builds.
build_host() {
	case $(uname -m) in
	aarch64) echo arm64 ;;
	armv7l | armv8l) echo arm ;;
	i?86) echo x86 ;;
	mips64) echo mips64el ;;
	*) uname -m ;;
	esac
}

# configure FOLDER MESON-OPTION...: a build folder with exactly these options, made anew when they, a cross file or the
# list of targets change (meson keeps a subproject's options, here capstone's, as they were first).
configure() {
	local b=$1 key a; shift
	key=$( (echo "$@"; sed -n '/^all_targets/,/^}/p' "$top/meson.build"; for a; do [ ! -f "$a" ] || cat "$a"; done; meson --version) | sha256sum)
	if [ -e "$b/build.ninja" ] && [ "$(cat "$b/.configured" 2>/dev/null)" = "$key" ]; then return; fi
	rm -rf "$b"
	meson setup "$b" "$top" "$@" >"$b.log" 2>&1 || { tail -30 "$b.log" >&2; rm -f "$b.log"; die "meson setup ${b##*/} failed"; }
	mv "$b.log" "$b/configure.log"
	echo "$key" >"$b/.configured"
}

# compile FOLDER: quiet unless it fails.
compile() {
	say "compiling in ${1##*/}"
	ninja -C "$1" -j2 >"$1/compile.log" 2>&1 || { grep -v '^\[' "$1/compile.log" | tail -40 >&2; die "the build in ${1##*/} failed"; }
}
