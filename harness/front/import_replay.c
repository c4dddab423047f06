/* import memory-replay: "TID: ACTION POINTER NUMBERS...", the text traces of Android's memory_replay. */
/* SPDX-License-Identifier: MIT */
#include "import.h"
#include <inttypes.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

/* A key and what is known of it: a live block by its address, or a thread by its number. */
struct keyed {
	uint64_t key;
	uint32_t slot;
	uint32_t late; /* frees of it that come behind the next use of its address */
};

struct replay {
	struct import *import;
	void *blocks, *threads; /* trees of struct keyed */
	uint64_t thread_count, live, live_most;
	uint64_t unknown_olds; /* of realloc, which became realloc(NULL) */
	uint64_t late_frees;
};

/* A line: pointer first, then the numbers of its action. */
struct record {
	uint64_t thread;
	uint64_t arg[4];
};

static int keyed_order(const void *a, const void *b)
{
	uint64_t left = ((const struct keyed *)a)->key, right = ((const struct keyed *)b)->key;

	return (left > right) - (left < right);
}

static struct keyed *keyed_find(void *const *tree, uint64_t key)
{
	struct keyed want = { .key = key };
	struct keyed *const *found = tfind(&want, tree, keyed_order);

	return found ? *found : NULL;
}

static struct keyed *keyed_add(void **tree, uint64_t key)
{
	struct keyed *keyed = memory_new(1, sizeof(*keyed));

	keyed->key = key;
	if (tsearch(keyed, tree, keyed_order) == NULL)
		memory_missing();
	return keyed;
}

static void keyed_remove(void **tree, struct keyed *keyed)
{
	(void)tdelete(keyed, tree, keyed_order);
	free(keyed);
}

static void thread_seen(struct replay *replay, uint64_t thread)
{
	if (keyed_find(&replay->threads, thread) != NULL)
		return;
	(void)keyed_add(&replay->threads, thread);
	replay->thread_count++;
}

static bool block_free(struct replay *replay, uint32_t slot)
{
	import_slot_give(replay->import, slot);
	return import_op(replay->import, "free ptr=s%" PRIu32, slot);
}

/*
 * The block at @pointer has @slot now. A live block of that address is freed first: another thread did it before, and
 * the trace has its free behind this line.
 */
static bool block_place(struct replay *replay, uint64_t pointer, uint32_t slot)
{
	struct keyed *keyed = keyed_find(&replay->blocks, pointer);

	if (keyed == NULL) {
		keyed_add(&replay->blocks, pointer)->slot = slot;
		if (++replay->live > replay->live_most)
			replay->live_most = replay->live;
		return true;
	}
	if (!block_free(replay, keyed->slot))
		return false;
	keyed->late++;
	keyed->slot = slot;
	return true;
}

static void block_forget(struct replay *replay, struct keyed *keyed)
{
	keyed_remove(&replay->blocks, keyed);
	replay->live--;
}

/* Returns: is there a block? @slot is that of the new one then. */
static bool block_new(struct replay *replay, const struct record *record, uint32_t *slot)
{
	return import_slot_take(replay->import, slot) && block_place(replay, record->arg[0], *slot);
}

static bool do_malloc(struct replay *replay, const struct record *record)
{
	uint32_t slot;

	return block_new(replay, record, &slot) &&
	       import_op(replay->import, "malloc size=%" PRIu64 " dst=s%" PRIu32, record->arg[1],
			 slot);
}

static bool do_calloc(struct replay *replay, const struct record *record)
{
	uint32_t slot;

	return block_new(replay, record, &slot) &&
	       import_op(replay->import, "calloc count=%" PRIu64 " size=%" PRIu64 " dst=s%" PRIu32,
			 record->arg[1], record->arg[2], slot);
}

static bool do_memalign(struct replay *replay, const struct record *record)
{
	uint32_t slot;

	return block_new(replay, record, &slot) &&
	       import_op(replay->import,
			 "memalign align=%" PRIu64 " size=%" PRIu64 " dst=s%" PRIu32,
			 record->arg[1], record->arg[2], slot);
}

/* The old block's slot becomes that of the new one. */
static bool block_move(struct replay *replay, struct keyed *old, uint64_t pointer)
{
	uint32_t slot = old->slot;

	if (old->key == pointer)
		return true;
	block_forget(replay, old);
	return block_place(replay, pointer, slot);
}

