/* Values as text, by the forms of the tables. */
/* SPDX-License-Identifier: MIT */
#include "form.h"
#include "error.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAMES_MAX 64u
#define CHUNK_UNIT 16u   /* what FORM_CHUNK counts in */
#define NAME_MISSING "-" /* in a list of names: this value has none */

static bool text_is(const char *text, size_t length, const char *word)
{
	return strlen(word) == length && memcmp(text, word, length) == 0;
}

/* The @index-th word of @names, or NULL. */
static const char *names_get(const char *names, uint64_t index, size_t *length)
{
	const char *at = names ? names : "";

	for (;;) {
		at += strspn(at, " ");
		*length = strcspn(at, " ");
		if (*length == 0)
			return NULL;
		if (index-- == 0)
			return at;
		at += *length;
	}
}

/* Index of the first word that equals @text, or -1. */
static int names_find(const char *names, const char *text, size_t length)
{
	const char *word;
	size_t bytes;

	if (text_is(text, length, NAME_MISSING))
		return -1;
	for (int i = 0; (word = names_get(names, (uint64_t)i, &bytes)) != NULL; i++)
		if (bytes == length && memcmp(word, text, length) == 0)
			return i;
	return -1;
}

/* The word for @index, unless an earlier one reads the same. */
static const char *names_unique(const char *names, uint64_t index, size_t *length)
{
	const char *word = index < 4096 ? names_get(names, index, length) : NULL;

	if (word == NULL || text_is(word, *length, NAME_MISSING))
		return NULL;
	return names_find(names, word, *length) == (int)index ? word : NULL;
}

static bool digits_parse(const char *text, size_t length, unsigned base, uint64_t *value)
{
	uint64_t sum = 0;

	if (length == 0 || length > 20)
		return false;
	for (size_t i = 0; i < length; i++) {
		unsigned digit = (unsigned char)text[i];

		if (digit >= '0' && digit <= '9')
			digit -= '0';
		else if (base == 16 && digit >= 'a' && digit <= 'f')
			digit -= 'a' - 10;
		else
			return false;
		if (__builtin_mul_overflow(sum, base, &sum) ||
		    __builtin_add_overflow(sum, digit, &sum))
			return false;
	}
	*value = sum;
	return true;
}

/* The power of 1024 that a number's last letter stands for, or -1. */
static int unit_find(char letter)
{
	static const char units[] = "KMGT";
	const char *unit = letter != '\0' ? strchr(units, letter) : NULL;

	return unit != NULL ? (int)(unit - units) + 1 : -1;
}

bool number_parse(const char *text, size_t length, uint64_t *value)
{
	bool minus = length > 0 && text[0] == '-';
	int unit = length > 1 ? unit_find(text[length - 1]) : -1;
	bool good;

	if (minus) {
		text++;
		length--;
	}
	length -= unit > 0;
	if (length > 2 && text[0] == '0' && text[1] == 'x')
		good = digits_parse(text + 2, length - 2, 16, value);
	else
		good = digits_parse(text, length, 10, value);
	if (good && unit > 0)
		good = !__builtin_mul_overflow(*value, UINT64_C(1) << (10 * unit), value);
	if (!good || !minus)
		return good;
	if (*value > UINT64_C(1) << 63)
		return false;
	*value = -*value;
	return true;
}

bool param_parse(const char *text, size_t length, uint64_t *value)
{
	if (text_is(text, length, "on") || text_is(text, length, "off")) {
		*value = length == 2;
		return true;
	}
	return number_parse(text, length, value);
}

static void flags_print(const char *names, uint64_t value, char out[FORM_TEXT_MAX])
{
	uint64_t rest = 0;
	size_t used = 0;

	for (unsigned bit = 0; bit < 64; bit++) {
		size_t length = 0;
		const char *word;

		if (!(value >> bit & 1))
			continue;
		word = names_unique(names, bit, &length);
		if (word == NULL || used + length + 24 > FORM_TEXT_MAX)
			rest |= UINT64_C(1) << bit;
		else
			used += (size_t)snprintf(out + used, FORM_TEXT_MAX - used, "%s%.*s",
						 used ? "|" : "", (int)length, word);
	}
	if (rest != 0)
		(void)snprintf(out + used, FORM_TEXT_MAX - used, "%s0x%" PRIx64, used ? "|" : "",
			       rest);
	else if (used == 0)
		(void)strcpy(out, "none");
}

