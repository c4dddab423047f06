/* The mm calls that strace and syzkaller name, as lines of a case. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_FRONT_IMPORT_MM_H
#define MEMORACLE_FRONT_IMPORT_MM_H

#include "import.h"

#define MM_ARGS 6
#define MM_ADDR_BYTES 48
#define MM_SLOT_FIRST 2u /* s0 and s1 are the arena and the heap */

/* One call: its operands in the order of its arguments. */
struct mm_call {
	const char *name;
	const char *arg[MM_ARGS + 1];
	bool fills; /* returns an address that a slot takes */
};

/* Its arguments: addresses as text, all others as numbers. */
struct mm_args {
	uint64_t value[MM_ARGS];
	char addr[MM_ADDR_BYTES], new_addr[MM_ADDR_BYTES];
	uint32_t slot;      /* that takes the result */
	const char *result; /* that is expected, NULL: none */
};

/* mm_region() - where the region of that name begins. */
uint64_t mm_region(const struct import *import, const char *name);
const struct mm_call *mm_call_find(const char *name, size_t length);
uint32_t mm_call_args(const struct mm_call *call);
bool mm_call_write(struct import *import, const struct mm_call *call, const struct mm_args *args);

/* flag_find() - the value of a name in the headers, such as MAP_PRIVATE. Returns: false if it is none. */
bool flag_find(const char *name, size_t length, uint64_t *value);

#endif
