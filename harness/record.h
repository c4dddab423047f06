/* Records that are no ops, byte by byte: settings and expectations (specs/format.md). Freestanding. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_RECORD_H
#define MEMORACLE_RECORD_H

#include "../model/model.h"

/* record_u64() - @bytes bytes, little-endian. */
static inline uint64_t record_u64(const uint8_t *from, uint32_t bytes)
{
	uint64_t value = 0;

	for (uint32_t i = 0; i < bytes; i++)
		value |= (uint64_t)from[i] << (8 * i);
	return value;
}

/* record_store() - the low @bytes bytes of @value, little-endian. */
static inline void record_store(uint8_t *to, uint32_t bytes, uint64_t value)
{
	for (uint32_t i = 0; i < bytes; i++)
		to[i] = (uint8_t)(value >> (8 * i));
}

/* records_of() - how many records the op at record @at has; 1 if it is none. */
static inline uint32_t records_of(const struct tables *tables, const uint8_t *records,
				  uint32_t count, uint32_t at)
{
	const uint8_t *record = records + (size_t)at * OP_BYTES;
	const struct op_row *row = record[0] < OP_META ? tables->op_by_kind[record[0]] : NULL;

	return row != NULL ? op_records(row, record, count - at) : 1;
}

/* op_whole() - are all records of the op there that was decoded from @record, the first of @left? */
static inline bool op_whole(const struct op *op, const uint8_t *record, uint32_t left)
{
	return op_records(op->row, record, left) == op->row->records;
}

/* records_ops() - how many of the records begin an op. */
static inline uint32_t records_ops(const uint8_t *records, uint32_t count)
{
	uint32_t ops = 0;

	for (uint32_t i = 0; i < count; i++)
		ops += records[(size_t)i * OP_BYTES] < OP_META;
	return ops;
}

/* record_set() - an OP_SET record: setting @param is @value in this case. */
static inline void record_set(uint8_t record[OP_BYTES], uint32_t param, uint64_t value)
{
	for (uint32_t i = 0; i < OP_BYTES; i++)
		record[i] = 0;
	record[0] = OP_SET;
	record[2] = (uint8_t)param;
	record_store(record + 4, 8, value);
}

/*
 * records_settings() - the settings that the head of a case chooses go into @rules; an out-of-range
 * value is reduced, what is no setting is passed over.
 * Returns: how many records the head has.
 */
static inline uint32_t records_settings(const struct tables *tables, const uint8_t *records,
					uint32_t count, uint64_t *rules)
{
	uint32_t i;

	for (i = 0; i < count && records[i * OP_BYTES] == OP_SET; i++) {
		const uint8_t *record = records + i * OP_BYTES;
		uint64_t value = record_u64(record + 4, 8);
		const struct param_row *row;

		if (record[2] >= tables->param_count || !tables->param[record[2]].setting)
			continue;
		row = &tables->param[record[2]];
		if ((value < row->lo || value > row->hi) && row->hi - row->lo != UINT64_MAX)
			value = row->lo + value % (row->hi - row->lo + 1);
		(void)param_set(tables, record[2], rules, value);
	}
	return i;
}

#endif
