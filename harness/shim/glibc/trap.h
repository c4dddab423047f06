/* Every system call that libc makes, handed to a function of ours. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_SHIM_GLIBC_TRAP_H
#define MEMORACLE_SHIM_GLIBC_TRAP_H

#include <stdint.h>

/* Returns what the system call is to return: a value, or -errno. */
typedef int64_t trap_function(int64_t number, const uint64_t arg[6]);

/*
 * trap_open() - from now on system calls of code outside this program's own text go to @function.
 * Returns: 0, or -errno where the kernel or a container allows no way of doing so.
 */
int trap_open(trap_function *function);

#endif
