/* The model's side of OS requests. */
/* SPDX-License-Identifier: MIT */
#include "os.h"
#include "errno.h"

uint64_t os_request(struct os *os, uint32_t kind, uint64_t a, uint64_t b, uint64_t c, int32_t *err)
{
	uint32_t i = os->want_count;

	*err = MODEL_ENOMEM;
	if (i >= OS_EVENTS_MAX)
		return 0;
	os->want_count = i + 1;
	os->want[i].kind = kind;
	os->want[i].arg[0] = a;
	os->want[i].arg[1] = b;
	os->want[i].arg[2] = c;
	if (i >= os->seen_count || os->seen[i].kind != kind)
		return 0;
	*err = os->seen[i].err;
	return *err != 0 ? 0 : os->seen[i].result;
}
