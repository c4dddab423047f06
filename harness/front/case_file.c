/* Cases in memory: records, metadata, and the strict binary form. */
/* SPDX-License-Identifier: MIT */
#include "case_file.h"
#include "form.h"
#include "registry.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zlib.h>

#define DROP_RECORDS (1u << 18)

void case_free(struct case_file *file)
{
	for (uint32_t i = 0; i < file->meta_count; i++) {
		free(file->meta[i].key);
		free(file->meta[i].value);
	}
	free(file->meta);
	if (file->mapped != NULL)
		(void)munmap(file->mapped, file->mapped_bytes);
	else
		free(file->records);
	free(file->line);
	*file = (struct case_file){ 0 };
}

struct case_file case_copy(const struct case_file *file)
{
	struct case_file copy = { .tables = file->tables };

	for (uint32_t i = 0; i < file->meta_count; i++)
		meta_set(&copy, file->meta[i].key, file->meta[i].value);
	case_record(&copy, file->records, file->record_count);
	return copy;
}

/* Records that lie in a file become memory of our own. */
static void case_own(struct case_file *file)
{
	uint8_t *records;

	if (file->mapped == NULL)
		return;
	records = memory_new(file->record_count + 1, OP_BYTES);
	memcpy(records, file->records, (size_t)file->record_count * OP_BYTES);
	(void)munmap(file->mapped, file->mapped_bytes);
	file->mapped = NULL;
	file->records = records;
}

void case_record(struct case_file *file, const uint8_t *records, uint32_t count)
{
	if (count == 0)
		return;
	case_own(file);
	file->records = memory_grow(file->records, file->record_count + count, OP_BYTES);
	memcpy(file->records + (size_t)file->record_count * OP_BYTES, records,
	       (size_t)count * OP_BYTES);
	file->record_count += count;
}

void case_drop(const struct case_file *file, const uint8_t *from, size_t bytes)
{
	uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
	uintptr_t low = (uintptr_t)from / page * page,
		  high = (uintptr_t)(from + bytes) / page * page;

	if (file->mapped != NULL && high > low)
		(void)madvise((void *)low, high - low, MADV_DONTNEED);
}

/* All records are looked at in turn, and this one now: those before it are dropped now and then. */
static void records_passed(const struct case_file *file, uint32_t at)
{
	if (at % DROP_RECORDS == DROP_RECORDS - 1)
		case_drop(file, file->records + (size_t)(at + 1 - DROP_RECORDS) * OP_BYTES,
			  DROP_RECORDS * OP_BYTES);
}

bool case_op(const struct case_file *file, uint32_t index, struct op *op)
{
	*op = (struct op){ 0 };
	return index < file->record_count &&
	       op_decode(file->tables, file->records + (size_t)index * OP_BYTES,
			 file->record_count - index, op);
}

uint32_t case_after(const struct case_file *file, uint32_t index)
{
	struct op op;

	while (++index < file->record_count)
		if (case_op(file, index, &op))
			break;
	return index;
}

uint32_t case_last_op(const struct case_file *file)
{
	uint32_t last = file->record_count;

	while (last > 0 && file->records[(size_t)--last * OP_BYTES] >= OP_META)
		continue;
	return last;
}

void case_cut(struct case_file *file, uint32_t index)
{
	uint32_t end = index + records_of(file->tables, file->records, file->record_count, index);

	if (end < file->record_count)
		file->record_count = end;
}

uint32_t case_op_number(const struct case_file *file, uint32_t index)
{
	uint32_t ops = 0;

	for (uint32_t i = 0; i < file->record_count && i <= index; i++) {
		ops += file->records[(size_t)i * OP_BYTES] < OP_META;
		records_passed(file, i);
	}
	return ops;
}

uint32_t case_ops(const struct case_file *file)
{
	return case_op_number(file, file->record_count);
}

uint32_t case_line(const struct case_file *file, uint32_t index)
{
	uint32_t line = 2 + file->meta_count;

	if (file->line != NULL)
		return file->line[index];
	for (uint32_t i = 1; i <= index; i++)
		line += file->records[(size_t)i * OP_BYTES] != OP_RESULT;
	return line;
}

void record_result(uint8_t record[OP_BYTES], int32_t err, uint64_t value)
{
	memset(record, 0, OP_BYTES);
	record[0] = OP_RESULT;
	record_store(record + 2, 4, (uint32_t)err);
	record_store(record + 8, 8, value);
}

