/* Primitives with the trace: the same moves, noted. */
/* SPDX-License-Identifier: MIT */
#include "note.h"

bool ptm_group_first(const struct ptm_heap *h, uint32_t u)
{
	uint32_t b = h->bk[u];

	return b >= PTM_HEAD0 || ptm_size(h, b) != ptm_size(h, u);
}

uint32_t ptm_group_next(const struct ptm_heap *h, uint32_t u)
{
	uint32_t n = ptm_size(h, u), q = h->fd[u];

	/*@ loop invariant node: node(*h, q) && h->bin[q] == h->bin[u];
	    loop assigns q;
	    loop variant q >= PTM_UNITS ? 0 : 1 + (h->next[q] - q) * 0x10000000000000000 + h->stamp[q] - h->lo; */
	while (q < PTM_UNITS && ptm_size(h, q) == n)
		q = h->fd[q];
	return q < PTM_UNITS ? q : h->fd[q];
}

uint32_t ptm_group_prev(const struct ptm_heap *h, uint32_t u)
{
	uint32_t q = h->bk[u];

	if (q >= PTM_HEAD0)
		q = h->bk[q];
	/*@ assert chunk: isfree(*h, q) && h->bin[q] == h->bin[u]; */
	/*@ loop invariant free: isfree(*h, q) && h->bin[q] == h->bin[u];
	    loop assigns q;
	    loop variant h->hi - h->stamp[q]; */
	while (!ptm_group_first(h, q))
		q = h->bk[q];
	return q;
}

/* The nextsize links into and out of @u, which stands first of its size. */
/*@
  REQUIRES_HEAP;
  requires free:  isfree(*h, u);
  TOTAL;
  assigns         e->trace;
*/
static void nextsize_note(const struct ptm_heap *h, struct ptm_env *e, uint32_t u)
{
	if (h->bin[u] % PTM_BINS < PTM_LARGE || !ptm_group_first(h, u))
		return;
	if (h->fd[u] < PTM_UNITS) /* the next of this size, which may become the first */
		TOUCH(e, PTM_NODE_RING + h->fd[u]);
	TOUCH(e, PTM_NODE_RING + ptm_group_next(h, u));
	TOUCH(e, PTM_NODE_RING + ptm_group_prev(h, u));
}

void ptm_take(struct ptm_heap *h, struct ptm_env *e, uint32_t u)
{
	ptm_note_neighbours(h, e, u);
	nextsize_note(h, e, u);
	ptm_chunk_take(h, u);
	TOUCH(e, PTM_NODE_HEAD + u);
	TOUCH(e, PTM_NODE_HEAD + h->next[u]);
}

void ptm_give(struct ptm_heap *h, struct ptm_env *e, uint32_t u)
{
	ptm_chunk_insert(h, u, PTM_UNSORTED);
	ptm_note_neighbours(h, e, u);
	ptm_note_use(h, e, u);
}

/* The bin @b of arena @a is marked; a bit that was not set is noted. */
/*@
  REQUIRES_HEAP;
  requires bin:   a < PTM_ARENAS && b < PTM_BINS;
  TOTAL;
  assigns         h->binmap[0 .. PTM_MAP_WORDS - 1], e->trace;
  ENSURES_WF;
  ensures set:    marked(*h, PTM_BINS * a + b);
*/
static void bin_mark(struct ptm_heap *h, struct ptm_env *e, uint32_t a, uint32_t b)
{
	if (ptm_bin_marked(h, a, b))
		return;
	ptm_bin_mark(h, a, b);
	TOUCH(e, PTM_NODE_BINMAP + (PTM_BINS * a + b) / 32);
}

void ptm_sort(struct ptm_heap *h, struct ptm_env *e, uint32_t u)
{
	uint32_t b = ptm_bin_index(ptm_size(h, u));

	bin_mark(h, e, h->arena[u], b);
	if (b < PTM_LARGE) {
		FIRE(e, bin_small);
		ptm_chunk_insert(h, u, b);
	} else {
		ptm_chunk_insert_large(h, u, b);
		if (ptm_group_first(h, u))
			FIRE(e, bin_large_sorted);
		else
			FIRE(e, bin_large_second);
		nextsize_note(h, e, u);
	}
	ptm_note_neighbours(h, e, u);
	ptm_note_use(h, e, u);
}

uint32_t ptm_cut(struct ptm_heap *h, struct ptm_env *e, uint32_t u, uint32_t n)
{
	uint32_t r = ptm_chunk_split(h, u, n);

	TOUCH(e, PTM_NODE_HEAD + u);
	TOUCH(e, PTM_NODE_HEAD + r);
	return r;
}

void ptm_join(struct ptm_heap *h, struct ptm_env *e, uint32_t u)
{
	ptm_chunk_join(h, u, h->next[u]);
	TOUCH(e, PTM_NODE_HEAD + u);
}
