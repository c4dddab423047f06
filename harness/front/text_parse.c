/* Cases from text: strict, every error with line and column. */
/* SPDX-License-Identifier: MIT */
#include "case_file.h"
#include "form.h"
#include "registry.h"
#include <stdlib.h>
#include <string.h>

/* A word of a line: no blanks in it. length 0: the line has ended. */
struct word {
	const char *text;
	size_t length;
};

struct parser {
	struct case_file *file;
	struct error *error;
	struct record_state state;
	const char *line; /* begins here */
	const char *at;
	const char *end; /* of the line */
	uint32_t number; /* of the line, from 1 */
	/* of `repeat` */
	uint64_t rounds, round; /* how many; the one that is read, from 0 */
	const char *body;       /* the lines behind it */
	uint32_t body_number;
	const char *next; /* the line that is read next */
};

/* Says what is wrong at @at. Returns: false. */
static bool parser_error(struct parser *parser, const char *at)
{
	return error_prefix(parser->error, "line %u, column %u: ", parser->number,
			    (unsigned)(at - parser->line) + 1);
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Does the name of a numbered region end at @at, as in mmap#1? */
static bool ends_region(const struct parser *parser, const char *at)
{
	const struct tables *tables = parser->file->tables;

	for (uint32_t i = 0; tables != NULL && i < tables->region_count; i++) {
		const char *name = tables->region[i].name;
		size_t length = strlen(name), room = (size_t)(at - parser->line);

		if (tables->region[i].stride_count != 0 && room > length &&
		    memcmp(at - length, name, length) == 0 &&
		    strchr(" \t=", at[-(ptrdiff_t)length - 1]) != NULL)
			return true;
	}
	return false;
}

static bool is_comment(const struct parser *parser, const char *at)
{
	return *at == '#' && !ends_region(parser, at);
}

static void blanks_skip(struct parser *parser)
{
	while (parser->at < parser->end && is_blank(*parser->at))
		parser->at++;
	if (parser->at < parser->end && is_comment(parser, parser->at))
		parser->at = parser->end;
}

static struct word word_next(struct parser *parser)
{
	struct word word;

	blanks_skip(parser);
	word.text = parser->at;
	while (parser->at < parser->end && !is_blank(*parser->at) &&
	       !is_comment(parser, parser->at))
		parser->at++;
	word.length = (size_t)(parser->at - word.text);
	return word;
}

static bool word_is(struct word word, const char *text)
{
	return strlen(text) == word.length && memcmp(word.text, text, word.length) == 0;
}

/* How much of a word an error shows. */
static int shown(struct word word)
{
	return word.length > 60 ? 60 : (int)word.length;
}

static bool line_end_expect(struct parser *parser)
{
	struct word word = word_next(parser);

	if (word.length == 0)
		return true;
	error_set(parser->error, "`%.*s` is too much here", shown(word), word.text);
	return parser_error(parser, word.text);
}

/* Splits NAME=VALUE; VALUE begins behind the first '='. */
static bool word_split(struct parser *parser, struct word word, struct word *name,
		       struct word *value)
{
	const char *equal = word.length ? memchr(word.text, '=', word.length) : NULL;

	if (equal == NULL) {
		error_set(parser->error, "NAME=VALUE is missing%s%.*s",
			  word.length ? ", found " : "", shown(word), word.text);
		return parser_error(parser, word.text);
	}
	name->text = word.text;
	name->length = (size_t)(equal - word.text);
	value->text = equal + 1;
	value->length = word.length - name->length - 1;
	return true;
}

static bool meta_add(struct parser *parser, const char *at, const char *prefix, struct word name,
		     struct word value)
{
	char *key = text_format("%s%.*s", prefix, (int)name.length, name.text);
	char *text = text_copy(value.text, value.length);
	struct case_file *file = parser->file;
	bool good = meta_check(file->tables, key, text, parser->error) &&
		    (meta_get(file, key) == NULL ||
		     error_set(parser->error, "`%.100s` is there twice", key));

	if (good)
		meta_set(file, key, text);
	else
		parser_error(parser, at);
	free(key);
	free(text);
	return good;
}

static struct word line_rest(struct parser *parser)
{
	struct word word;

	while (parser->at < parser->end && is_blank(*parser->at))
		parser->at++;
	word.text = parser->at;
	word.length = (size_t)(parser->end - parser->at);
	while (word.length > 0 && is_blank(word.text[word.length - 1]))
		word.length--;
	parser->at = parser->end;
	return word;
}

static bool domain_parse(struct parser *parser)
{
	struct word word = word_next(parser);
	char *name = text_copy(word.text, word.length);
	char *known;

	if (parser->file->tables != NULL)
		error_set(parser->error, "the domain is there twice");
	else if ((parser->file->tables = domain_find(name)) == NULL)
		error_set(parser->error, "unknown domain `%.60s`; known: %s", name,
			  known = domain_names()),
		    free(known);
	else {
		free(name);
		return line_end_expect(parser);
	}
	free(name);
	return parser_error(parser, word.text);
}

static bool profile_parse(struct parser *parser)
{
	struct word word = line_rest(parser);

	return meta_add(parser, word.text, "", (struct word){ "profile", 7 }, word);
}

static bool need_parse(struct parser *parser)
{
	struct word word = word_next(parser), name, value;

	return word_split(parser, word, &name, &value) &&
	       meta_add(parser, word.text, "need.", name, value) && line_end_expect(parser);
}

/* The value of `meta` reaches to the end of the line, blanks and # included. */
static bool meta_parse(struct parser *parser)
{
	struct word word = line_rest(parser), name, value;

	return word_split(parser, word, &name, &value) &&
	       meta_add(parser, word.text, "", name, value);
}

static bool record_add(struct parser *parser, const char *at, const uint8_t *record, uint32_t count)
{
	struct case_file *file = parser->file;

	if (record_check(file->tables, record, count, &parser->state, parser->error) == 0)
		return parser_error(parser, at);
	if (file->record_count > TRACE_RECORDS_MAX - count) {
		error_set(parser->error, "more than %u records", TRACE_RECORDS_MAX);
		return parser_error(parser, at);
	}
	case_record(file, record, count);
	file->line = memory_grow(file->line, file->record_count, sizeof(*file->line));
	for (uint32_t i = file->record_count - count; i < file->record_count; i++)
		file->line[i] = parser->number;
	return true;
}

static bool set_parse(struct parser *parser)
{
	struct word word = word_next(parser), name, value;
	const struct tables *tables = parser->file->tables;
	uint8_t record[OP_BYTES];
	uint64_t number = 0;
	char *key;
	int param;

	if (!word_split(parser, word, &name, &value))
		return false;
	key = text_copy(name.text, name.length);
	param = param_find(tables, key);
	free(key);
	if (param < 0) {
		error_set(parser->error, "domain %s has no setting `%.*s`", tables->name,
			  shown(name), name.text);
		return parser_error(parser, name.text);
	}
	if (!param_parse(value.text, value.length, &number)) {
		error_set(parser->error, "`%.*s` is no value of %s: %llu to %llu", shown(value),
			  value.text, tables->param[param].name,
			  (unsigned long long)tables->param[param].lo,
			  (unsigned long long)tables->param[param].hi);
		return parser_error(parser, value.text);
	}
	record_set(record, (uint32_t)param, number);
	return record_add(parser, value.text, record, 1) && line_end_expect(parser);
}

/* FIELD or FIELD[SPACE] */
static bool field_parse(struct parser *parser, struct word word, struct cell *cell)
{
	const struct tables *tables = parser->file->tables;
	const char *bracket = word.length ? memchr(word.text, '[', word.length) : NULL;
	size_t name = bracket ? (size_t)(bracket - word.text) : word.length;
	uint64_t space = 0;
	uint32_t i;

	for (i = 0; i < tables->field_count; i++)
		if (word_is((struct word){ word.text, name }, tables->field[i].name))
			break;
	if (i == tables->field_count) {
		error_set(parser->error, "domain %s has no field `%.*s`", tables->name, shown(word),
			  word.text);
		return parser_error(parser, word.text);
	}
	if (bracket != NULL &&
	    (word.text[word.length - 1] != ']' ||
	     !number_parse(bracket + 1, word.length - name - 2, &space) || space > UINT16_MAX)) {
		error_set(parser->error, "a space is a number below 65536 in brackets");
		return parser_error(parser, bracket);
	}
	cell->field = (uint16_t)i;
	cell->space = (uint16_t)space;
	return true;
}

/* expect FIELD[SPACE] KEY = VALUE */
static bool expect_parse(struct parser *parser)
{
	struct word field = word_next(parser), key = word_next(parser), equal = word_next(parser),
		    value = word_next(parser);
	const struct tables *tables = parser->file->tables;
	const struct field_row *row;
	uint8_t record[OP_BYTES];
	struct cell cell = { 0 };

	if (!field_parse(parser, field, &cell))
		return false;
	row = &tables->field[cell.field];
	if (!key_parse(tables, row, cell.space, key.text, key.length, &cell.key)) {
		char *keys = form_values(tables, row->key_form, row->names);

		error_set(parser->error, "`%.*s` is no key of %s: %s, below 2^32", shown(key),
			  key.text, row->name, keys);
		free(keys);
		return parser_error(parser, key.text);
	}
	if (!word_is(equal, "=")) {
		error_set(parser->error, "`=` is missing: expect FIELD KEY = VALUE");
		return parser_error(parser, equal.text);
	}
	if (!cell_parse(tables, row, value.text, value.length, &cell.value)) {
		char *values = form_values(tables, row->value_form, row->names);

		error_set(parser->error, "`%.*s` is no value of %s: absent, or %s", shown(value),
			  value.text, row->name, values);
		free(values);
		return parser_error(parser, value.text);
	}
	record_cell(record, &cell);
	return record_add(parser, field.text, record, 1) && line_end_expect(parser);
}

static const struct op_row *op_row_find(const struct tables *tables, struct word word)
{
	for (uint32_t i = 0; i < tables->op_count; i++)
		if (word_is(word, tables->op[i].name))
			return &tables->op[i];
	return NULL;
}

static bool op_unknown(struct parser *parser, struct word word)
{
	const struct tables *tables = parser->file->tables;

	for (size_t i = 0; domain_tables[i] != NULL; i++)
		if (op_row_find(domain_tables[i], word) != NULL) {
			error_set(parser->error, "`%.*s` is an op of domain %s, not of %s",
				  shown(word), word.text, domain_tables[i]->name, tables->name);
			return parser_error(parser, word.text);
		}
	error_set(parser->error, "unknown word `%.*s`: no op of domain %s", shown(word), word.text,
		  tables->name);
	return parser_error(parser, word.text);
}

/* Position of the operand in the row, or -1. */
static int arg_find(const struct op_row *row, struct word name)
{
	for (uint32_t i = 0; i < row->arg_count; i++)
		if (row->arg[i].operand->form != FORM_BASE && word_is(name, row->arg[i].name))
			return (int)i;
	return -1;
}

static bool arg_unknown(struct parser *parser, const struct op_row *row, struct word name)
{
	char *names = text_format("%s", row->arg_count == 0 ? " none" : "");

	for (uint32_t i = 0; i < row->arg_count; i++) {
		char *longer;

		if (row->arg[i].operand->form == FORM_BASE)
			continue;
		longer = text_format("%s %s=", names, row->arg[i].name);
		free(names);
		names = longer;
	}
	error_set(parser->error, "%s has no operand `%.*s=`; it has%s", row->name, shown(name),
		  name.text, names);
	free(names);
	return parser_error(parser, name.text);
}

static bool arg_value_bad(struct parser *parser, const struct arg_row *arg, struct word text,
			  bool range)
{
	char *values = operand_values(arg->operand);

	error_set(parser->error, "%s=%.*s is %s: %s", arg->name, shown(text), text.text,
		  range ? "out of range" : "no value of it", values);
	free(values);
	return parser_error(parser, text.text);
}

/* Flags of exact calls are the headers': a number says them as well. Those of compact ops are but words. */
static bool flags_number(const struct parser *parser, const struct op *op,
			 const struct operand_row *operand, struct word text, uint64_t *value)
{
	return operand->form == FORM_FLAGS && op->row->number >= OP_EXACT &&
	       form_parse(parser->file->tables, FORM_HEX, "", text.text, text.length, value);
}

/* The value of operand @i; that of an address comes with its base. */
static bool arg_value_parse(struct parser *parser, struct op *op, uint32_t i, struct word text)
{
	const struct arg_row *arg = &op->row->arg[i];
	const struct operand_row *operand = arg->operand;
	bool counted = text.length > 1 && text.text[text.length - 1] == '+';
	uint32_t slot = operand->form == FORM_BASED ? i + 1 : i;
	bool good;

	if (counted && (operand->form == FORM_SLOT || operand->form == FORM_BASED))
		text.length--; /* s5+ is s5 in the first round */
	else
		counted = false;
	if (operand->form == FORM_BASED)
		good = based_parse(parser->file->tables, text.text, text.length, &op->arg[i],
				   &op->arg[i + 1]);
	else
		good = form_parse(parser->file->tables, operand->form, operand->names, text.text,
				  text.length, &op->arg[i]) ||
		       flags_number(parser, op, operand, text, &op->arg[i]);
	if (counted)
		op->arg[slot] += parser->round;
	return (good && operand_in_range(operand, op->arg[i]) &&
		operand_in_range(op->row->arg[slot].operand, op->arg[slot])) ||
	       arg_value_bad(parser, arg, text, good);
}

/* NAME=VALUE ..., in any order; op->arg[] has the defaults. @given: bit i: operand i was there. */
static bool args_parse(struct parser *parser, struct op *op, uint32_t *given)
{
	for (;;) {
		const char *before = parser->at;
		struct word word = word_next(parser), name, text;
		int i;

		if (word.length == 0 || word_is(word, "->")) {
			parser->at = before;
			return true;
		}
		if (!word_split(parser, word, &name, &text))
			return false;
		i = arg_find(op->row, name);
		if (i < 0)
			return arg_unknown(parser, op->row, name);
		if ((*given >> i & 1) != 0) {
			error_set(parser->error, "operand %s= is there twice",
				  op->row->arg[i].name);
			return parser_error(parser, word.text);
		}
		*given |= 1u << i;
		if (op->row->arg[i].operand->form == FORM_BASED)
			*given |= 2u << i;
		if (!arg_value_parse(parser, op, (uint32_t)i, text))
			return false;
	}
}

bool args_complete(const struct tables *tables, struct op *op, uint32_t given)
{
	for (uint32_t i = 0; i < op->row->arg_count; i++) {
		const struct operand_text *known = operand_text(tables, op->row->arg[i].operand);

		if ((given >> i & 1) != 0)
			continue;
		if (!known->optional)
			return false;
		op->arg[i] = known->initial;
	}
	return true;
}

static bool arg_missing(struct parser *parser, const struct op_row *row, uint32_t given)
{
	uint32_t i = 0;

	while ((given >> i & 1) != 0 ||
	       operand_text(parser->file->tables, row->arg[i].operand)->optional)
		i++;
	blanks_skip(parser);
	error_set(parser->error, "operand %s= is missing", row->arg[i].name);
	return parser_error(parser, parser->at);
}

static bool result_unknown(struct parser *parser, const struct op_row *row, struct word word,
			   uint32_t before)
{
	char *values = form_values(parser->file->tables, row->result_form, "");

	if (before == 0)
		error_set(parser->error, "`%.*s` is no result of %s: an error's name, or %s",
			  shown(word), word.text, row->name, values);
	else
		error_set(parser->error, "`%.*s` is too much here", shown(word), word.text);
	free(values);
	return parser_error(parser, word.text);
}

/* VALUE, ERRNO, or both, in either order. */
static bool result_value_parse(struct parser *parser, const struct op_row *row, int32_t *err,
			       uint64_t *value)
{
	uint32_t errs = 0, values = 0;
	struct word word;

	while ((word = word_next(parser)).length != 0 || errs + values == 0) {
		if (errs == 0 && errno_parse(word.text, word.length, err))
			errs++;
		else if (values == 0 && form_parse(parser->file->tables, row->result_form, "",
						   word.text, word.length, value))
			values++;
		else
			return result_unknown(parser, row, word, errs + values);
	}
	return true;
}

/* [-> RESULT] */
static bool result_parse(struct parser *parser, const struct op_row *row)
{
	struct word arrow = word_next(parser);
	uint8_t record[OP_BYTES];
	uint64_t value = 0;
	int32_t err = 0;

	if (arrow.length == 0)
		return true;
	if (!result_value_parse(parser, row, &err, &value))
		return false;
	record_result(record, err, value);
	return record_add(parser, arrow.text, record, 1);
}

/* The operands that follow, as those of @row. */
static bool row_parse(struct parser *parser, const struct op_row *row, struct op *op)
{
	uint32_t given = 0;

	*op = (struct op){ .row = row, .kind = row->call };
	return args_parse(parser, op, &given) &&
	       (args_complete(parser->file->tables, op, given) || arg_missing(parser, row, given));
}

static bool exact_missing(struct parser *parser, const struct op_row *row, const char *at)
{
	error_set(parser->error, "%s has no exact call", row->name);
	return parser_error(parser, at);
}

/*
 * The operands that follow, as those of the first row of that name that can say them: the compact op before the
 * exact call. If none can, the error is that of the row that got furthest, of equals the last: it can say more.
 * @exact: compact ops are left out.
 */
static bool rows_parse(struct parser *parser, const struct op_row *row, bool exact, struct op *op)
{
	const struct tables *tables = parser->file->tables;
	const struct op_row *end = tables->op + tables->op_count;
	const char *from = parser->at, *furthest = NULL;
	struct error first = { 0 };

	for (const struct op_row *at = row; at < end; at++) {
		if (strcmp(at->name, row->name) != 0 || (exact && at->number == at->call))
			continue;
		parser->at = from;
		if (row_parse(parser, at, op))
			return true;
		if (furthest == NULL || parser->at >= furthest) {
			furthest = parser->at;
			first = *parser->error;
		}
	}
	if (furthest != NULL)
		*parser->error = first;
	return furthest == NULL ? exact_missing(parser, row, from) : false;
}

static bool op_parse(struct parser *parser, struct word word)
{
	bool exact = word_is(word, "exact");
	const struct op_row *row;
	uint8_t records[OP_WIDE_BYTES];
	struct op op;

	if (exact)
		word = word_next(parser);
	row = op_row_find(parser->file->tables, word);
	if (row == NULL)
		return op_unknown(parser, word);
	if (!rows_parse(parser, row, exact, &op))
		return false;
	op_encode(&op, records);
	return record_add(parser, word.text, records, op.row->records) &&
	       result_parse(parser, op.row);
}

/* repeat N: the lines up to `end` are read N times. */
static bool repeat_parse(struct parser *parser)
{
	struct word word = word_next(parser);

	if (parser->rounds != 0)
		error_set(parser->error, "`repeat` stands within a `repeat`");
	else if (!number_parse(word.text, word.length, &parser->rounds) || parser->rounds == 0 ||
		 parser->rounds > TRACE_RECORDS_MAX)
		error_set(parser->error, "`%.*s` is no number of rounds: 1 to %u", shown(word),
			  word.text, TRACE_RECORDS_MAX);
	else {
		parser->round = 0;
		parser->body = parser->next;
		parser->body_number = parser->number;
		return line_end_expect(parser);
	}
	return parser_error(parser, word.text);
}

static bool end_parse(struct parser *parser)
{
	if (parser->rounds == 0) {
		error_set(parser->error, "`end` without a `repeat`");
		return parser_error(parser, parser->line);
	}
	if (!line_end_expect(parser))
		return false;
	if (++parser->round == parser->rounds) {
		parser->rounds = 0;
		parser->round = 0;
		return true;
	}
	parser->next = parser->body;
	parser->number = parser->body_number;
	return true;
}

static const struct {
	const char *word;
	bool (*parse)(struct parser *parser);
	bool header; /* not behind an op */
} line_kind[] = {
	{ "domain", domain_parse, true },  { "profile", profile_parse, true },
	{ "need", need_parse, true },      { "meta", meta_parse, true },
	{ "set", set_parse, true },        { "expect", expect_parse, false },
	{ "repeat", repeat_parse, false }, { "end", end_parse, false },
};

static bool line_parse(struct parser *parser)
{
	struct word word = word_next(parser);

	if (word.length == 0)
		return true;
	if (parser->file->tables == NULL && !word_is(word, "domain")) {
		char *known = domain_names();

		error_set(parser->error, "the first line must be `domain D`; known: %s", known);
		free(known);
		return parser_error(parser, word.text);
	}
	for (size_t i = 0; i < sizeof(line_kind) / sizeof(line_kind[0]); i++) {
		if (!word_is(word, line_kind[i].word))
			continue;
		if (!line_kind[i].header || !parser->state.op)
			return line_kind[i].parse(parser);
		error_set(parser->error, "`%s` must stand before the first op", line_kind[i].word);
		return parser_error(parser, word.text);
	}
	return op_parse(parser, word);
}

static bool lines_parse(struct parser *parser, const char *text, size_t size)
{
	const char *end = text + size;

	while (text < end) {
		const char *newline = memchr(text, '\n', (size_t)(end - text));

		parser->line = text;
		parser->at = text;
		parser->end = newline ? newline : end;
		parser->number++;
		if (parser->end > text && parser->end[-1] == '\r')
			parser->end--;
		parser->next = newline ? newline + 1 : end;
		if (!line_parse(parser))
			return false;
		text = parser->next;
	}
	if (parser->rounds != 0)
		return error_set(parser->error, "line %u: `repeat` has no `end`",
				 parser->body_number);
	if (parser->file->tables == NULL)
		return error_set(parser->error, "is empty: the first line must be `domain D`");
	return true;
}

static size_t meta_bytes(const struct case_file *file)
{
	size_t bytes = 0;

	for (uint32_t i = 0; i < file->meta_count; i++)
		bytes += strlen(file->meta[i].key) + strlen(file->meta[i].value) + 2;
	return bytes;
}

bool case_add_text(struct case_file *file, const char *text, size_t size,
		   struct record_state *state, struct error *error)
{
	struct parser parser = { .file = file, .error = error, .state = *state };
	bool good = lines_parse(&parser, text, size);

	*state = parser.state;
	return good;
}

bool case_from_text(const char *text, size_t size, struct case_file *file, struct error *error)
{
	struct record_state state = { 0 };
	bool good = true;

	*file = (struct case_file){ 0 };
	if (memchr(text, '\0', size) != NULL)
		good = error_set(error, "is no text: it holds zero bytes");
	good = good && case_add_text(file, text, size, &state, error);
	if (good && meta_bytes(file) > CASE_META_MAX)
		good = error_set(error, "has more than %u bytes of metadata", CASE_META_MAX);
	if (!good)
		case_free(file);
	return good;
}