/* Has one of these bits a name? Then text must give it. */
static bool has_name(const char *names, uint64_t bits)
{
	size_t length;

	for (unsigned bit = 0; bit < 64; bit++)
		if ((bits >> bit & 1) != 0 && names_unique(names, bit, &length) != NULL)
			return true;
	return false;
}

static bool flags_parse(const char *names, const char *text, size_t length, uint64_t *value)
{
	uint64_t sum = 0;
	size_t at = 0;

	if (text_is(text, length, "none")) {
		*value = 0;
		return true;
	}
	while (at <= length) {
		const char *bar = memchr(text + at, '|', length - at);
		size_t bytes = bar ? (size_t)(bar - text) - at : length - at;
		int bit = names_find(names, text + at, bytes);
		uint64_t bits;

		if (bit >= 0 && bit < (int)NAMES_MAX)
			bits = UINT64_C(1) << bit;
		else if (!number_parse(text + at, bytes, &bits) || has_name(names, bits))
			return false;
		if (bits == 0 || (sum & bits) != 0)
			return false;
		sum |= bits;
		at += bytes + 1;
	}
	*value = sum;
	return true;
}

/* Where offsets in the @index-th stride count from. */
static uint64_t region_start(const struct region_row *row, uint64_t index)
{
	return row->start != NULL ? row->start(index) : 0;
}

static void pointer_print(const struct tables *tables, uint64_t value, char out[FORM_TEXT_MAX])
{
	if (value == 0) {
		(void)strcpy(out, "NULL");
		return;
	}
	for (uint32_t i = 0; i < tables->region_count; i++) {
		const struct region_row *row = &tables->region[i];
		uint64_t offset = value - row->base, index;

		if (value < row->base || offset >= row->bytes)
			continue;
		if (row->stride_count == 0) {
			(void)snprintf(out, FORM_TEXT_MAX, "%s+0x%" PRIx64, row->name, offset);
			return;
		}
		index = offset / row->stride;
		if (index >= row->stride_count || offset % row->stride < region_start(row, index))
			continue;
		if (row->stride == 1)
			(void)snprintf(out, FORM_TEXT_MAX, "%s#%" PRIu64, row->name, offset);
		else
			(void)snprintf(out, FORM_TEXT_MAX, "%s#%" PRIu64 "+0x%" PRIx64, row->name,
				       index, offset % row->stride - region_start(row, index));
		return;
	}
	(void)snprintf(out, FORM_TEXT_MAX, "0x%" PRIx64, value);
}

bool pointer_moved(const struct tables *tables, uint64_t written, uint64_t meant)
{
	for (uint32_t i = 0; i < tables->region_count; i++) {
		const struct region_row *row = &tables->region[i];
		uint64_t index = row->stride != 0 ? (meant - row->base) / row->stride : 0;

		if (row->start != NULL && index < row->stride_count && row->start(index) != 0 &&
		    written - meant == row->start(index))
			return true;
	}
	return false;
}

/* What stands between a region's name and its end: "+0x10", "#3+0x10" where it has strides, "#3" where
 * these are 1. */
static bool region_offset_parse(const struct region_row *row, const char *text, size_t length,
				uint64_t *value)
{
	const char *plus = memchr(text, '+', length);
	uint64_t index = 0, start = 0, offset = 0, limit = row->bytes;
	size_t head = plus ? (size_t)(plus - text) : length;

	if (row->stride_count != 0) {
		if (head < 2 || text[0] != '#' || !number_parse(text + 1, head - 1, &index) ||
		    index >= row->stride_count)
			return false;
		start = region_start(row, index);
		limit = row->stride - start;
	} else if (head != 0) {
		return false;
	}
	if (plus == NULL && limit == 1)
		offset = 0;
	else if (plus == NULL || !number_parse(plus + 1, length - head - 1, &offset) ||
		 offset >= limit)
		return false;
	offset += index * row->stride + start;
	if (offset >= row->bytes)
		return false;
	*value = row->base + offset;
	return true;
}

static bool pointer_parse(const struct tables *tables, const char *text, size_t length,
			  uint64_t *value)
{
	if (text_is(text, length, "NULL")) {
		*value = 0;
		return true;
	}
	for (uint32_t i = 0; i < tables->region_count; i++) {
		const struct region_row *row = &tables->region[i];
		size_t name = strlen(row->name);

		if (length > name && memcmp(text, row->name, name) == 0 &&
		    (text[name] == '+' || text[name] == '#') &&
		    region_offset_parse(row, text + name, length - name, value))
			return true;
	}
	return number_parse(text, length, value);
}