/* Arguments: new block, old block, size. Without an old block that is known the slot is one that holds nothing. */
static bool do_realloc(struct replay *replay, const struct record *record)
{
	struct keyed *old = keyed_find(&replay->blocks, record->arg[1]);
	uint32_t slot;

	if (record->arg[1] != 0 && old == NULL)
		replay->unknown_olds++;
	if (old == NULL && !block_new(replay, record, &slot))
		return false;
	if (old != NULL) {
		slot = old->slot;
		if (!block_move(replay, old, record->arg[0]))
			return false;
	}
	return import_op(replay->import, "realloc ptr=s%" PRIu32 " size=%" PRIu64, slot,
			 record->arg[2]);
}

/* realloc that returned NULL: it freed its block where the size is 0, otherwise it failed. */
static bool realloc_null(struct replay *replay, const struct record *record)
{
	struct keyed *old = keyed_find(&replay->blocks, record->arg[1]);
	uint32_t slot;

	if (old == NULL || record->arg[2] != 0)
		return import_pass(replay->import, "realloc that failed");
	slot = old->slot;
	block_forget(replay, old);
	import_slot_give(replay->import, slot);
	return import_op(replay->import, "realloc ptr=s%" PRIu32 " size=0", slot);
}

static bool do_free(struct replay *replay, const struct record *record)
{
	struct keyed *keyed = keyed_find(&replay->blocks, record->arg[0]);
	uint32_t slot;

	if (record->arg[0] == 0)
		return import_op(replay->import, "free ptr=s%" PRIu32,
				 import_slot_idle(replay->import));
	if (keyed == NULL)
		return import_pass(replay->import, "free of a block that the trace does not get");
	if (keyed->late > 0) {
		keyed->late--;
		replay->late_frees++;
		return true;
	}
	slot = keyed->slot;
	block_forget(replay, keyed);
	return block_free(replay, slot);
}

static bool do_thread_done(struct replay *replay, const struct record *record)
{
	(void)record;
	return import_pass(replay->import, "thread_done");
}

/* @args: numbers behind the name, the pointer among them; what follows them are times. */
static const struct action {
	const char *name;
	uint32_t args;
	bool (*run)(struct replay *replay, const struct record *record);
	bool (*run_null)(struct replay *replay, const struct record *record); /* returned NULL */
} actions[] = {
	{ "malloc", 2, do_malloc, NULL },     { "calloc", 3, do_calloc, NULL },
	{ "memalign", 3, do_memalign, NULL }, { "realloc", 3, do_realloc, realloc_null },
	{ "free", 1, do_free, do_free },      { "thread_done", 1, do_thread_done, do_thread_done },
};

static const struct action *action_find(const char *name, size_t length)
{
	for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++)
		if (strlen(actions[i].name) == length && memcmp(actions[i].name, name, length) == 0)
			return &actions[i];
	return NULL;
}

/* Returns: what the line says happened, or NULL. */
static const struct action *record_parse(const char *line, struct record *record)
{
	const struct action *action;
	size_t length;

	line += strspn(line, " \t");
	if (!import_number(&line, &record->thread) || *line++ != ':')
		return NULL;
	line += strspn(line, " \t");
	length = strcspn(line, " \t");
	action = action_find(line, length);
	line += length;
	for (uint32_t i = 0; action != NULL && i < action->args; i++) {
		line += strspn(line, " \t");
		if (!import_number(&line, &record->arg[i]) || (*line != '\0' && *line != ' '))
			return NULL;
	}
	return action;
}

static bool line_read(struct replay *replay)
{
	struct record record;
	const struct action *action = record_parse(replay->import->line, &record);

	if (action == NULL)
		return import_pass(replay->import, "not of this format");
	replay->import->known++;
	thread_seen(replay, record.thread);
	if (record.arg[0] != 0)
		return action->run(replay, &record);
	return action->run_null ? action->run_null(replay, &record)
				: import_pass(replay->import, "%s that failed", action->name);
}

static void note_write(const struct replay *replay)
{
	struct import *import = replay->import;

	import_note(import, ": %" PRIu64 " threads as one", replay->thread_count);
	import_note(import, ", at most %" PRIu64 " live blocks", replay->live_most);
	if (replay->unknown_olds > 0)
		import_note(import, ", realloc of %" PRIu64 " unknown blocks made realloc(NULL)",
			    replay->unknown_olds);
	if (replay->late_frees > 0)
		import_note(import,
			    ", free of %" PRIu64 " blocks put before the next use of their "
			    "addresses",
			    replay->late_frees);
}

bool import_memory_replay(struct import *import)
{
	struct replay replay = { .import = import };
	bool good = true;

	while (good && import_line(import))
		good = line_read(&replay);
	note_write(&replay);
	tdestroy(replay.blocks, free);
	tdestroy(replay.threads, free);
	return good;
}
