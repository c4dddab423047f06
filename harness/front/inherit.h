/* What our processes inherit from whoever started them, and must not: specs/vma-inherited.md lists it. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_FRONT_INHERIT_H
#define MEMORACLE_FRONT_INHERIT_H

#include <stdbool.h>
#include <sys/resource.h>
#include <sys/types.h>

/* inherit_reset() - for a program of ours, before anything else: descriptors, dispositions of signals, limits it needs. */
void inherit_reset(void);

/* descriptor_writable() - false for one that was closed, and stands for nothing since inherit_reset(). */
bool descriptor_writable(int fd);

/*
 * inherit_reset_worker() - in a worker's process, before its program: what changes the answers of the kernel under
 * test goes back to what a process starts with, as far as that is allowed; the worker finds out about the rest.
 */
void inherit_reset_worker(void);

/* inherit_limits() - the limits that may keep a worker from starting: "ulimit -v 40960, -d 16384", or "". */
void inherit_limits(char *text, size_t bytes);

/*
 * memory_file() - a file of @bytes in memory, closed on exec: `ulimit -f` is about files on disk, and does not count.
 * Returns: its descriptor, or -1 with errno.
 */
int memory_file(const char *name, off_t bytes);

/* limit_cpu_spent() - has a process of this program that used as much reached RLIMIT_CPU? */
bool limit_cpu_spent(const struct rusage *usage);

/* oom_kills() - how many processes of this machine were killed for want of memory; 0 where nothing says. */
unsigned long long oom_kills(void);

#endif