void record_cell(uint8_t record[OP_BYTES], const struct cell *cell)
{
	record[0] = OP_CELL;
	record[1] = (uint8_t)cell->field;
	record_store(record + 2, 2, cell->space);
	record_store(record + 4, 4, cell->key);
	record_store(record + 8, 8, cell->value);
}

void case_set(struct case_file *file, uint32_t param, uint64_t value)
{
	uint8_t record[OP_BYTES];
	uint32_t i;

	record_set(record, param, value);
	for (i = 0; i < file->record_count; i++) {
		uint8_t *at = file->records + (size_t)i * OP_BYTES;

		if (at[0] != OP_SET)
			break;
		if (at[2] == param) {
			memcpy(at, record, OP_BYTES);
			return;
		}
	}
	free(file->line);
	file->line = NULL;
	case_record(file, record, 1);
	memmove(file->records + OP_BYTES, file->records,
		(size_t)(file->record_count - 1) * OP_BYTES);
	memcpy(file->records, record, OP_BYTES);
}

static struct meta_line *meta_find(const struct case_file *file, const char *key)
{
	for (uint32_t i = 0; i < file->meta_count; i++)
		if (strcmp(file->meta[i].key, key) == 0)
			return &file->meta[i];
	return NULL;
}

const char *meta_get(const struct case_file *file, const char *key)
{
	const struct meta_line *line = meta_find(file, key);

	return line ? line->value : NULL;
}

void meta_set(struct case_file *file, const char *key, const char *value)
{
	struct meta_line *line = meta_find(file, key);
	size_t length = strlen(value);
	char *copy;

	while (length > 0 && *value == ' ') {
		value++;
		length--;
	}
	while (length > 0 && value[length - 1] == ' ')
		length--;
	copy = text_copy(value, length);
	for (char *at = copy; *at != '\0'; at++)
		if ((unsigned char)*at < 0x20 || *at == 0x7f)
			*at = '?';
	if (line == NULL) {
		file->meta = memory_grow(file->meta, file->meta_count + 1, sizeof(*file->meta));
		line = &file->meta[file->meta_count++];
		line->key = text_copy(key, strlen(key));
	} else {
		free(line->value);
	}
	line->value = copy;
}

void meta_remove(struct case_file *file, const char *key)
{
	struct meta_line *line = meta_find(file, key);

	if (line == NULL)
		return;
	free(line->key);
	free(line->value);
	file->meta_count--;
	memmove(line, line + 1, (size_t)(file->meta + file->meta_count - line) * sizeof(*line));
}

static bool key_valid(const char *key)
{
	size_t length = strlen(key);

	return length > 0 && length < 128 &&
	       strspn(key, "abcdefghijklmnopqrstuvwxyz0123456789_.") == length &&
	       strcmp(key, "domain") != 0;
}

static bool value_valid(const char *value)
{
	size_t length = strlen(value);

	for (size_t i = 0; i < length; i++)
		if ((unsigned char)value[i] < 0x20 || value[i] == 0x7f)
			return false;
	return length > 0 && value[0] != ' ' && value[length - 1] != ' ';
}

/* need.RULE=V and rule.RULE=V name a switch of the domain. */
static bool switch_check(const struct tables *tables, const char *name, const char *value,
			 struct error *error)
{
	int param = param_find(tables, name);
	uint64_t number;

	if (param < 0)
		return error_set(error, "domain %s has no rule or setting `%.100s`", tables->name,
				 name);
	if (!param_parse(value, strlen(value), &number) || number < tables->param[param].lo ||
	    number > tables->param[param].hi)
		return error_set(error, "`%.100s` is no value of %s: %llu to %llu", value, name,
				 (unsigned long long)tables->param[param].lo,
				 (unsigned long long)tables->param[param].hi);
	return true;
}

bool meta_check(const struct tables *tables, const char *key, const char *value,
		struct error *error)
{
	if (!key_valid(key))
		return error_set(error, "`%.100s` is no metadata key (a-z 0-9 _ .)", key);
	if (!value_valid(value))
		return error_set(error,
				 "metadata `%.100s` has no value, or one with control "
				 "characters or blanks at its ends",
				 key);
	if (strncmp(key, "need.", 5) == 0 || strncmp(key, "rule.", 5) == 0)
		return switch_check(tables, key + 5, value, error);
	return true;
}

