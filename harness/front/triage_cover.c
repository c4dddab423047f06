/* triage: the smallest set of causes that explains the most findings. */
/* SPDX-License-Identifier: MIT */
#include "triage.h"
#include <string.h>

#define TIES_MAX 12u /* so many of those that explain the same are told apart by campaigns */

/* Findings that the cause explains and no named one does. */
static uint32_t cause_gain(const struct triage_group *group, const struct cause *cause)
{
	uint32_t gain = 0;

	for (uint32_t i = 0; i < group->finding_count; i++)
		gain += cause->explains[i] && !group->finding[i]->explained;
	return gain;
}

/* Of equals the first suspects come first, then the smaller change: so they stand in the table. */
static uint32_t ties_find(const struct triage_group *group, uint32_t tie[TIES_MAX])
{
	uint32_t most = 0, count = 0;

	for (uint32_t i = 0; i < group->cause_count; i++) {
		uint32_t gain = cause_gain(group, &group->cause[i]);

		if (gain > most) {
			most = gain;
			count = 0;
		}
		if (gain == most && gain > 0 && count < TIES_MAX)
			tie[count++] = i;
	}
	return count;
}

/* One that held goes before one that did not, of two that did not the one that held longer. */
static uint32_t best_find(const struct triage_group *group, const uint32_t *tie, uint32_t count)
{
	uint32_t best = 0;

	for (uint32_t i = 1; i < count; i++) {
		const struct trial *now = &group->cause[tie[best]].trial;
		const struct trial *other = &group->cause[tie[i]].trial;

		if (now->differs && (!other->differs || other->agreed > now->agreed))
			best = i;
	}
	return best;
}

/*
 * Which of @tie is it? A short campaign under each, then a long one under those that held, until one holds again.
 * Stops where time is up.
 */
static bool tie_break(struct triage *triage, struct triage_group *group, const uint32_t *tie,
		      uint32_t count, struct error *error)
{
	const uint64_t ops[] = { count > 1 ? triage->limits.tie_ops : 0,
				 triage->limits.confirm_ops };
	bool holds = false;

	for (uint32_t round = 0; round < 2; round++)
		for (uint32_t i = 0; i < count && ops[round] > 0 && !holds; i++) {
			struct cause *cause = &group->cause[tie[i]];

			if (cause->trial.differs)
				continue;
			if (triage_time_is_up(triage))
				return true;
			if (!trial_run(group, cause, ops[round], error))
				return false;
			holds = round == 1 && !cause->trial.differs;
		}
	return true;
}

static bool explains_same(const struct triage_group *group, const struct cause *a,
			  const struct cause *b)
{
	return memcmp(a->explains, b->explains, group->finding_count * sizeof(bool)) == 0;
}

/* The cases were the same: changes that are equal part with the real side at the same op. */
static bool held_as_long(const struct trial *other, const struct trial *best)
{
	return !other->differs || (best->differs && other->agreed == best->agreed);
}

static void cause_take(struct triage_group *group, uint32_t index)
{
	const struct cause *cause = &group->cause[index];

	for (uint32_t i = 0; i < group->finding_count; i++)
		group->finding[i]->explained |= cause->explains[i];
	group->named = memory_grow(group->named, group->named_count + 1, sizeof(*group->named));
	group->named[group->named_count++] = index;
}

/* Adds the changes of @cause. Returns: false if a worker with one fault cannot have them. */
static bool cause_join(struct cause *together, const struct cause *cause)
{
	for (uint32_t i = 0; i < cause->change_count; i++) {
		const struct change *change = &cause->change[i];

		if (together->change_count == CHANGES_MAX)
			return false;
		for (uint32_t k = 0; k < together->change_count; k++)
			if ((change->kind == CAUSE_FAULT) ==
				(together->change[k].kind == CAUSE_FAULT) &&
			    (change->kind == CAUSE_FAULT ||
			     change->param == together->change[k].param))
				return false;
		together->change[together->change_count++] = *change;
	}
	return true;
}

bool group_together(struct triage *triage, struct triage_group *group, struct error *error)
{
	struct cause *together;
	bool good =
	    group->named_count > 1 && triage->limits.confirm_ops > 0 && !triage_time_is_up(triage);

	if (!good)
		return true;
	together = memory_new(1, sizeof(*together));
	together->explains = memory_new(group->finding_count, sizeof(bool));
	for (uint32_t i = 0; i < group->finding_count; i++)
		together->explains[i] = group->finding[i]->explained;
	for (uint32_t i = 0; good && i < group->named_count; i++)
		good = cause_join(together, &group->cause[group->named[i]]);
	group->together = together;
	if (good)
		return trial_run(group, together, triage->limits.confirm_ops, error);
	together->change_count = 0; /* not all of them at once */
	return true;
}

bool group_cover(struct triage *triage, struct triage_group *group, struct error *error)
{
	uint32_t tie[TIES_MAX], count, best;

	while ((count = ties_find(group, tie)) > 0) {
		struct cause *cause;

		if (!tie_break(triage, group, tie, count, error))
			return false;
		best = best_find(group, tie, count);
		cause = &group->cause[tie[best]];
		for (uint32_t i = 0; i < count; i++)
			if (i != best && explains_same(group, cause, &group->cause[tie[i]]) &&
			    held_as_long(&group->cause[tie[i]].trial, &cause->trial))
				group->cause[tie[i]].same_as = (int)tie[best];
		cause_take(group, tie[best]);
	}
	return true;
}
