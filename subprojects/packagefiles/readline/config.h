/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * readline's configuration for Linux, with musl or glibc; what is left out here is meant to be. Without
 * HAVE_SETLOCALE readline goes by the environment and leaves setlocale() to its caller: with it, 8.2 copies what
 * setlocale() gives without looking whether that is NULL, as it is for a locale that the machine does not have.
 * Without HAVE_GETPW* no user database is linked in: ~ is HOME, and ~user is left as it is.
 * The program has functions of its own of these three names.
 */
#define xmalloc rl_xmalloc
#define xrealloc rl_xrealloc
#define xfree rl_xfree

#define _GNU_SOURCE 1
#define _FILE_OFFSET_BITS 64
#define PROTOTYPES 1
#define __PROTOTYPES 1

#define HAVE_FCNTL 1
#define HAVE_GETTIMEOFDAY 1
#define HAVE_ISASCII 1
#define HAVE_ISWCTYPE 1
#define HAVE_ISWLOWER 1
#define HAVE_ISWUPPER 1
#define HAVE_ISXDIGIT 1
#define HAVE_KILL 1
#define HAVE_LSTAT 1
#define HAVE_MBRLEN 1
#define HAVE_MBRTOWC 1
#define HAVE_MBSRTOWCS 1
#define HAVE_MEMMOVE 1
#define HAVE_PSELECT 1
#define HAVE_PUTENV 1
#define HAVE_READLINK 1
#define HAVE_SELECT 1
#define HAVE_SETENV 1
#define HAVE_SETITIMER 1
#define HAVE_STRCASECMP 1
#define HAVE_STRPBRK 1
#define HAVE_SYSCONF 1
#define HAVE_TCGETATTR 1
#define HAVE_TOWLOWER 1
#define HAVE_TOWUPPER 1
#define HAVE_VSNPRINTF 1
#define HAVE_WCRTOMB 1
#define HAVE_WCTYPE 1
#define HAVE_WCWIDTH 1

#define HAVE_DIRENT_H 1
#define HAVE_FCNTL_H 1
#define HAVE_LANGINFO_H 1
#define HAVE_LIMITS_H 1
#define HAVE_LOCALE_H 1
#define HAVE_MEMORY_H 1
#define HAVE_PWD_H 1
#define HAVE_STDARG_H 1
#define HAVE_STDBOOL_H 1
#define HAVE_STDLIB_H 1
#define HAVE_STRING_H 1
#define HAVE_STRINGS_H 1
#define HAVE_SYS_FILE_H 1
#define HAVE_SYS_IOCTL_H 1
#define HAVE_SYS_SELECT_H 1
#define HAVE_SYS_TIME_H 1
#define HAVE_TERMIOS_H 1
#define HAVE_UNISTD_H 1
#define HAVE_WCHAR_H 1
#define HAVE_WCTYPE_H 1

#define HAVE_MBSTATE_T 1
#define HAVE_WCHAR_T 1
#define HAVE_WCTYPE_T 1
#define HAVE_WINT_T 1
#define HAVE_GETPW_DECLS 1
#define HAVE_STRUCT_DIRENT_D_INO 1
#define HAVE_TIMEVAL 1
#define HAVE_POSIX_SIGNALS 1
#define HAVE_POSIX_SIGSETJMP 1
#define GWINSZ_IN_SYS_IOCTL 1
#define STRUCT_WINSIZE_IN_SYS_IOCTL 1
#define FIONREAD_IN_SYS_IOCTL 1
