/* What glibc's malloc/malloc.c (2.36) needs of the rest of libc to compile alone; requests stay external calls. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_SHIM_GLIBC_LIBC_SHIM_H
#define MEMORACLE_SHIM_GLIBC_LIBC_SHIM_H

#define _GNU_SOURCE
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/param.h>
#include <sys/types.h>
#include <unistd.h>

#undef errno
extern __thread int __libc_errno __attribute__((tls_model("initial-exec")));
#define errno __libc_errno

struct malloc_state;
typedef struct malloc_state *mstate;

/* Which library this is part of: the static libc. */
#define IS_IN(library) SHIM_IN_##library
#define SHIM_IN_libc 1
#define SHIM_IN_rtld 0
#define SHIM_IN_libc_malloc_debug 0
#define SHLIB_COMPAT(library, from, to) 0
#define OTHER_SHLIB_COMPAT(library, from, to) 0
#define HAVE_TUNABLES 1
#define USE_TCACHE 1
#define HAVE_MREMAP 1

/* Names and visibility. */
#define strong_alias(name, other) extern __typeof(name) other __attribute__((alias(#name)));
#define weak_alias(name, other) extern __typeof(name) other __attribute__((weak, alias(#name)));
#define libc_hidden_def(name)
#define libc_hidden_proto(name)
#define attribute_hidden
#define attribute_tls_model_ie __attribute__((tls_model("initial-exec")))
#define attribute_relro
#define attribute_compat_text_section
#define internal_function
#define DIAG_PUSH_NEEDS_COMMENT
#define DIAG_POP_NEEDS_COMMENT
#define DIAG_IGNORE_NEEDS_COMMENT(version, option)
#define DIAG_IGNORE_Os_NEEDS_COMMENT(version, option)
#define LIBC_PROBE(...) ((void)0)
#undef __nonnull
#define __nonnull(position)
#ifndef __glibc_likely
#define __glibc_likely(condition) __builtin_expect(!!(condition), 1)
#define __glibc_unlikely(condition) __builtin_expect(!!(condition), 0)
#endif

/* One thread. */
#define SINGLE_THREAD_P (__libc_single_threaded != 0)
extern char __libc_single_threaded;
#define __libc_lock_define(storage, name) storage int name;
#define __libc_lock_define_initialized(storage, name) storage int name;
#define _LIBC_LOCK_INITIALIZER 0
#define __libc_lock_init(lock) ((void)((lock) = 0))
#define __libc_lock_lock(lock) ((void)((lock) = 1))
#define __libc_lock_trylock(lock) ((lock) ? EBUSY : ((lock) = 1, 0))
#define __libc_lock_unlock(lock) ((void)((lock) = 0))
#define _IO_FLAGS2_NOTCANCEL 0
#define _IO_flockfile(file)
#define _IO_funlockfile(file)

/* Atomics of a program with one thread. */
#define atomic_load_relaxed(at) (*(at))
#define atomic_store_relaxed(at, value) ((void)(*(at) = (value)))
#define atomic_store_release(at, value) ((void)(*(at) = (value)))
#define atomic_load_acquire(at) (*(at))
#define atomic_write_barrier() __asm__ volatile("" ::: "memory")
#define atomic_read_barrier() __asm__ volatile("" ::: "memory")
#define atomic_full_barrier() __asm__ volatile("" ::: "memory")
#define atomic_forced_read(value) (value)
#define SHIM_FETCH_ADD(at, value)                                                                  \
	__extension__({                                                                            \
		__typeof(*(at)) shim_old = *(at);                                                  \
		*(at) += (value);                                                                  \
		shim_old;                                                                          \
	})
#define SHIM_EXCHANGE(at, value)                                                                   \
	__extension__({                                                                            \
		__typeof(*(at)) shim_old = *(at);                                                  \
		*(at) = (value);                                                                   \
		shim_old;                                                                          \
	})
#define SHIM_COMPARE_SWAP(at, value, expected)                                                     \
	__extension__({                                                                            \
		__typeof(*(at)) shim_old = *(at);                                                  \
		if (shim_old == (expected))                                                        \
			*(at) = (value);                                                           \
		shim_old;                                                                          \
	})
