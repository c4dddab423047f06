/* Cases in memory and on disk: strict files, text, and raw fuzz input. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_FRONT_CASE_FILE_H
#define MEMORACLE_FRONT_CASE_FILE_H

#include "../record.h"
#include "case_format.h"
#include "error.h"

/* One K=V line of metadata. */
struct meta_line {
	char *key;
	char *value;
};

/*
 * struct case_file - a case with its metadata.
 * Invariant: its records pass record_check(), every line meta_check().
 */
struct case_file {
	const struct tables *tables;
	struct meta_line *meta;
	uint32_t meta_count;
	uint8_t *records; /* record_count * OP_BYTES */
	uint32_t record_count;
	void *mapped; /* the file that they lie in, or NULL: they are memory of our own */
	size_t mapped_bytes;
	uint32_t
	    *line; /* of each record in the text that was read; NULL: none was, or it has changed */
};

/* What record_check() must know of the records before. */
struct record_state {
	bool op;     /* an op came before */
	bool result; /* and an expected result behind it */
};

void case_free(struct case_file *file);
struct case_file case_copy(const struct case_file *file);

/* case_record() - appends @count records without a look at them. */
void case_record(struct case_file *file, const uint8_t *records, uint32_t count);
/* case_add_raw() - appends what @data says, in canonical form: what is no op is dropped, missing operands are 0. */
void case_add_raw(struct case_file *file, const uint8_t *data, uint32_t count);
/* case_drop() - of a case that lies in a file these bytes need not stay in memory. */
void case_drop(const struct case_file *file, const uint8_t *from, size_t bytes);
/* case_ops() - records that are ops. */
uint32_t case_ops(const struct case_file *file);
/* case_op() - decodes record @index. Returns: false if it is no op. */
bool case_op(const struct case_file *file, uint32_t index, struct op *op);
/* case_last_op() - the record that the last op begins with; 0 if there is none. */
uint32_t case_last_op(const struct case_file *file);
/* case_cut() - op @index is the last one. */
void case_cut(struct case_file *file, uint32_t index);
/* case_after() - the record behind op @index, its operands and what is expected of it. */
uint32_t case_after(const struct case_file *file, uint32_t index);
/* case_op_number() - the op number (from 1) of record @index, as text counts them. */
uint32_t case_op_number(const struct case_file *file, uint32_t index);
/* case_line() - line of record @index in the text that was read, else in the canonical text. */
uint32_t case_line(const struct case_file *file, uint32_t index);
/* case_set() - chooses a setting: replaces its OP_SET record or puts one in front. */
void case_set(struct case_file *file, uint32_t param, uint64_t value);

const char *meta_get(const struct case_file *file, const char *key); /* NULL if it has none */
/* meta_set() - replaces or appends; bytes that a line cannot hold become '?'. */
void meta_set(struct case_file *file, const char *key, const char *value);
void meta_remove(struct case_file *file, const char *key);
/* meta_check() - one line of metadata by the rules of specs/format.md. */
bool meta_check(const struct tables *tables, const char *key, const char *value,
		struct error *error);

/*
 * record_check() - is what begins with this record canonical, and may it stand here?
 * @left: records from it on.
 * Returns: how many records it has: more than 1 for some exact calls; 0 if it is wrong.
 */
uint32_t record_check(const struct tables *tables, const uint8_t *record, uint32_t left,
		      struct record_state *state, struct error *error);
void record_result(uint8_t record[OP_BYTES], int32_t err, uint64_t value);
void record_cell(uint8_t record[OP_BYTES], const struct cell *cell);

/* case_from_bytes() - a binary case file; anything wrong with it is said in *error. */
bool case_from_bytes(const uint8_t *data, size_t size, struct case_file *file, struct error *error);
/* case_from_map() - so too, of a file that is mapped private: its records stay there. The mapping is the case's, or gone. */
bool case_from_map(void *data, size_t size, struct case_file *file, struct error *error);
/* case_to_bytes() - Returns: memory that the caller frees. */
uint8_t *case_to_bytes(const struct case_file *file, size_t *size);

/* case_from_text() - .ops text; errors name line and column. */
bool case_from_text(const char *text, size_t size, struct case_file *file, struct error *error);
/* case_add_text() - appends whole lines, the first of all `domain D`. @state: zeroed before them. */
bool case_add_text(struct case_file *file, const char *text, size_t size,
		   struct record_state *state, struct error *error);
/* case_to_text() - the canonical text. Returns: memory that the caller frees. */
char *case_to_text(const struct case_file *file, size_t *size);

/* case_from_raw() - fuzz input: never fails; unassigned kinds and what trails are dropped. */
void case_from_raw(const struct tables *tables, const uint8_t *data, size_t size,
		   struct case_file *file);

/*
 * case_load() - a case file, its text, or raw fuzz input: known by how it begins. "-" is standard input.
 * @raw: the domain to read raw input in, or NULL to refuse it.
 */
bool case_load(const char *path, const struct tables *raw, struct case_file *file,
	       struct error *error);

/* case_write() - text where @path ends in .ops, or is NULL or "-", standard output; else a case file. */
bool case_write(const struct case_file *file, const char *path, struct error *error);

/* op_reads_compact() - would the text of this exact call be read as the compact op of its name? */
bool op_reads_compact(const struct tables *tables, const struct op *op);
/* op_print() - "malloc dst=s3 size=24", in memory that the caller frees. */
char *op_print(const struct tables *tables, const struct op *op);
/* arg_left_out() - has operand @i the value that it has where text leaves it out? */
bool arg_left_out(const struct tables *tables, const struct op *op, uint32_t i);
/* args_complete() - puts in the operands that text left out. @given: bit i: operand i was there.
 * Returns: false if one is missing that must not be. */
bool args_complete(const struct tables *tables, struct op *op, uint32_t given);
/* arg_print() - operand @i of @op; that of FORM_BASE shows with the one before. */
const char *arg_print(const struct tables *tables, const struct op *op, uint32_t i, char *out);
/* result_print() - "base+0x2a0" or "ENOMEM". */
const char *result_print(const struct tables *tables, const struct op_row *row, int32_t err,
			 uint64_t value, char *out);

#endif
