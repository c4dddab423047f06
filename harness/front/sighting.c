/* What a run showed, in words: signature, rule, and both sides of the difference. */
/* SPDX-License-Identifier: MIT */
#include "session.h"
#include "form.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *sighting_field(const struct tables *tables, const struct sighting *sighting)
{
	switch (sighting->kind) {
	case SIGHTING_CRASH:
		return "crash";
	case SIGHTING_HANG:
		return "hang";
	case SIGHTING_TROUBLE:
		return "trouble";
	case SIGHTING_STALE:
		return "stale";
	default:
		break;
	}
	switch (sighting->difference.kind) {
	case DIFFERENCE_OUTCOME:
		return "outcome";
	case DIFFERENCE_REQUEST:
		return "request";
	case DIFFERENCE_WF:
		return "wf";
	case DIFFERENCE_CELL:
		return sighting->difference.field < tables->field_count
			   ? tables->field[sighting->difference.field].name
			   : "cell";
	default:
		return "overflow";
	}
}

const char *sighting_op(const struct case_file *file, const struct sighting *sighting)
{
	struct op op;

	return case_op(file, sighting->record, &op) ? op.row->name : "reset";
}

void sighting_signature(const struct case_file *file, const struct sighting *sighting,
			char out[SIGNATURE_MAX])
{
	(void)snprintf(out, SIGNATURE_MAX, "%s/%s/%s", file->tables->name,
		       sighting_op(file, sighting), sighting_field(file->tables, sighting));
}

const char *sighting_rule(const struct tables *tables, const struct sighting *sighting)
{
	uint32_t rule = sighting->difference.rule;

	return rule < tables->rule_count ? tables->rule[rule].name : "";
}

/* Outcomes may carry several values: the first has the op's form, the others are in hexadecimal. */
static char *outcome_print(const struct case_file *file, const struct sighting *sighting,
			   const struct outcome *outcome)
{
	char text[FORM_TEXT_MAX];
	struct op op;
	char *all, *longer;

	if (!case_op(file, sighting->record, &op))
		return text_format("?");
	all = text_format(
	    "%s", result_print(file->tables, op.row, outcome->err, outcome->value[0], text));
	for (uint32_t i = 1; i < outcome->count && i < OUTCOME_VALUES; i++) {
		longer = text_format("%s, 0x%" PRIx64, all, outcome->value[i]);
		free(all);
		all = longer;
	}
	return all;
}

static const char *os_kind_name(uint32_t kind)
{
	static const char *const name[] = {
		[OS_SBRK] = "sbrk",
		[OS_MMAP] = "mmap",
		[OS_MUNMAP] = "munmap",
		[OS_MREMAP] = "mremap",
		[OS_MADVISE] = "madvise",
		[OS_MPROTECT] = "mprotect",
		[OS_WAKE_KSWAPD] = "wake_kswapd",
		[OS_RECLAIM] = "reclaim",
	};

	return kind > 0 && kind < sizeof(name) / sizeof(name[0]) ? name[kind] : "request";
}

/* Requests of the first place where the two logs differ: "sbrk(135168)", or "none". */
static char *request_print(const struct tables *tables, const struct os_event *event, bool there)
{
	char a[FORM_TEXT_MAX], b[FORM_TEXT_MAX];
	bool first = event->kind == OS_MUNMAP || event->kind == OS_MREMAP ||
		     event->kind == OS_MADVISE || event->kind == OS_MPROTECT;

	if (!there)
		return text_format("none");
	(void)form_print(tables, first ? FORM_PTR : FORM_SIGNED, "", event->arg[0], a);
	(void)form_print(tables, FORM_DEC, "", event->arg[1], b);
	return text_format("%s(%s, %s, %" PRIu64 ")", os_kind_name(event->kind), a, b,
			   event->arg[2]);
}

static uint32_t request_index(const struct os *os)
{
	uint32_t i = 0;

	while (i < os->want_count && i < os->seen_count && os->want[i].kind == os->seen[i].kind &&
	       memcmp(os->want[i].arg, os->seen[i].arg, sizeof(os->want[i].arg)) == 0)
		i++;
	return i;
}

static char *cell_text(const struct tables *tables, const struct difference *difference,
		       uint64_t value)
{
	char text[FORM_TEXT_MAX];

	return text_format("%s",
			   cell_print(tables, &tables->field[difference->field], value, text));
}

char *sighting_want(const struct case_file *file, const struct sighting *sighting)
{
	const struct difference *difference = &sighting->difference;
	uint32_t i = request_index(&difference->os);

	if (sighting->kind == SIGHTING_STALE)
		return text_format("0x%" PRIx64, sighting->stale.expected);
	if (sighting->kind != SIGHTING_DIFFERENCE)
		return text_format("to go on");
	switch (difference->kind) {
	case DIFFERENCE_OUTCOME:
		return outcome_print(file, sighting, &difference->want_outcome);
	case DIFFERENCE_REQUEST:
		return request_print(file->tables, &difference->os.want[i],
				     i < difference->os.want_count);
	case DIFFERENCE_CELL:
		return cell_text(file->tables, difference, difference->want);
	case DIFFERENCE_WF:
		return text_format("the invariant holds");
	default:
		return text_format("a view that fits");
	}
}

static const char *phase_name(uint32_t phase)
{
	static const char *const name[] = {
		[PHASE_IDLE] = "between cases",
		[PHASE_RESET] = "in the reset",
		[PHASE_APPLY] = "in the target",
		[PHASE_MODEL] = "in the model",
		[PHASE_OBSERVE] = "while the state was read",
	};

	return phase <= PHASE_OBSERVE ? name[phase] : "?";
}

char *sighting_seen(const struct case_file *file, const struct sighting *sighting)
{
	const struct difference *difference = &sighting->difference;
	uint32_t i = request_index(&difference->os);

	if (sighting->kind == SIGHTING_STALE)
		return text_format("0x%" PRIx64, sighting->stale.actual);
	if (sighting->kind == SIGHTING_TROUBLE)
		return text_format("%s", sighting->death);
	if (sighting->kind != SIGHTING_DIFFERENCE)
		return text_format("%s %s", sighting->death, phase_name(sighting->phase));
	switch (difference->kind) {
	case DIFFERENCE_OUTCOME:
		return outcome_print(file, sighting, &difference->seen_outcome);
	case DIFFERENCE_REQUEST:
		return request_print(file->tables, &difference->os.seen[i],
				     i < difference->os.seen_count);
	case DIFFERENCE_CELL:
		return cell_text(file->tables, difference, difference->seen);
	case DIFFERENCE_WF:
		return text_format("broken on the %s side", difference->seen ? "real" : "model's");
	default:
		return text_format("more cells than fit");
	}
}

char *sighting_place(const struct case_file *file, const struct sighting *sighting)
{
	const struct difference *difference = &sighting->difference;
	const struct field_row *field;
	char key[FORM_TEXT_MAX];

	if (sighting->kind != SIGHTING_DIFFERENCE)
		return text_format("%s", sighting_field(file->tables, sighting));
	if (difference->kind == DIFFERENCE_REQUEST)
		return text_format("request %u", request_index(&difference->os) + 1);
	if (difference->kind != DIFFERENCE_CELL)
		return text_format("%s", sighting_field(file->tables, sighting));
	field = &file->tables->field[difference->field];
	(void)form_print(file->tables, field->key_form, field->names, difference->key, key);
	if (difference->space != 0)
		return text_format("%s[%u] %s", field->name, difference->space, key);
	return text_format("%s %s", field->name, key);
}