static bool set_check(const struct tables *tables, const uint8_t record[OP_BYTES],
		      const struct record_state *state, struct error *error)
{
	uint64_t value = record_u64(record + 4, 8);
	const struct param_row *row;
	uint8_t canonical[OP_BYTES];

	if (state->op)
		return error_set(error, "a setting stands behind an op; settings come first");
	if (record[2] >= tables->param_count)
		return error_set(error, "domain %s has no parameter %u", tables->name, record[2]);
	row = &tables->param[record[2]];
	if (!row->setting)
		return error_set(error, "%s is detected at the target: use `need`, or --rule",
				 row->name);
	if (value < row->lo || value > row->hi)
		return error_set(error, "%s=%llu is out of range: %llu to %llu", row->name,
				 (unsigned long long)value, (unsigned long long)row->lo,
				 (unsigned long long)row->hi);
	record_set(canonical, record[2], value);
	return memcmp(canonical, record, OP_BYTES) == 0 ||
	       error_set(error, "unused bytes of a setting are not 0");
}

static bool result_check(const uint8_t record[OP_BYTES], struct record_state *state,
			 struct error *error)
{
	int32_t err = (int32_t)record_u64(record + 2, 4);
	uint8_t canonical[OP_BYTES];

	if (!state->op || state->result)
		return error_set(error, "an expected result does not stand right behind its op");
	state->result = true;
	if (err != 0 && errno_name(err) == NULL)
		return error_set(error, "expected error number %d is unknown", err);
	record_result(canonical, err, record_u64(record + 8, 8));
	return memcmp(canonical, record, OP_BYTES) == 0 ||
	       error_set(error, "unused bytes of an expected result are not 0");
}

static bool cell_check(const struct tables *tables, const uint8_t record[OP_BYTES],
		       struct record_state *state, struct error *error)
{
	state->result = true; /* results come before cells */
	if (!state->op)
		return error_set(error, "an expected cell stands before the first op");
	return record[1] < tables->field_count ||
	       error_set(error, "domain %s has no field %u", tables->name, record[1]);
}

static uint32_t op_check(const struct tables *tables, const uint8_t *record, uint32_t left,
			 struct record_state *state, struct error *error)
{
	uint8_t canonical[OP_WIDE_BYTES];
	struct op op = { 0 };

	if (!op_decode(tables, record, left, &op)) {
		error_set(error,
			  record[0] == OP_ARG ? "operands stand behind no exact call of %s"
					      : "domain %s has no op number %u",
			  tables->name, record[0]);
		return 0;
	}
	state->op = true;
	state->result = false;
	if (!op_whole(&op, record, left)) {
		error_set(error, "operands of %s are missing", op.row->name);
		return 0;
	}
	op_encode(&op, canonical);
	if (memcmp(canonical, record, op.row->records * OP_BYTES) == 0)
		return op.row->records;
	error_set(error, "an operand of %s is out of range, or unused bytes are not 0",
		  op.row->name);
	return 0;
}

uint32_t record_check(const struct tables *tables, const uint8_t *record, uint32_t left,
		      struct record_state *state, struct error *error)
{
	switch (record[0]) {
	case OP_SET:
		return set_check(tables, record, state, error);
	case OP_RESULT:
		return result_check(record, state, error);
	case OP_CELL:
		return cell_check(tables, record, state, error);
	default:
		return op_check(tables, record, left, state, error);
	}
}

/* @file: data that is mapped for it lies in memory only as far as it is read. */
static uint32_t case_crc(const struct case_file *file, const uint8_t *data, size_t size)
{
	uLong crc = crc32(0, data, CASE_AT_CRC);

	for (size_t at = CASE_HEADER_BYTES, step; at < size; at += step) {
		step = size - at < DROP_RECORDS * OP_BYTES ? size - at : DROP_RECORDS * OP_BYTES;
		crc = crc32_z(crc, data + at, step);
		case_drop(file, data + at, step);
	}
	return (uint32_t)crc;
}

