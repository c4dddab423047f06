/* State of the stubs, shared with the glue. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_SHIM_STUBS_H
#define MEMORACLE_SHIM_STUBS_H

#include "kernel.h"

struct shim {
	void *memory; /* for shim_allocate() */
	unsigned long memory_left;
	struct os *os; /* where requests are logged */
	uint64_t reclaimed;
};

extern struct shim shim;
extern uint64_t shim_trouble;

/* shim_allocate() - zeroed, never freed; traps when there is no more. */
void *shim_allocate(unsigned long bytes);

#endif
