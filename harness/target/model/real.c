/* The model as a target: loads the copy, drives it, and looks up cells in its views. */
/* SPDX-License-Identifier: MIT */
#include "real.h"
#include "../../worker/sys.h"
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define REAL_CELLS_MAX (1u << 18) /* as many as the loop compares */
#define REAL_RULES_MAX 256u
#define PLACES (2u * REAL_CELLS_MAX)

static const struct model *real;
static void *state;
static uint64_t initial[REAL_RULES_MAX]; /* the copy's switches */
static uint64_t now[REAL_RULES_MAX];     /* and the settings of the case */

/* The copy's view since the last op, and where each cell of it is. */
static struct cell cells[REAL_CELLS_MAX];
static struct view view = { .cell = cells, .capacity = REAL_CELLS_MAX };
static struct place {
	uint32_t round; /* of another round: empty */
	uint32_t index;
} places[PLACES];
static uint32_t view_round;
static bool view_whole;

static int refuse(struct target_info *info, const char *why)
{
	(void)snprintf(info->why_not, sizeof(info->why_not), "%s", why);
	return -MODEL_ENOTSUP;
}

/* "NAME=V": a switch of the real side alone. */
static bool switch_set(const char *word)
{
	const struct tables *tables = real->tables;
	size_t length = strcspn(word, "=");
	char *end;
	uint64_t value = strtoull(word + length + 1, &end, 0);

	if ((*end != '\0' && *end != ',') || end == word + length + 1)
		return false;
	for (uint32_t i = 0; i < tables->param_count; i++)
		if (strncmp(tables->param[i].name, word, length) == 0 &&
		    tables->param[i].name[length] == '\0' && !tables->param[i].setting)
			return param_set(tables, i, initial, value);
	return false;
}

/* The switches among the changes of a release; its fault is in the copy already. */
static bool release_set(const char *word)
{
	while (word != NULL && *word != '\0') {
		size_t length = strcspn(word, ",");

		if (memchr(word, '=', length) != NULL && !switch_set(word))
			return false;
		word += length + (word[length] == ',');
	}
	return true;
}

static int copy_load(const char *path, struct target_info *info)
{
	void *object = path != NULL ? dlopen(path, RTLD_NOW | RTLD_LOCAL) : NULL;

	real = object != NULL ? dlsym(object, "real_model") : NULL;
	if (real == NULL)
		return refuse(info, path != NULL ? dlerror() : "no copy of the model was named");
	if (real->tables->rules_bytes > sizeof(initial))
		return refuse(info, "the copy's rules do not fit");
	state = sys_map_lazy(real->bytes);
	return state != NULL ? 0 : refuse(info, "no memory for the copy of the model");
}

int real_open(void *rules, struct target_info *info)
{
	const char *release = getenv(REAL_RELEASE_ENV);
	int status = copy_load(getenv(REAL_MODEL_ENV), info);

	(void)rules;
	if (status != 0)
		return status;
	params_init(real->tables, initial);
	if (!release_set(release))
		return refuse(info, "no switch of this domain has that value");
	status = real_system.open();
	if (status != 0)
		return refuse(info, "the fake system below the model finds its addresses taken");
	(void)snprintf(info->version, sizeof(info->version), "the model%s%s",
		       release != NULL ? " with " : "", release != NULL ? release : "");
	return status;
}

/* What the model is told of its switches is not what the copy has: only settings are common. */
int real_reset(const void *rules)
{
	const struct tables *tables = real->tables;

	memcpy(now, initial, sizeof(now));
	for (uint32_t i = 0; i < tables->param_count; i++)
		if (tables->param[i].setting)
			(void)param_set(tables, i, now, param_get(tables, i, rules));
	real_system.reset();
	real->reset(state, now);
	view_round++;
	view_whole = false;
	return 0;
}

static struct place *place_find(const struct cell *cell)
{
	uint32_t at = (cell->key * 2654435761u) ^ (cell->field * 40503u) ^ (cell->space * 9973u);

	for (at %= PLACES; places[at].round == view_round; at = (at + 1) % PLACES) {
		const struct cell *other = &cells[places[at].index];

		if (other->key == cell->key && other->field == cell->field &&
		    other->space == cell->space)
			break;
	}
	return &places[at];
}

static void view_take(enum view_scope scope)
{
	uint32_t first = view.count;

	real->view(state, scope, &view);
	for (uint32_t i = first; i < view.count; i++)
		*place_find(&cells[i]) = (struct place){ .round = view_round, .index = i };
}

static void view_new(enum view_scope scope)
{
	view_round++;
	view.count = 0;
	view.overflow = false;
	view_whole = scope == VIEW_FULL;
	view_take(scope);
}

void real_apply(const struct op *op, struct outcome *seen, struct os *os)
{
	struct trace *trace = real->trace(state);
	struct op own = *op; /* its slots are its own */

	trace->last = RULE_NONE;
	trace->touched_count = 0;
	real_system.begin(op, os);
	if (real->admit(state, &own) == SKIP_NO)
		real->step(state, &own, os, seen);
	else
		seen->err = MODEL_ENOTSUP;
	view_new(trace->touched_count > TOUCHED_MAX ? VIEW_FULL : VIEW_TOUCHED);
}

/* What an op touched is found without a look at everything. */
static uint64_t cell_value(const struct cell *cell)
{
	const struct place *place = place_find(cell);

	if (place->round != view_round && !view_whole) {
		view_new(VIEW_FULL);
		place = place_find(cell);
	}
	return place->round == view_round ? cells[place->index].value : CELL_ABSENT;
}

void real_observe(const struct cell *cell, uint32_t count, uint64_t *seen)
{
	for (uint32_t i = 0; i < count; i++)
		seen[i] = cell_value(&cell[i]);
}

uint64_t real_request(struct os *os, uint32_t kind, uint64_t a, uint64_t b, uint64_t c,
		      int32_t *err)
{
	const uint64_t arg[OS_ARGS] = { a, b, c };
	uint32_t before = os->seen_count;

	real_system.request(os, kind, arg);
	*err = MODEL_ENOMEM;
	if (os->seen_count == before)
		return 0;
	*err = os->seen[before].err;
	return *err != 0 ? 0 : os->seen[before].result;
}