/* The largest unit that divides it; sizes just below 2^64 read better as negative. */
static void size_print(uint64_t value, char out[FORM_TEXT_MAX])
{
	static const char *const units[] = { "", "K", "M", "G", "T" };
	unsigned unit = 0;

	if (value >= -(UINT64_C(1) << 32)) {
		(void)snprintf(out, FORM_TEXT_MAX, "%" PRId64, (int64_t)value);
		return;
	}
	while (unit < 4 && value != 0 && value % 1024 == 0) {
		value /= 1024;
		unit++;
	}
	(void)snprintf(out, FORM_TEXT_MAX, "%" PRIu64 "%s", value, units[unit]);
}

static bool slot_parse(const char *text, size_t length, uint64_t *value)
{
	return length > 1 && text[0] == 's' && digits_parse(text + 1, length - 1, 10, value);
}

static bool enum_parse(const char *names, const char *text, size_t length, uint64_t *value)
{
	int index = names_find(names, text, length);
	size_t bytes;

	if (index < 0) /* only what has no name is written as a number */
		return number_parse(text, length, value) &&
		       names_unique(names, *value, &bytes) == NULL;
	*value = (uint64_t)index;
	return true;
}

const char *based_print(const struct tables *tables, uint64_t offset, uint64_t base,
			char out[FORM_TEXT_MAX])
{
	if (base == SLOT_NOWHERE)
		return form_print(tables, FORM_BASED, "", offset, out);
	if (offset == 0)
		return form_print(tables, FORM_SLOT, "", base, out);
	(void)snprintf(out, FORM_TEXT_MAX, "s%" PRIu64 "+0x%" PRIx64, base, offset);
	return out;
}

bool based_parse(const struct tables *tables, const char *text, size_t length, uint64_t *offset,
		 uint64_t *base)
{
	const char *plus = memchr(text, '+', length);
	size_t head = plus != NULL ? (size_t)(plus - text) : length;

	*offset = 0;
	if (slot_parse(text, head, base))
		return *base < SLOT_NOWHERE &&
		       (plus == NULL || number_parse(plus + 1, length - head - 1, offset));
	*base = SLOT_NOWHERE;
	return pointer_parse(tables, text, length, offset);
}

const char *form_print(const struct tables *tables, uint8_t form, const char *names, uint64_t value,
		       char out[FORM_TEXT_MAX])
{
	size_t length = 0;
	const char *word;

	switch (form) {
	case FORM_HEX:
	case FORM_CHUNK:
		(void)snprintf(out, FORM_TEXT_MAX, "0x%" PRIx64, value);
		break;
	case FORM_SIZE:
		size_print(value, out);
		break;
	case FORM_SIGNED:
		(void)snprintf(out, FORM_TEXT_MAX, "%" PRId64, (int64_t)value);
		break;
	case FORM_SLOT:
		(void)snprintf(out, FORM_TEXT_MAX, "s%" PRIu64, value);
		break;
	case FORM_ENUM:
		word = names_unique(names, value, &length);
		if (word != NULL)
			(void)snprintf(out, FORM_TEXT_MAX, "%.*s", (int)length, word);
		else
			(void)snprintf(out, FORM_TEXT_MAX, "%" PRIu64, value);
		break;
	case FORM_FLAGS:
		flags_print(names, value, out);
		break;
	case FORM_PTR:
	case FORM_BASED:
		pointer_print(tables, value, out);
		break;
	default: /* sizes just below 2^64 read better as negative */
		(void)snprintf(out, FORM_TEXT_MAX,
			       value >= UINT64_MAX - 0xffff ? "%" PRId64 : "%" PRIu64, value);
		break;
	}
	return out;
}

bool form_parse(const struct tables *tables, uint8_t form, const char *names, const char *text,
		size_t length, uint64_t *value)
{
	switch (form) {
	case FORM_SLOT:
		return slot_parse(text, length, value);
	case FORM_ENUM:
		return enum_parse(names, text, length, value);
	case FORM_FLAGS:
		return flags_parse(names, text, length, value);
	case FORM_PTR:
	case FORM_BASED:
		return pointer_parse(tables, text, length, value);
	default:
		return number_parse(text, length, value);
	}
}

