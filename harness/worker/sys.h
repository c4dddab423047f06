/* Raw system calls of x86-64 Linux and the memory functions that compilers call, for code without libc. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_WORKER_SYS_H
#define MEMORACLE_WORKER_SYS_H

#include <stddef.h>
#include <stdint.h>
#include "../../model/errno.h"

enum sys_number {
	SYS_NR_READ = 0,
	SYS_NR_WRITE = 1,
	SYS_NR_OPEN = 2,
	SYS_NR_CLOSE = 3,
	SYS_NR_MMAP = 9,
	SYS_NR_MPROTECT = 10,
	SYS_NR_MUNMAP = 11,
	SYS_NR_BRK = 12,
	SYS_NR_IOCTL = 16,
	SYS_NR_PREAD = 17,
	SYS_NR_PWRITE = 18,
	SYS_NR_MREMAP = 25,
	SYS_NR_MADVISE = 28,
	SYS_NR_DUP2 = 33,
	SYS_NR_GETPID = 39,
	SYS_NR_CLONE = 56,
	SYS_NR_FORK = 57,
	SYS_NR_EXECVE = 59,
	SYS_NR_WAIT4 = 61,
	SYS_NR_FCNTL = 72,
	SYS_NR_FTRUNCATE = 77,
	SYS_NR_READLINK = 89,
	SYS_NR_PERSONALITY = 135,
	SYS_NR_MLOCK = 149,
	SYS_NR_MUNLOCK = 150,
	SYS_NR_MUNLOCKALL = 152,
	SYS_NR_PRCTL = 157,
	SYS_NR_SETRLIMIT = 160,
	SYS_NR_MOUNT = 165,
	SYS_NR_CLOCK_GETTIME = 228,
	SYS_NR_EXIT_GROUP = 231,
	SYS_NR_PRLIMIT = 302,
	SYS_NR_GETRANDOM = 318,
	SYS_NR_MEMFD_CREATE = 319,
	SYS_NR_MLOCK2 = 325,
};

#define SYS_PROT_READ 1
#define SYS_PROT_WRITE 2
#define SYS_MAP_SHARED 0x01
#define SYS_MAP_PRIVATE 0x02
#define SYS_MAP_FIXED 0x10
#define SYS_MAP_ANONYMOUS 0x20
#define SYS_MAP_NORESERVE 0x4000
#define SYS_MAP_FIXED_NOREPLACE 0x100000

/* sys_call() - Returns: the kernel's value, -errno on failure. */
static inline int64_t sys_call(int64_t number, uint64_t a, uint64_t b, uint64_t c, uint64_t d,
			       uint64_t e, uint64_t f)
{
	register uint64_t r10 __asm__("r10") = d;
	register uint64_t r8 __asm__("r8") = e;
	register uint64_t r9 __asm__("r9") = f;
	int64_t result;

	__asm__ volatile("syscall"
			 : "=a"(result)
			 : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
			 : "rcx", "r11", "memory");
	return result;
}

/* sys_map_lazy() - zeroed memory that costs nothing until touched; NULL on failure. */
static inline void *sys_map_lazy(size_t bytes)
{
	int64_t at =
	    sys_call(SYS_NR_MMAP, 0, bytes, SYS_PROT_READ | SYS_PROT_WRITE,
		     SYS_MAP_PRIVATE | SYS_MAP_ANONYMOUS | SYS_MAP_NORESERVE, UINT64_MAX, 0);

	return at < 0 ? NULL : (void *)at;
}

static inline void sys_unmap(void *at, size_t bytes)
{
	(void)sys_call(SYS_NR_MUNMAP, (uint64_t)at, bytes, 0, 0, 0, 0);
}

/* sys_busy() - CPU time of this process in nanoseconds. */
static inline uint64_t sys_busy(void)
{
	uint64_t time[2] = { 0, 0 };

	(void)sys_call(SYS_NR_CLOCK_GETTIME, 2, (uint64_t)time, 0, 0, 0, 0);
	return time[0] * 1000000000u + time[1];
}

__attribute__((noreturn)) static inline void sys_exit(int status)
{
	for (;;)
		(void)sys_call(SYS_NR_EXIT_GROUP, (uint64_t)status, 0, 0, 0, 0, 0);
}

void *memcpy(void *to, const void *from, size_t bytes);
void *memmove(void *to, const void *from, size_t bytes);
void *memset(void *to, int value, size_t bytes);
int memcmp(const void *a, const void *b, size_t bytes);

/* sys_copy() - a copy of @from in memory of its own; NULL on failure. */
static inline void *sys_copy(const void *from, size_t bytes)
{
	void *to = sys_map_lazy(bytes);

	if (to != NULL)
		memcpy(to, from, bytes);
	return to;
}

#endif
