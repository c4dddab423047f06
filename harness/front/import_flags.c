/* Flags of mm calls by their names in the headers. */
/* SPDX-License-Identifier: MIT */
#include "import_mm.h"
#include <string.h>
#include <sys/mman.h>

struct flag {
	const char *name;
	uint64_t value;
};

#define FLAG(name)                                                                                 \
	{                                                                                          \
#name, (uint64_t)(name)                                                            \
	}

/* Those of the headers; where they may be too old, the number that the kernel has given for ever. */
static const struct flag flags[] = {
	FLAG(PROT_NONE),
	FLAG(PROT_READ),
	FLAG(PROT_WRITE),
	FLAG(PROT_EXEC),
	{ "PROT_SEM", 8 },
	FLAG(PROT_GROWSDOWN),
	FLAG(PROT_GROWSUP),
	FLAG(MAP_SHARED_VALIDATE), /* both bits: before them */
	FLAG(MAP_SHARED),
	FLAG(MAP_PRIVATE),
	{ "MAP_DROPPABLE", 8 },
	FLAG(MAP_FIXED),
	FLAG(MAP_ANONYMOUS),
	FLAG(MAP_32BIT),
	{ "MAP_ABOVE4G", 0x80 },
	FLAG(MAP_GROWSDOWN),
	FLAG(MAP_DENYWRITE),
	FLAG(MAP_EXECUTABLE),
	FLAG(MAP_LOCKED),
	FLAG(MAP_NORESERVE),
	FLAG(MAP_POPULATE),
	FLAG(MAP_NONBLOCK),
	FLAG(MAP_STACK),
	FLAG(MAP_HUGETLB),
	FLAG(MAP_SYNC),
	FLAG(MAP_FIXED_NOREPLACE),
	{ "MAP_UNINITIALIZED", 0x4000000 },
	FLAG(MREMAP_MAYMOVE),
	FLAG(MREMAP_FIXED),
	{ "MREMAP_DONTUNMAP", 4 },
	FLAG(MLOCK_ONFAULT),
	FLAG(MADV_NORMAL),
	FLAG(MADV_RANDOM),
	FLAG(MADV_SEQUENTIAL),
	FLAG(MADV_WILLNEED),
	FLAG(MADV_DONTNEED),
	FLAG(MADV_FREE),
	FLAG(MADV_REMOVE),
	FLAG(MADV_DONTFORK),
	FLAG(MADV_DOFORK),
	FLAG(MADV_MERGEABLE),
	FLAG(MADV_UNMERGEABLE),
	FLAG(MADV_HUGEPAGE),
	FLAG(MADV_NOHUGEPAGE),
	FLAG(MADV_DONTDUMP),
	FLAG(MADV_DODUMP),
	FLAG(MADV_WIPEONFORK),
	FLAG(MADV_KEEPONFORK),
	{ "MADV_COLD", 20 },
	{ "MADV_PAGEOUT", 21 },
	{ "MADV_POPULATE_READ", 22 },
	{ "MADV_POPULATE_WRITE", 23 },
	{ "MADV_DONTNEED_LOCKED", 24 },
	{ "MADV_COLLAPSE", 25 },
	FLAG(MADV_HWPOISON),
	{ "MADV_SOFT_OFFLINE", 101 },
	{ "MADV_GUARD_INSTALL", 102 },
	{ "MADV_GUARD_REMOVE", 103 },
};

#define FLAGS (sizeof(flags) / sizeof(flags[0]))

bool flag_find(const char *name, size_t length, uint64_t *value)
{
	for (size_t i = 0; i < FLAGS; i++)
		if (strlen(flags[i].name) == length && memcmp(flags[i].name, name, length) == 0) {
			*value = flags[i].value;
			return true;
		}
	return false;
}
