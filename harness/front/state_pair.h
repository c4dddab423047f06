/* Both sides' state at the end of a case: the same cells, two values each. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_FRONT_STATE_PAIR_H
#define MEMORACLE_FRONT_STATE_PAIR_H

#include "form.h"
#include "session.h"

enum side { SIDE_MODEL, SIDE_TARGET, SIDES };

/*
 * struct state_pair - full views of both sides.
 * @want, @seen: cells with equal keys in equal order. @order: indices sorted by field, space, key.
 * @slot: what the case's slots hold, 0 where nothing is known.
 * @alone: the model's state and nothing else; both sides are its own.
 * @session: its worker is asked for cells that only the target has; NULL: they count as absent.
 */
struct state_pair {
	const struct tables *tables;
	const struct cell *want, *seen;
	uint32_t count;
	uint32_t *order;
	uint64_t slot[SLOTS];
	bool alone;
	struct session *session;
};

void state_pair_init(struct state_pair *pair, const struct tables *tables, const struct cell *want,
		     const struct cell *seen, uint32_t count);
void state_pair_free(struct state_pair *pair);

/*
 * state_last() - both sides after the case that @session ran last, with what its slots hold.
 * Returns: false if the sides cannot be compared; then there is nothing to release.
 */
bool state_last(struct state_pair *pair, struct session *session, const struct case_file *file);
/* state_model_alone() - leaves the model's side only. */
void state_model_alone(struct state_pair *pair);
/* state_columns() - ends a row: what each side has, "=" where it is the same, one column where the model is alone. */
void state_columns(const struct state_pair *pair, int width, const char *model, const char *target);
/* state_repeated() - is the cell at order[i] there before? A view may hold one twice. */
bool state_repeated(const struct state_pair *pair, uint32_t i);

/* field_find() - row of view.def by name, or -1. */
int field_find(const struct tables *tables, const char *name);

/* state_range() - the cells of @field: order[*from] to order[*to - 1]. Returns: false if none. */
bool state_range(const struct state_pair *pair, const char *field, uint32_t *from, uint32_t *to);

/* state_value() - one cell of one side; CELL_ABSENT if it has no such cell. */
uint64_t state_value(const struct state_pair *pair, enum side side, const char *field,
		     uint16_t space, uint32_t key);

/* Value of the cell at order[i]. */
uint64_t state_at(const struct state_pair *pair, enum side side, uint32_t i);

/* Domain drawings, on standard output. draw_state() chooses; a domain without one draws nothing. */
void draw_state(const struct state_pair *pair);
void draw_ptmalloc(const struct state_pair *pair);
void draw_vma(const struct state_pair *pair);
void draw_buddy(const struct state_pair *pair);

/*
 * cell_note() - what a cell's key (@key) or value stands for, where its form does not say so.
 * Returns: " (arena+0x2000)", in memory that the caller frees; "" where there is nothing to say.
 */
char *cell_note(const struct tables *tables, const struct cell *cell, bool key);
bool note_ptmalloc(const struct tables *tables, const struct cell *cell, bool key, char *out,
		   size_t bytes);
bool note_vma(const struct tables *tables, const struct cell *cell, bool key, char *out,
	      size_t bytes);
bool note_buddy(const struct tables *tables, const struct cell *cell, bool key, char *out,
		size_t bytes);

#endif
