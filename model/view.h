/* View: state in the model's terms, as cells that both sides can fill in. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_VIEW_H
#define MEMORACLE_MODEL_VIEW_H

#include <stdint.h>

#include "bool.h"
#include "contract.acsl"

#define CELL_ABSENT UINT64_MAX /* the side has no such thing */

/*
 * struct cell - one fact.
 * @field: row of the domain's view.def. @space: arena, thread, mm, zone or CPU.
 * @key: which chunk, page, VMA, bin head ... @value: never an absolute address.
 * Lists are links: (fd, node) -> next node, and heads are nodes too, so the cells of all heads and
 * nodes that the model knows determine the real list completely: a node that only reality has shows
 * as a differing link into it.
 */
struct cell {
	uint16_t field;
	uint16_t space;
	uint32_t key;
	uint64_t value;
};

struct view {
	struct cell *cell;
	uint32_t count;
	uint32_t capacity;
	bool overflow; /* cells were dropped: the comparison must not count as agreement */
};

enum view_scope {
	VIEW_TOUCHED, /* what the last op touched, and the scalars */
	VIEW_FULL,    /* everything */
};

/*
 * view_add() - appends a cell, or notes the overflow.
 */
/*@
  requires view:   \valid(view) && view->count <= view->capacity;
  requires cells:  \valid(view->cell + (0 .. view->capacity - 1))
                   && \separated(view, view->cell + (0 .. view->capacity - 1));
  TOTAL;
  assigns          view->count, view->overflow, view->cell[0 .. view->capacity - 1];
  ensures count:   view->count <= view->capacity;
  ensures full:    \old(view->count) == view->capacity ==> view->overflow == true && view->count == \old(view->count);
  ensures added:   \old(view->count) < view->capacity ==>
                     view->count == \old(view->count) + 1 && view->overflow == \old(view->overflow)
                     && view->cell[\old(view->count)].field == field && view->cell[\old(view->count)].space == space
                     && view->cell[\old(view->count)].key == key && view->cell[\old(view->count)].value == value;
*/
static inline void view_add(struct view *view, uint16_t field, uint16_t space, uint32_t key,
			    uint64_t value)
{
	struct cell *cell;

	if (view->count == view->capacity) {
		view->overflow = true;
		return;
	}
	cell = &view->cell[view->count++];
	cell->field = field;
	cell->space = space;
	cell->key = key;
	cell->value = value;
}

#endif