#define atomic_exchange_acq(at, value) SHIM_EXCHANGE(at, value)
#define atomic_exchange_acquire(at, value) SHIM_EXCHANGE(at, value)
#define atomic_fetch_add_relaxed(at, value) SHIM_FETCH_ADD(at, value)
#define atomic_exchange_and_add(at, value) SHIM_FETCH_ADD(at, value)
#define catomic_exchange_and_add(at, value) SHIM_FETCH_ADD(at, value)
#define atomic_add(at, value) ((void)(*(at) += (value)))
#define catomic_add(at, value) ((void)(*(at) += (value)))
#define atomic_increment(at) ((void)++*(at))
#define catomic_increment(at) ((void)++*(at))
#define atomic_decrement(at) ((void)--*(at))
#define catomic_decrement(at) ((void)--*(at))
#define catomic_or(at, value) ((void)(*(at) |= (value)))
#define catomic_and(at, value) ((void)(*(at) &= (value)))
#define atomic_max(at, value)                                                                      \
	do {                                                                                       \
		if (*(at) < (value))                                                               \
			*(at) = (value);                                                           \
	} while (0)
#define catomic_max(at, value) atomic_max(at, value)
#define atomic_compare_and_exchange_val_acq(at, value, old) SHIM_COMPARE_SWAP(at, value, old)
#define catomic_compare_and_exchange_val_acq(at, value, old) SHIM_COMPARE_SWAP(at, value, old)
#define catomic_compare_and_exchange_val_rel(at, value, old) SHIM_COMPARE_SWAP(at, value, old)
#define atomic_compare_and_exchange_bool_acq(at, value, old)                                       \
	(SHIM_COMPARE_SWAP(at, value, old) != (old))
#define catomic_compare_and_exchange_bool_acq(at, value, old)                                      \
	(SHIM_COMPARE_SWAP(at, value, old) != (old))

/* The system, by the names that a static libc gives it. */
extern void *__sbrk(ptrdiff_t increment);
extern void *__mmap(void *at, size_t bytes, int protection, int flags, int fd, off_t offset);
extern int __munmap(void *at, size_t bytes);
extern void *__mremap(void *at, size_t bytes_old, size_t bytes_new, int flags, ...);
extern int __madvise(void *at, size_t bytes, int advice);
extern int __mprotect(void *at, size_t bytes, int protection);
extern long __getrandom(void *to, size_t bytes, unsigned int flags);
extern int __get_nprocs(void);
extern int __get_nprocs_sched(void);
extern size_t _dl_pagesize;
#define GLRO(name) _##name
#define __set_errno(value) (errno = (value))
#define __getrandom_nocancel(to, bytes, flags) __getrandom(to, bytes, flags)
#define HP_TIMING_NOW(to) ((to) = 0)
#define check_may_shrink_heap() false
static inline uint32_t random_bits(void)
{
	return 0x5a5a5a5au;
}

/* Memory tags. */
#define __MTAG_GRANULE_SIZE 1
#define __MTAG_SBRK_UNTAGGED false
#define __MTAG_MMAP_FLAGS 0
#define __libc_mtag_tag_region(at, bytes) (at)
#define __libc_mtag_tag_zero_region(at, bytes) memset(at, 0, bytes)
#define __libc_mtag_address_get_tag(at) (at)
#define __libc_mtag_new_tag(at) (at)

/* Tunables: none is set. */
typedef union {
	int64_t numval;
	const char *strval;
} tunable_val_t;
typedef void (*tunable_callback_t)(tunable_val_t *);
extern void __tunable_get_val(int id, void *value, tunable_callback_t callback);
#define TUNABLE_CALLBACK(name) _dl_tunable_##name
#define TUNABLE_GET(name, type, callback)                                                          \
	do {                                                                                       \
		tunable_val_t shim_value;                                                          \
		__tunable_get_val(0, &shim_value, callback);                                       \
	} while (0)
#define TUNABLE_GET_FULL(top, scope, name, type, callback) 0

/* The end. */
enum { do_abort };
extern void __libc_message(int action, const char *format, ...) __attribute__((noreturn));

#endif
