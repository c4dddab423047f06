/* What malloc.o of a static glibc calls, prefixed with shipped_: requests go to the fake OS, an abort is a crash. */
/* SPDX-License-Identifier: MIT */
#include "fake_os.h"
#include "../../worker/sys.h"
#include <stdarg.h>

/* Each definition that malloc.o may name is marked: the script that makes the object checks the list. */
#define STUB __attribute__((used))

extern void *shipped___curbrk;
extern __thread int shipped___libc_errno;
extern char shipped___libc_single_threaded;
extern int shipped___libc_enable_secure;
extern size_t shipped__dl_pagesize;
extern void *shipped_stderr;
void *shipped_memcpy(void *to, const void *from, size_t bytes);
void *shipped_memmove(void *to, const void *from, size_t bytes);
void *shipped_memset(void *to, int value, size_t bytes);
void *shipped___sbrk(ptrdiff_t increment);
void *shipped___mmap(void *at, size_t bytes, int protection, int flags, int fd, long offset);
int shipped___munmap(void *at, size_t bytes);
void *shipped___mremap(void *at, size_t bytes_old, size_t bytes_new, int flags, ...);
int shipped___madvise(void *at, size_t bytes, int advice);
int shipped___mprotect(void *at, size_t bytes, int protection);
long shipped___getrandom(void *to, size_t bytes, unsigned int flags);
int shipped___get_nprocs(void);
int shipped___clock_gettime(int clock, void *to);
int shipped___open_nocancel(const char *path, int flags, ...);
long shipped___read_nocancel(int fd, void *to, size_t bytes);
int shipped___close_nocancel(int fd);
void shipped___tunable_get_val(int id, void *value, void (*callback)(void *));
size_t shipped___malloc_default_thp_pagesize(void);
int shipped___malloc_thp_mode(void);
void shipped___malloc_hugepage_config(size_t requested, size_t *bytes, int *flags);
void shipped___lll_lock_wait_private(int *lock);
void shipped___lll_lock_wake_private(int *lock);
int shipped__IO_fputs(const char *text, void *file);
int shipped_fputs(const char *text, void *file);
int shipped_fprintf(void *file, const char *format, ...);
size_t shipped_fwrite(const void *from, size_t size, size_t count, void *file);
__attribute__((noreturn)) void shipped___stack_chk_fail(void);
__attribute__((noreturn)) void shipped___libc_message(int action, const char *format, ...);

void *shipped___curbrk;
__thread int shipped___libc_errno;
char shipped___libc_single_threaded = 1;
int shipped___libc_enable_secure;
size_t shipped__dl_pagesize = 4096;
void *shipped_stderr;

/* ---- requests */

static uint64_t answer(int64_t result)
{
	if (result >= 0)
		return (uint64_t)result;
	shipped___libc_errno = (int)-result;
	return UINT64_MAX;
}

void *shipped___sbrk(ptrdiff_t increment)
{
	uint64_t before = fake_os.brk;
	int64_t old = fake_os_sbrk(increment);

	shipped___curbrk = (void *)fake_os.brk;
	if (old < 0 && increment < 0) /* libc sees a break that is high enough */
		return (void *)before;
	return (void *)answer(old);
}

void *shipped___mmap(void *at, size_t bytes, int protection, int flags, int fd, long offset)
{
	(void)at;
	(void)flags;
	(void)fd;
	(void)offset;
	return (void *)answer(fake_os_mmap(bytes, (uint64_t)protection));
}

int shipped___munmap(void *at, size_t bytes)
{
	return (int)answer(fake_os_munmap((uint64_t)at, bytes));
}

void *shipped___mremap(void *at, size_t bytes_old, size_t bytes_new, int flags, ...)
{
	(void)flags;
	return (void *)answer(fake_os_mremap((uint64_t)at, bytes_old, bytes_new));
}

int shipped___madvise(void *at, size_t bytes, int advice)
{
	return (int)answer(fake_os_advise(OS_MADVISE, (uint64_t)at, bytes, (uint64_t)advice));
}

int shipped___mprotect(void *at, size_t bytes, int protection)
{
	return (int)answer(fake_os_advise(OS_MPROTECT, (uint64_t)at, bytes, (uint64_t)protection));
}

/* ---- memory: what users keep in their blocks is never looked at, so big blocks are left alone */

#define CONTENTS_BYTES_MAX 1024u

void *shipped_memcpy(void *to, const void *from, size_t bytes)
{
	(void)from;
	(void)bytes;
	return to;
}

void *shipped_memmove(void *to, const void *from, size_t bytes)
{
	(void)from;
	(void)bytes;
	return to;
}

/* Up to the size of the tcache's own block it counts. */
void *shipped_memset(void *to, int value, size_t bytes)
{
	return bytes <= CONTENTS_BYTES_MAX ? memset(to, value, bytes) : to;
}

/* ---- start-up: nothing random, no tunables from the environment, no huge pages */

long shipped___getrandom(void *to, size_t bytes, unsigned int flags)
{
	(void)flags;
	memset(to, 0x5a, bytes);
	return (long)bytes;
}

int shipped___get_nprocs(void)
{
	return 2;
}

int shipped___clock_gettime(int clock, void *to)
{
	(void)clock;
	memset(to, 0, 16);
	return 0;
}

int shipped___open_nocancel(const char *path, int flags, ...)
{
	(void)path;
	(void)flags;
	return -1;
}

long shipped___read_nocancel(int fd, void *to, size_t bytes)
{
	(void)fd;
	(void)to;
	(void)bytes;
	return -1;
}

int shipped___close_nocancel(int fd)
{
	(void)fd;
	return 0;
}

void shipped___tunable_get_val(int id, void *value, void (*callback)(void *))
{
	(void)id;
	(void)callback;
	memset(value, 0, 8);
}

size_t shipped___malloc_default_thp_pagesize(void)
{
	return 0;
}

int shipped___malloc_thp_mode(void)
{
	return 2;
}

void shipped___malloc_hugepage_config(size_t requested, size_t *bytes, int *flags)
{
	(void)requested;
	*bytes = 0;
	*flags = 0;
}

void shipped___lll_lock_wait_private(int *lock)
{
	*lock = 1;
}

void shipped___lll_lock_wake_private(int *lock)
{
	(void)lock;
}

/* ---- the end: say why on standard error, then crash; the harness turns it into a finding */

static void text_write(const char *text)
{
	size_t bytes = 0;

	while (text[bytes] != '\0')
		bytes++;
	(void)sys_call(SYS_NR_WRITE, 2, (uint64_t)text, bytes, 0, 0, 0);
}

void shipped___libc_message(int action, const char *format, ...)
{
	va_list list;

	(void)action;
	text_write("glibc: ");
	va_start(list, format);
	for (const char *at = format; *at != '\0'; at++)
		if (at[0] == '%' && at[1] == 's') {
			text_write(va_arg(list, const char *));
			text_write(" ");
		}
	va_end(list);
	text_write("\n");
	__builtin_trap();
}

void shipped___stack_chk_fail(void)
{
	__builtin_trap();
}

int shipped__IO_fputs(const char *text, void *file)
{
	(void)text;
	(void)file;
	return 0;
}

int shipped_fputs(const char *text, void *file)
{
	return shipped__IO_fputs(text, file);
}

int shipped_fprintf(void *file, const char *format, ...)
{
	(void)file;
	(void)format;
	return 0;
}

size_t shipped_fwrite(const void *from, size_t size, size_t count, void *file)
{
	(void)from;
	(void)size;
	(void)file;
	return count;
}
