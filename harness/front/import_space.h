/* What a traced program has mapped: which slot names an address. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_FRONT_IMPORT_SPACE_H
#define MEMORACLE_FRONT_IMPORT_SPACE_H

#include "import_mm.h"

#define PIECE_UNSAID UINT32_MAX

/* A range of addresses of one call's result. */
struct piece {
	uint64_t start, end;
	uint64_t base, limit; /* all that the call returned: the slot's value, and the end */
	bool nested;          /* it lies within what another call returned */
	uint32_t slot;        /* PIECE_UNSAID: of a call that the case does not have */
};

/* @holed_at: placements before its first hole, and 1; 0: it has none. */
struct slot_note {
	uint32_t pieces;
	uint64_t holed_at;
};

/*
 * struct space - the mappings that the trace shows.
 * Invariant: pieces are in order and do not overlap; a slot is given back with its last piece.
 */
struct space {
	struct import *import;
	struct piece *piece;
	uint32_t count, room;
	struct slot_note *slot;
	uint32_t slots_room;
	uint64_t placements;          /* mappings that the kernel chose a place for */
	uint64_t parted_at;           /* op whose effect is uncertain, 0: none */
	uint64_t heap, brk, heap_end; /* start, break now and at most; 0: not known */
	uint64_t heap_here;           /* where the heap of a case begins */
};

/* space_map() - a call returned @addr: @slot, or PIECE_UNSAID, names it. */
void space_map(struct space *space, uint64_t addr, uint64_t bytes, uint32_t slot);
void space_forget(struct space *space, uint64_t addr, uint64_t bytes);
/* space_find() - Returns: the piece that holds @addr, or NULL. */
const struct piece *space_find(const struct space *space, uint64_t addr);
/* space_address() - @addr as a case can say it. Returns: false where it lies in memory that the case does not have. */
bool space_address(const struct space *space, uint64_t addr, char out[MM_ADDR_BYTES]);
/* space_holds() - is the whole range of one call that the case has? */
bool space_holds(const struct space *space, uint64_t addr, uint64_t bytes);
/*
 * space_certain() - does the range mean the same in the case? It does within one mapping; where that has holes, as long
 * as the kernel has placed nothing since: here it may choose other places than in the trace.
 */
bool space_certain(const struct space *space, uint64_t addr, uint64_t bytes);
void space_free(struct space *space);

#endif
