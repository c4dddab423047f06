/* Both sides' state at the end of a case, by field and key. */
/* SPDX-License-Identifier: MIT */
#include "state_pair.h"
#include "error.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NOTE_MAX 256

static uint64_t cell_rank(const struct cell *cell)
{
	return (uint64_t)cell->field << 48 | (uint64_t)cell->space << 32 | cell->key;
}

static int cell_compare(const void *a, const void *b, void *cells)
{
	const struct cell *cell = cells;
	uint64_t x = cell_rank(&cell[*(const uint32_t *)a]);
	uint64_t y = cell_rank(&cell[*(const uint32_t *)b]);

	return x < y ? -1 : x > y;
}

void state_pair_init(struct state_pair *pair, const struct tables *tables, const struct cell *want,
		     const struct cell *seen, uint32_t count)
{
	*pair = (struct state_pair){ .tables = tables, .want = want, .seen = seen, .count = count };
	pair->order = memory_new(count, sizeof(uint32_t));
	for (uint32_t i = 0; i < count; i++)
		pair->order[i] = i;
	qsort_r(pair->order, count, sizeof(uint32_t), cell_compare, (void *)(uintptr_t)want);
}

void state_pair_free(struct state_pair *pair)
{
	free(pair->order);
	pair->order = NULL;
}

/* What the slots hold, as far as the results tell. */
static void slots_fill(const struct session *session, const struct case_file *file,
		       struct state_pair *pair)
{
	struct op op;

	for (uint32_t i = 0; i < file->record_count; i++) {
		const struct op_note *note = session_note(session, i);

		if (note == NULL || !case_op(file, i, &op) || note->verdict > VERDICT_OPEN)
			continue;
		for (uint32_t a = 0; a < op.row->arg_count; a++) {
			uint64_t *slot = op.arg[a] < SLOTS ? &pair->slot[op.arg[a]] : NULL;

			if (slot == NULL)
				continue;
			if (op.row->arg[a].use == SLOT_EMPTIES)
				*slot = 0;
			else if (op.row->arg[a].use == SLOT_FILLS)
				*slot = note->value;
			else if (op.row->arg[a].use == SLOT_REFILLS && note->value != 0)
				*slot = note->value;
		}
	}
}

bool state_last(struct state_pair *pair, struct session *session, const struct case_file *file)
{
	const struct mailbox *box = session->worker.box;

	if (box->want_count != box->seen_count || box->want_count > CELLS_MAX)
		return false;
	state_pair_init(pair, file->tables, box->want, box->seen, box->want_count);
	pair->session = session;
	slots_fill(session, file, pair);
	return true;
}

void state_model_alone(struct state_pair *pair)
{
	pair->alone = true;
	pair->seen = pair->want;
	pair->session = NULL;
}

void state_columns(const struct state_pair *pair, int width, const char *model, const char *target)
{
	if (pair->alone)
		(void)printf("%s\n", model);
	else
		(void)printf("%-*s %s\n", width, model, strcmp(model, target) == 0 ? "=" : target);
}

bool state_repeated(const struct state_pair *pair, uint32_t i)
{
	const struct cell *cell = &pair->want[pair->order[i]];
	const struct cell *before = &pair->want[pair->order[i > 0 ? i - 1 : 0]];

	return i > 0 && before->field == cell->field && before->space == cell->space &&
	       before->key == cell->key;
}

int field_find(const struct tables *tables, const char *name)
{
	for (uint32_t i = 0; i < tables->field_count; i++)
		if (strcmp(tables->field[i].name, name) == 0)
			return (int)i;
	return -1;
}

/* First place in the order whose rank is not below @rank. */
static uint32_t lower_bound(const struct state_pair *pair, uint64_t rank)
{
	uint32_t from = 0, to = pair->count;

	while (from < to) {
		uint32_t middle = from + (to - from) / 2;

		if (cell_rank(&pair->want[pair->order[middle]]) < rank)
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}

bool state_range(const struct state_pair *pair, const char *field, uint32_t *from, uint32_t *to)
{
	int row = field_find(pair->tables, field);

	*from = 0;
	*to = 0;
	if (row < 0)
		return false;
	*from = lower_bound(pair, (uint64_t)row << 48);
	*to = lower_bound(pair, ((uint64_t)row + 1) << 48);
	return *from < *to;
}

uint64_t state_at(const struct state_pair *pair, enum side side, uint32_t i)
{
	return (side == SIDE_MODEL ? pair->want : pair->seen)[pair->order[i]].value;
}

uint64_t state_value(const struct state_pair *pair, enum side side, const char *field,
		     uint16_t space, uint32_t key)
{
	int row = field_find(pair->tables, field);
	uint64_t rank = (uint64_t)row << 48 | (uint64_t)space << 32 | key;
	uint32_t at = row < 0 ? pair->count : lower_bound(pair, rank);

	if (at < pair->count && cell_rank(&pair->want[pair->order[at]]) == rank)
		return state_at(pair, side, at);
	if (side == SIDE_MODEL || row < 0 || pair->session == NULL)
		return CELL_ABSENT;
	return session_observe(
	    pair->session, &(struct cell){ .field = (uint16_t)row, .space = space, .key = key });
}

static const struct {
	const char *domain;
	void (*draw)(const struct state_pair *pair);
	bool (*note)(const struct tables *tables, const struct cell *cell, bool key, char *out,
		     size_t bytes);
} drawings[] = {
	{ "ptmalloc", draw_ptmalloc, note_ptmalloc },
	{ "vma", draw_vma, note_vma },
	{ "buddy", draw_buddy, note_buddy },
};

void draw_state(const struct state_pair *pair)
{
	for (size_t i = 0; i < sizeof(drawings) / sizeof(drawings[0]); i++)
		if (strcmp(drawings[i].domain, pair->tables->name) == 0)
			drawings[i].draw(pair);
}

char *cell_note(const struct tables *tables, const struct cell *cell, bool key)
{
	char note[NOTE_MAX];

	for (size_t i = 0; i < sizeof(drawings) / sizeof(drawings[0]); i++)
		if (strcmp(drawings[i].domain, tables->name) == 0 &&
		    (key || cell->value != CELL_ABSENT) &&
		    drawings[i].note(tables, cell, key, note, sizeof(note)))
			return text_format(" (%s)", note);
	return text_format("%s", "");
}
