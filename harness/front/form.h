/* Values as text, by the forms of the tables. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_FRONT_FORM_H
#define MEMORACLE_FRONT_FORM_H

#include "../../model/model.h"

#define FORM_TEXT_MAX 1024
#define ERRNO_MAX 133

/*
 * form_print() - @value in @form.
 * @names: of FORM_ENUM and FORM_FLAGS. @tables: for the regions of FORM_PTR.
 * Returns: @out. form_parse() of it gives @value again.
 */
const char *form_print(const struct tables *tables, uint8_t form, const char *names, uint64_t value,
		       char out[FORM_TEXT_MAX]);

/* form_parse() - Returns: false if @text (@length bytes) is no value of this form. */
bool form_parse(const struct tables *tables, uint8_t form, const char *names, const char *text,
		size_t length, uint64_t *value);

/* As above, for an address: FORM_BASED with the slot that it counts from, or SLOT_NOWHERE. */
const char *based_print(const struct tables *tables, uint64_t offset, uint64_t base,
			char out[FORM_TEXT_MAX]);
bool based_parse(const struct tables *tables, const char *text, size_t length, uint64_t *offset,
		 uint64_t *base);

/* As above, for keys of view cells: those of FORM_CHUNK count from where their region begins. */
const char *key_print(const struct tables *tables, const struct field_row *field, uint16_t space,
		      uint32_t key, char out[FORM_TEXT_MAX]);
bool key_parse(const struct tables *tables, const struct field_row *field, uint16_t space,
	       const char *text, size_t length, uint32_t *key);

/* As above, for values of view cells, where "absent" stands for CELL_ABSENT. */
const char *cell_print(const struct tables *tables, const struct field_row *field, uint64_t value,
		       char out[FORM_TEXT_MAX]);
bool cell_parse(const struct tables *tables, const struct field_row *field, const char *text,
		size_t length, uint64_t *value);

/*
 * pointer_moved() - is @written @meant, had its offset been counted from where the stride begins, as it was before
 * text counted from start()?
 */
bool pointer_moved(const struct tables *tables, uint64_t written, uint64_t meant);

/* operand_values() - all that text may say there: "0 to 255, or -64 to -1". Returns: memory that the caller frees. */
char *operand_values(const struct operand_row *operand);

/* form_values() - so too of a form: "a number". */
char *form_values(const struct tables *tables, uint8_t form, const char *names);

/* number_parse() - decimal or 0x hexadecimal, with K, M, G or T behind it for powers of 1024, with a minus sign before it
 * (two's complement, from -2^63). */
bool number_parse(const char *text, size_t length, uint64_t *value);

/* param_parse() - number_parse(), or on and off. */
bool param_parse(const char *text, size_t length, uint64_t *value);

/* errno_name() - "ENOMEM", or NULL for a number that Linux does not have. */
const char *errno_name(int32_t err);
bool errno_parse(const char *text, size_t length, int32_t *err);

#endif