/* What FORM_CHUNK leaves out of the keys of @space. */
static uint32_t chunk_start(const struct tables *tables, const struct field_row *field,
			    uint16_t space)
{
	for (uint32_t i = 0; field->key_form == FORM_CHUNK && i < tables->region_count; i++)
		if (tables->region[i].start != NULL)
			return (uint32_t)(tables->region[i].start(space) / CHUNK_UNIT);
	return 0;
}

const char *key_print(const struct tables *tables, const struct field_row *field, uint16_t space,
		      uint32_t key, char out[FORM_TEXT_MAX])
{
	return form_print(tables, field->key_form, field->names,
			  (uint32_t)(key - chunk_start(tables, field, space)), out);
}

bool key_parse(const struct tables *tables, const struct field_row *field, uint16_t space,
	       const char *text, size_t length, uint32_t *key)
{
	uint64_t value;

	if (!form_parse(tables, field->key_form, field->names, text, length, &value) ||
	    value > UINT32_MAX)
		return false;
	*key = (uint32_t)value + chunk_start(tables, field, space);
	return true;
}

const char *cell_print(const struct tables *tables, const struct field_row *field, uint64_t value,
		       char out[FORM_TEXT_MAX])
{
	if (value == CELL_ABSENT)
		return strcpy(out, "absent");
	return form_print(tables, field->value_form, field->names, value, out);
}

bool cell_parse(const struct tables *tables, const struct field_row *field, const char *text,
		size_t length, uint64_t *value)
{
	if (text_is(text, length, "absent")) {
		*value = CELL_ABSENT;
		return true;
	}
	return form_parse(tables, field->value_form, field->names, text, length, value);
}

/* The names, with commas between. */
static char *names_list(const char *names)
{
	char *list = text_format("%s", "");
	size_t length;

	for (uint64_t i = 0; i < NAMES_MAX; i++) {
		const char *word = names_unique(names, i, &length);
		char *longer;

		if (word == NULL)
			continue;
		longer = text_format("%s%s%.*s", list, list[0] ? ", " : "", (int)length, word);
		free(list);
		list = longer;
	}
	return list;
}

/* "NULL, base+0x10, mmap#1+0x10 ...": a pointer into each of the regions. */
static char *pointer_values(const struct tables *tables)
{
	char *list = text_format("NULL"), *longer;

	for (uint32_t i = 0; i < tables->region_count; i++) {
		const struct region_row *row = &tables->region[i];

		longer =
		    text_format("%s, %s%s%s", list, row->name, row->stride_count != 0 ? "#1" : "",
				row->stride != 1 ? "+0x10" : "");
		free(list);
		list = longer;
	}
	longer = text_format("%s, a number", list);
	free(list);
	return longer;
}

char *form_values(const struct tables *tables, uint8_t form, const char *names)
{
	char *list, *text;

	switch (form) {
	case FORM_SLOT:
		return text_format("a slot such as s1");
	case FORM_ENUM:
		return names_list(names);
	case FORM_FLAGS:
		list = names_list(names);
		text = text_format("none, or of %s joined by |", list);
		free(list);
		return text;
	case FORM_PTR:
		return pointer_values(tables);
	case FORM_BASED:
		return text_format("a slot, s1+0x1000, a pointer, or a number");
	default:
		return text_format("a number");
	}
}

char *operand_values(const struct operand_row *operand)
{
	char lo[FORM_TEXT_MAX], hi[FORM_TEXT_MAX];

	if (operand->form == FORM_ENUM || operand->form == FORM_FLAGS ||
	    operand->form == FORM_BASED)
		return form_values(NULL, operand->form, operand->names);
	if (operand->decode == DECODE_ALL)
		return text_format("any number of 64 bits");
	return text_format("%s to %s%s", form_print(NULL, operand->form, "", operand->lo, lo),
			   form_print(NULL, operand->form, "", operand->hi, hi),
			   operand->decode == DECODE_TAIL ? ", or -64 to -1" : "");
}

const char *errno_name(int32_t err)
{
	return err > 0 && err <= ERRNO_MAX ? strerrorname_np(err) : NULL;
}

bool errno_parse(const char *text, size_t length, int32_t *err)
{
	for (int32_t i = 1; i <= ERRNO_MAX; i++) {
		const char *name = errno_name(i);

		if (name != NULL && text_is(text, length, name)) {
			*err = i;
			return true;
		}
	}
	return false;
}
