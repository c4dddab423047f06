/* Names in the object that ci/targets/ptmalloc-object makes of a static glibc. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_SHIM_GLIBC_SHIPPED_H
#define MEMORACLE_SHIM_GLIBC_SHIPPED_H

#include <stddef.h>
#include <stdint.h>

/* Generated with the object: texts, shipped_why_not empty when the object is usable. */
extern const char shipped_version[], shipped_package[], shipped_build_id[], shipped_why_not[];

/* All weak: without a usable libc.a the object is empty. */
#define SHIPPED extern __attribute__((weak))

SHIPPED void *shipped___libc_malloc(size_t bytes);
SHIPPED void shipped___libc_free(void *mem);
SHIPPED void *shipped___libc_calloc(size_t count, size_t bytes);
SHIPPED void *shipped___libc_realloc(void *mem, size_t bytes);
SHIPPED void *shipped___libc_memalign(size_t align, size_t bytes);
SHIPPED void *shipped_aligned_alloc(size_t align, size_t bytes);
SHIPPED int shipped___posix_memalign(void **mem, size_t align, size_t bytes);
SHIPPED void *shipped___libc_valloc(size_t bytes);
SHIPPED void *shipped___libc_pvalloc(size_t bytes);
SHIPPED size_t shipped___malloc_usable_size(void *mem);
SHIPPED int shipped___malloc_trim(size_t pad);
SHIPPED int shipped___libc_mallopt(int parameter, int value);

SHIPPED char shipped_main_arena[], shipped_mp_[];
SHIPPED uint64_t shipped_global_max_fast, shipped_tcache_key;
SHIPPED __thread uint64_t shipped_tcache, shipped_thread_arena;
SHIPPED __thread char shipped_tcache_shutting_down;

/* Bounds of its writable data. */
SHIPPED char __start_shipped_data[], __stop_shipped_data[];
SHIPPED char __start_shipped_data_local[], __stop_shipped_data_local[];
SHIPPED char __start_shipped_bss[], __stop_shipped_bss[];

/* Of the stubs. */
extern __thread int shipped___libc_errno;
void *shipped___sbrk(ptrdiff_t increment);

#endif
