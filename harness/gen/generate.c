/* Cases from a seed, by the tables alone: swarm weights, boundary-biased operands, slots that fit. */
/* SPDX-License-Identifier: MIT */
#include "generate.h"
#include "../record.h"

#define SETTING_KINDS 8u
#define FAR_PAGES (1u << 20) /* how far apart exact calls mostly stay */
#define FAR_SLOTS (16u * SLOTS)
#define SETTING_BITS 21u /* larger values change nothing more, but for the largest */

static uint64_t log_draw(struct random *random, uint64_t lo, uint64_t hi, uint32_t bits_max)
{
	uint64_t span = hi - lo;
	uint32_t bits = 0, pick;
	uint64_t value;

	while (bits < 64 && (span >> bits) != 0)
		bits++;
	if (bits_max != 0 && bits_max < bits)
		bits = bits_max;
	pick = (uint32_t)random_below(random, bits + 1);
	value = pick == 0 ? 0 : (1ull << (pick - 1)) | random_below(random, 1ull << (pick - 1));
	return lo + (value > span ? span : value);
}

static uint64_t interesting_draw(const struct operand_row *operand, struct random *random)
{
	uint64_t value = operand->interesting[random_below(random, operand->interesting_count)];

	switch (random_below(random, 6)) {
	case 0:
		value++;
		break;
	case 1:
		value--;
		break;
	default:
		break;
	}
	return operand_in_range(operand, value) ? value : operand->lo;
}

/* Whole pages and rather few of them, or anything. */
static uint64_t pages_draw(const struct operand_row *operand, const struct swarm *swarm,
			   struct random *random)
{
	uint64_t value = log_draw(random, 0, FAR_PAGES, swarm->log_bits) << 12;

	switch (random_below(random, 16)) {
	case 0:
		return log_draw(random, operand->lo, operand->hi, 0);
	case 1:
		return value + random_below(random, 0x1000);
	default:
		return value;
	}
}

/* An interesting value, now and then with a bit more or less. */
static uint64_t flags_draw(const struct operand_row *operand, struct random *random)
{
	uint64_t value = operand->interesting[random_below(random, operand->interesting_count)];

	if (random_chance(random, 4))
		value ^= UINT64_C(1) << random_below(random, 8u * operand->bytes);
	return operand_in_range(operand, value) ? value : operand->lo;
}

/* One of all slots: a low one, or a reset would take long. */
static uint64_t far_slot_draw(const struct operand_row *operand, struct random *random)
{
	uint64_t few = random_chance(random, 16) ? FAR_SLOTS : SLOTS / 8;

	return operand->lo + random_below(random, few);
}

uint64_t operand_draw(const struct operand_row *operand, const struct swarm *swarm,
		      struct random *random)
{
	uint64_t span = operand->hi - operand->lo + 1; /* 0: 2^64 */
	uint64_t interesting_in = swarm->interesting_in;

	if (operand->form == FORM_SLOT && span > FAR_SLOTS)
		return far_slot_draw(operand, random);
	if (operand->draw == DRAW_FLAGS)
		return flags_draw(operand, random);
	if (operand->draw == DRAW_RARE) {
		if (!random_chance(random, 16))
			return operand->lo;
		interesting_in = 2;
	}
	if (operand->interesting_count != 0 && operand->form != FORM_SLOT &&
	    random_chance(random, interesting_in))
		return interesting_draw(operand, random);
	if (operand->draw == DRAW_LOG)
		return log_draw(random, operand->lo, operand->hi, swarm->log_bits);
	if (operand->draw == DRAW_PAGES)
		return pages_draw(operand, swarm, random);
	return span == 0 ? random_next(random) : operand->lo + random_below(random, span);
}

/* A slot below slots->span that is live (or not), or any if there is none. */
static uint64_t slot_draw(const struct slot_set *slots, bool live, struct random *random)
{
	uint64_t mask = slots->span == 64 ? UINT64_MAX : (1ull << slots->span) - 1;
	uint64_t candidates = (live ? slots->live : ~slots->live) & mask;
	uint64_t skip;

	if (candidates == 0)
		return random_below(random, slots->span);
	skip = random_below(random, (uint64_t)__builtin_popcountll(candidates));
	while (skip-- > 0)
		candidates &= candidates - 1;
	return (uint64_t)__builtin_ctzll(candidates);
}

static uint64_t arg_draw(const struct arg_row *arg, const struct swarm *swarm,
			 struct random *random)
{
	if (arg->operand->form == FORM_SLOT && !random_chance(random, 64)) {
		if (arg->operand->draw == DRAW_LIVE)
			return slot_draw(&swarm->slots, true, random);
		if (arg->operand->draw == DRAW_EMPTY)
			return slot_draw(&swarm->slots, false, random);
	}
	return operand_draw(arg->operand, swarm, random);
}

