/* The parameters of a domain: switches, defects and settings, by their table. */
/* SPDX-License-Identifier: MIT */
#include "param.h"

void params_init(const struct tables *tables, uint64_t *rules)
{
	uint32_t i;

	/*@
	  loop invariant i: 0 <= i <= tables->param_count;
	  loop assigns i, rules[0 .. tables->rules_bytes / 8 - 1];
	  loop variant tables->param_count - i;
	*/
	for (i = 0; i < tables->param_count; i++)
		(void)param_set(tables, i, rules, tables->param[i].initial);
}

uint64_t param_get(const struct tables *tables, uint32_t param, const uint64_t *rules)
{
	return rules[tables->param[param].offset / 8];
}

bool param_set(const struct tables *tables, uint32_t param, uint64_t *rules, uint64_t value)
{
	const struct param_row *row = &tables->param[param];

	if (value < row->lo || value > row->hi)
		return false;
	rules[row->offset / 8] = value;
	return true;
}