/* The metadata text: K=V lines, each ended by a newline. */
static bool meta_read(struct case_file *file, const char *text, size_t size, struct error *error)
{
	while (size > 0) {
		const char *end = memchr(text, '\n', size);
		const char *equal = memchr(text, '=', size);
		char *key, *value;
		bool good;

		if (end == NULL || equal == NULL || equal > end)
			return error_set(error, "metadata is not lines of K=V");
		key = text_copy(text, (size_t)(equal - text));
		value = text_copy(equal + 1, (size_t)(end - equal - 1));
		good = strlen(key) == (size_t)(equal - text) &&
		       strlen(value) == (size_t)(end - equal - 1);
		if (!good)
			error_set(error, "metadata holds a zero byte");
		good = good && meta_check(file->tables, key, value, error) &&
		       (meta_get(file, key) == NULL ||
			error_set(error, "metadata `%.100s` is there twice", key));
		if (good)
			meta_set(file, key, value);
		free(key);
		free(value);
		if (!good)
			return false;
		size -= (size_t)(end + 1 - text);
		text = end + 1;
	}
	return true;
}

static bool header_check(const struct case_file *file, const uint8_t *data, size_t size,
			 struct error *error)
{
	uint32_t version, records, meta;
	uint64_t want;

	if (size == 0)
		return error_set(error, "is empty");
	if (memcmp(data, CASE_MAGIC, size < CASE_MAGIC_BYTES ? size : CASE_MAGIC_BYTES) != 0)
		return error_set(error,
				 "not a case: it begins neither with " CASE_MAGIC " nor, as text, "
				 "with a line `domain D`; name the --target to replay it as raw "
				 "fuzz input");
	if (size < CASE_HEADER_BYTES)
		return error_set(error,
				 "cut short: %zu bytes, the header alone has %u; copy it again",
				 size, CASE_HEADER_BYTES);
	version = (uint32_t)record_u64(data + CASE_AT_VERSION, 2);
	if (version < CASE_VERSION_OLDEST || version > CASE_VERSION)
		return error_set(
		    error, "has case format %u, this memoracle knows %u to %u: update memoracle",
		    version, CASE_VERSION_OLDEST, CASE_VERSION);
	records = case_u32(data + CASE_AT_RECORDS);
	meta = case_u32(data + CASE_AT_META);
	if (records > TRACE_RECORDS_MAX || meta > CASE_META_MAX)
		return error_set(error,
				 "%u records (at most %u) and %u bytes of metadata (at most %u): "
				 "damaged; copy it again",
				 records, TRACE_RECORDS_MAX, meta, CASE_META_MAX);
	want = CASE_HEADER_BYTES + (uint64_t)meta + (uint64_t)records * OP_BYTES;
	if (size < want)
		return error_set(error, "cut short: %zu of %llu bytes; copy it again", size,
				 (unsigned long long)want);
	if (size > want)
		return error_set(error, "%llu bytes too long; copy it again",
				 (unsigned long long)(size - want));
	if (case_u32(data + CASE_AT_CRC) != case_crc(file, data, size))
		return error_set(error,
				 "wrong checksum: it was damaged or edited; copy it again, or "
				 "edit it as text (show, encode)");
	return data[CASE_AT_FLAGS] == 0 ||
	       error_set(error, "unknown flags 0x%02x: update memoracle", data[CASE_AT_FLAGS]);
}

static bool records_check(const struct case_file *file, struct error *error)
{
	struct record_state state = { 0 };
	uint32_t count;

	for (uint32_t i = 0; i < file->record_count; i += count) {
		count = record_check(file->tables, file->records + (size_t)i * OP_BYTES,
				     file->record_count - i, &state, error);
		if (count == 0)
			return error_prefix(error, "record %u: ", i);
		for (uint32_t k = 0; k < count; k++)
			records_passed(file, i + k);
	}
	return true;
}

/* Version 1 counted parameters from the switches on, as many as the domains had at its end; now settings come first. */
static void settings_renumber(struct case_file *file)
{
	static const struct {
		const char *domain;
		uint8_t switches;
	} old[] = { { "ptmalloc", 2 }, { "vma", 20 } };
	uint32_t shift = 0;

	for (uint32_t i = 0; i < sizeof(old) / sizeof(old[0]); i++)
		if (strcmp(old[i].domain, file->tables->name) == 0)
			shift = old[i].switches;
	for (uint32_t i = 0; i < file->record_count; i++) {
		uint8_t *record = file->records + (size_t)i * OP_BYTES;

		if (record[0] == OP_SET) /* a switch's number wraps to one that no domain has */
			record[2] = (uint8_t)(record[2] - shift);
	}
}

/* What stands before the records. */
static bool case_head(const uint8_t *data, size_t size, struct case_file *file, struct error *error)
{
	if (!header_check(file, data, size, error))
		return false;
	file->tables = domain_by_number(data[CASE_AT_DOMAIN]);
	if (file->tables == NULL)
		return error_set(error,
				 "is of domain %u, which this memoracle does not have: update "
				 "memoracle",
				 data[CASE_AT_DOMAIN]);
	return meta_read(file, (const char *)data + CASE_HEADER_BYTES,
			 case_u32(data + CASE_AT_META), error);
}