void slot_set_note(struct slot_set *slots, const struct op *op)
{
	for (uint32_t i = 0; i < op->row->arg_count; i++) {
		uint64_t bit = op->arg[i] < SLOTS ? 1ull << op->arg[i] : 0;

		switch (op->row->arg[i].use) {
		case SLOT_FILLS:
			slots->live |= bit;
			break;
		case SLOT_EMPTIES:
			slots->live &= ~bit;
			break;
		default:
			break;
		}
	}
}

/* Does the op read or empty a slot while nothing is live? */
static bool op_needs_slot(const struct op_row *row)
{
	for (uint32_t i = 0; i < row->arg_count; i++)
		if (row->arg[i].operand->draw == DRAW_LIVE &&
		    (row->arg[i].use == SLOT_READS || row->arg[i].use == SLOT_EMPTIES))
			return true;
	return false;
}

/* A row whose ops need no more than @room records. */
static const struct op_row *row_draw(const struct tables *tables, const struct swarm *swarm,
				     struct random *random, uint32_t room)
{
	uint64_t pick = random_below(random, swarm->weight_sum);

	for (uint32_t i = 0; i < tables->op_count; i++) {
		uint32_t weight = swarm->weight[tables->op[i].number];

		if (pick < weight && tables->op[i].records <= room)
			return &tables->op[i];
		pick -= pick < weight ? pick : weight;
	}
	return &tables->op[0];
}

uint32_t generate_op(const struct tables *tables, struct swarm *swarm, struct random *random,
		     uint8_t *records, uint32_t room)
{
	const struct op_row *row = row_draw(tables, swarm, random, room);
	struct op op = { 0 };

	for (uint32_t tries = 0; swarm->slots.live == 0 && op_needs_slot(row) && tries < 8; tries++)
		row = row_draw(tables, swarm, random, room);
	op.row = row;
	op.kind = row->call;
	for (uint32_t i = 0; i < row->arg_count; i++)
		op.arg[i] = arg_draw(&row->arg[i], swarm, random);
	slot_set_note(&swarm->slots, &op);
	op_encode(&op, records);
	return row->records;
}

void swarm_init(const struct tables *tables, struct swarm *swarm, struct random *random)
{
	/* Factors in quarters: most ops keep their weight, some are left out, some dominate. */
	static const uint8_t quarters[] = { 0, 1, 2, 4, 4, 4, 4, 4, 8, 16 };
	static const uint8_t log_caps[] = { 0, 0, 5, 7, 9, 11, 13, 16 };
	static const uint8_t spans[] = { 4, 8, 16, 32, 64, 64 };
	bool plain = random_chance(random, 4);

	swarm->weight_sum = 0;
	for (uint32_t i = 0; i < tables->op_count; i++) {
		const struct op_row *row = &tables->op[i];
		uint32_t factor = plain ? 4 : quarters[random_below(random, sizeof(quarters))];

		swarm->weight[row->number] = row->weight * factor;
		swarm->weight_sum += row->weight * factor;
	}
	if (swarm->weight_sum == 0) {
		swarm->weight[tables->op[0].number] = 1;
		swarm->weight_sum = 1;
	}
	swarm->log_bits = log_caps[random_below(random, sizeof(log_caps))];
	swarm->interesting_in = (uint32_t)(2 + random_below(random, 14));
	swarm->slots = (struct slot_set){
		.span = spans[random_below(random, sizeof(spans))],
	};
}

/* Of small ranges every value alike: they are kinds rather than magnitudes. */
uint64_t setting_draw(const struct param_row *row, struct random *random)
{
	if (row->hi - row->lo < SETTING_KINDS)
		return row->lo + random_below(random, row->hi - row->lo + 1);
	switch (random_below(random, 4)) {
	case 0:
		return row->lo;
	case 1:
		return row->hi;
	default:
		return log_draw(random, row->lo, row->hi,
				1 + (uint32_t)random_below(random, SETTING_BITS));
	}
}

/* Settings keep their initial value in half the cases; otherwise a few of them move. */
static uint32_t settings_draw(const struct tables *tables, struct random *random, uint64_t fixed,
			      uint8_t *records)
{
	uint32_t count = 0;

	if (random_chance(random, 2))
		return 0;
	for (uint32_t i = 0; i < tables->param_count && i < 256; i++) {
		const struct param_row *row = &tables->param[i];

		if (!row->setting || (i < 64 && (fixed >> i & 1) != 0) || !random_chance(random, 3))
			continue;
		record_set(records + (size_t)count * OP_BYTES, i, setting_draw(row, random));
		count++;
	}
	return count;
}

uint32_t generate_case(const struct tables *tables, uint64_t seed, uint32_t room, uint64_t fixed,
		       uint8_t *records)
{
	struct random random = { .state = seed };
	struct swarm swarm;
	uint32_t count = settings_draw(tables, &random, fixed, records), end = count + room;

	swarm_init(tables, &swarm, &random);
	while (count < end)
		count += generate_op(tables, &swarm, &random, records + (size_t)count * OP_BYTES,
				     end - count);
	return count;
}
