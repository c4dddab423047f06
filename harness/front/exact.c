/* Compact ops as the exact calls that they were in a run: from what the model resolved. */
/* SPDX-License-Identifier: MIT */
#include "exact.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The operand of @op of that kind and name, or of that use of a slot; -1 if there is none. */
static int arg_same(const struct op *op, const struct arg_row *arg)
{
	for (uint32_t i = 0; i < op->row->arg_count; i++) {
		const struct arg_row *own = &op->row->arg[i];

		if (arg->operand->form == FORM_SLOT
			? own->operand->form == FORM_SLOT && own->use == arg->use
			: own->operand == arg->operand && strcmp(own->name, arg->name) == 0)
			return (int)i;
	}
	return -1;
}

/* Is the operand one of ref[], by the convention of exact.def? */
static bool is_ref(const struct arg_row *arg)
{
	return arg->operand->form != FORM_BASE && arg->use != SLOT_FILLS;
}

/* The row of exact.def for the op's call, or NULL. */
static const struct op_row *exact_row(const struct tables *tables, const struct op *op)
{
	uint32_t number = OP_EXACT + op->kind;

	return number < OP_META ? tables->op_by_kind[number] : NULL;
}

const char *exact_arg_name(const struct tables *tables, const struct op *op, uint32_t ref)
{
	const struct op_row *row = exact_row(tables, op);

	for (uint32_t i = 0; row != NULL && i < row->arg_count; i++)
		if (is_ref(&row->arg[i]) && ref-- == 0)
			return row->arg[i].name;
	return "";
}

const char *skip_print(const struct tables *tables, const struct op *op, const struct op_note *note,
		       char out[FORM_TEXT_MAX])
{
	const char *name = note->blamed != 0 ? exact_arg_name(tables, op, note->blamed - 1u) : "";

	(void)snprintf(out, FORM_TEXT_MAX, "(skipped: %s%s%s)",
		       skip_name[note->skip < SKIP_COUNT ? note->skip : 0], name[0] ? ": " : "",
		       name);
	return out;
}

/*
 * By the convention of exact.def: its operands in order are ref[], but for the slot that is filled and those that
 * addresses count from. Slots, and operands that both rows have, are the op's own.
 */
static void args_fill(struct op *exact, const struct op *op)
{
	uint32_t ref = 0;

	for (uint32_t i = 0; i < exact->row->arg_count; i++) {
		const struct arg_row *arg = &exact->row->arg[i];
		int own = arg_same(op, arg);

		if (arg->operand->form == FORM_BASE)
			exact->arg[i] = SLOT_NOWHERE;
		else if (own >= 0)
			exact->arg[i] = op->arg[own];
		else
			exact->arg[i] = op->ref[ref];
		ref += is_ref(arg);
	}
}

/* The exact call that @op, resolved, was; row NULL if the domain has none for it. */
static struct op op_exact(const struct tables *tables, const struct op *op)
{
	struct op exact = { .row = exact_row(tables, op), .kind = op->kind, .exact = true };

	if (op->exact)
		return *op;
	if (exact.row != NULL)
		args_fill(&exact, op);
	return exact;
}

bool exact_ops_find(struct exact_ops *exact, struct session *session, const struct case_file *file,
		    struct error *error)
{
	exact->count = file->record_count < OPS_MAX ? file->record_count : OPS_MAX;
	exact->op = session_resolve(session, file, exact->count, error);
	for (uint32_t i = 0; exact->op != NULL && i < exact->count; i++)
		if (exact->op[i].row != NULL)
			exact->op[i] = op_exact(file->tables, &exact->op[i]);
	return exact->op != NULL;
}

void exact_ops_free(struct exact_ops *exact)
{
	free(exact->op);
	exact->op = NULL;
}

const struct op *exact_op(const struct exact_ops *exact, uint32_t i)
{
	return i < exact->count && exact->op[i].row != NULL ? &exact->op[i] : NULL;
}

void exact_case(struct case_file *file, const struct exact_ops *exact)
{
	struct case_file old = *file;
	uint8_t records[OP_WIDE_BYTES];

	file->records = NULL;
	file->record_count = 0;
	file->line = NULL;
	file->mapped = NULL;
	for (uint32_t i = 0; i < old.record_count; i++) {
		const struct op *op = exact_op(exact, i);

		if (op == NULL) {
			case_record(file, old.records + (size_t)i * OP_BYTES, 1);
			continue;
		}
		op_encode(op, records);
		case_record(file, records, op->row->records);
		i += records_of(old.tables, old.records, old.record_count, i) - 1;
	}
	old.meta = NULL;
	old.meta_count = 0;
	case_free(&old);
}
