/* What the parts of the glue around mm/ ask of each other. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_SHIM_GLUE_H
#define MEMORACLE_SHIM_GLUE_H

#include "../bind.h"
#include "../mm.h"

struct file;
extern struct mm_host shim_host;

void shim_boot(const struct mm_host *host, const struct mm_layout *layout); /* stubs.c */
void *shim_allocate(unsigned long bytes); /* zeroed whole pages; never freed */
unsigned long shim_allocated(void);
void shim_settle(void); /* what waits for the end of a call */
void shim_die(const char *format, const char *file, long line);

void zone_boot(unsigned long start, unsigned long pages); /* zone.c */
unsigned long zone_free_pages(void);

void fork_boot(void); /* fork.c: caches */
void ksm_boot(void);  /* ksm.c: caches */

void shmem_boot(void); /* shmem.c */
struct file *shmem_object(unsigned long bytes);
void shmem_settle(void);

#endif