/* The records are there: in the form of this version, and right. */
static bool case_settle(struct case_file *file, const uint8_t *data, struct error *error)
{
	if (record_u64(data + CASE_AT_VERSION, 2) == CASE_VERSION_OLDEST) {
		case_own(file);
		settings_renumber(file);
	}
	return records_check(file, error);
}

static const uint8_t *records_begin(const uint8_t *data)
{
	return data + CASE_HEADER_BYTES + case_u32(data + CASE_AT_META);
}

bool case_from_bytes(const uint8_t *data, size_t size, struct case_file *file, struct error *error)
{
	bool good;

	*file = (struct case_file){ 0 };
	good = case_head(data, size, file, error);
	if (good) {
		case_record(file, records_begin(data), case_u32(data + CASE_AT_RECORDS));
		good = case_settle(file, data, error);
	}
	if (!good)
		case_free(file);
	return good;
}

bool case_from_map(void *data, size_t size, struct case_file *file, struct error *error)
{
	bool good;

	*file = (struct case_file){ .mapped = data, .mapped_bytes = size };
	good = case_head(data, size, file, error);
	if (good) {
		file->records = (uint8_t *)data + (records_begin(data) - (uint8_t *)data);
		file->record_count = case_u32((uint8_t *)data + CASE_AT_RECORDS);
		good = case_settle(file, data, error);
	}
	if (!good)
		case_free(file);
	return good;
}

uint8_t *case_to_bytes(const struct case_file *file, size_t *size)
{
	size_t meta = 0, records = (size_t)file->record_count * OP_BYTES;
	const struct case_file unmapped = { 0 };
	uint8_t *data, *at;

	for (uint32_t i = 0; i < file->meta_count; i++)
		meta += strlen(file->meta[i].key) + strlen(file->meta[i].value) + 2;
	*size = CASE_HEADER_BYTES + meta + records;
	data = memory_new(*size + 1, 1);
	memcpy(data, CASE_MAGIC, CASE_MAGIC_BYTES);
	record_store(data + CASE_AT_VERSION, 2, CASE_VERSION);
	data[CASE_AT_DOMAIN] = file->tables->number;
	record_store(data + CASE_AT_RECORDS, 4, file->record_count);
	record_store(data + CASE_AT_META, 4, meta);
	at = data + CASE_HEADER_BYTES;
	for (uint32_t i = 0; i < file->meta_count; i++)
		at += sprintf((char *)at, "%s=%s\n", file->meta[i].key, file->meta[i].value);
	if (records > 0)
		memcpy(at, file->records, records);
	record_store(data + CASE_AT_CRC, 4, case_crc(&unmapped, data, *size));
	return data;
}

/* A setting out of its range is reduced, as a worker would. */
static void raw_set(struct case_file *file, const uint8_t record[OP_BYTES])
{
	const struct param_row *row;
	uint64_t value = record_u64(record + 4, 8);

	if (record[2] >= file->tables->param_count || !file->tables->param[record[2]].setting)
		return;
	row = &file->tables->param[record[2]];
	if (value < row->lo || value > row->hi)
		value = row->hi - row->lo == UINT64_MAX ? value
							: row->lo + value % (row->hi - row->lo + 1);
	case_set(file, record[2], value);
}

void case_add_raw(struct case_file *file, const uint8_t *data, uint32_t count)
{
	uint8_t records[OP_WIDE_BYTES];
	uint32_t at = 0;

	for (; at < count && data[(size_t)at * OP_BYTES] == OP_SET; at++)
		raw_set(file, data + (size_t)at * OP_BYTES);
	for (; at < count; at++) {
		struct op op = { 0 };

		if (!op_decode(file->tables, data + (size_t)at * OP_BYTES, count - at, &op))
			continue;
		op_encode(&op, records);
		case_record(file, records, op.row->records);
	}
}

void case_from_raw(const struct tables *tables, const uint8_t *data, size_t size,
		   struct case_file *file)
{
	size_t count = size / OP_BYTES;

	*file = (struct case_file){ .tables = tables };
	case_add_raw(file, data, count < OPS_MAX ? (uint32_t)count : OPS_MAX);
}
