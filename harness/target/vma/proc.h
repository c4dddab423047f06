/* What /proc tells of this process: its VMAs by query or text, and its counters. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_TARGET_VMA_PROC_H
#define MEMORACLE_TARGET_VMA_PROC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PROC_VMAS_MAX 2048u
#define PROC_FLAG_UNKNOWN (1ull << 63) /* a flag that this program cannot name */

/* struct proc_vma - one VMA: page numbers; flags are VMA_* of model/vma/vmflag.h. */
struct proc_vma {
	uint64_t start, end;
	uint64_t pgoff; /* in pages */
	uint64_t flags; /* rwx and shared; all flags after proc_smaps() */
	uint64_t inode;
};

/* struct proc_list - VMAs in order of address. */
struct proc_list {
	uint32_t count;
	struct proc_vma vma[PROC_VMAS_MAX];
};

/* struct proc_counters - pages. */
struct proc_counters {
	uint64_t total_vm, data_vm;
};

/* proc_open() - Returns: 0, or -errno if /proc is not there. */
int proc_open(void);

/* proc_has_query() - does the kernel answer PROCMAP_QUERY (Linux 6.11)? */
bool proc_has_query(void);

/* proc_query() - the first VMA that ends after @page. Returns: false if there is none. */
bool proc_query(uint64_t page, struct proc_vma *vma);

/* proc_maps() - all VMAs from page @low on, by query if there is one, else from text. */
void proc_maps(uint64_t low, struct proc_list *list);

/* proc_smaps() - the same with all flags, from text. */
void proc_smaps(uint64_t low, struct proc_list *list);

/* proc_list_find() - index of the first VMA of @list that ends after @page. */
static inline uint32_t proc_list_find(const struct proc_list *list, uint64_t page)
{
	uint32_t low = 0, high = list->count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (list->vma[middle].end <= page)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* proc_counters() - as they stand, the worker's own image included. */
void proc_counters(struct proc_counters *counters);

/* proc_locked() - pages counted as locked. */
uint64_t proc_locked(void);

/* proc_file() - reads @path into @to, ended by 0. Returns: the length, or -errno. */
int64_t proc_file(const char *path, char *to, size_t bytes);

#endif
