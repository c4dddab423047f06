/* Stale expectations: what a case expects and both sides contradict. Neither a difference nor a finding. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_FRONT_STALE_H
#define MEMORACLE_FRONT_STALE_H

#include "session.h"

struct stale_row {
	char *path;
	uint32_t line;     /* of the text; of what show prints where the case is no text */
	uint32_t op_index; /* from 1 */
	char *field;       /* "outcome", or the cell: "top 0" */
	char *expected, *actual;
	bool moved; /* it was written before offsets counted from where a mapping begins */
};

struct stale_list {
	struct stale_row *row;
	uint32_t count;
};

/* stale_collect() - rows for what the case's last run showed. Returns: how many more there are. */
uint32_t stale_collect(struct stale_list *list, const char *path, const struct case_file *file,
		       const struct sighting *sighting);

/* stale_show() - the rows from @from on, on standard output. @more: what there was no room for. */
void stale_show(const struct stale_list *list, uint32_t from, uint32_t more);

void stale_list_free(struct stale_list *list);

#endif
