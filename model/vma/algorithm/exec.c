/* Memory that may be executed. */
/* SPDX-License-Identifier: MIT */
#include "exec.h"

bool exec_denied(struct space *s, uint64_t old, uint64_t access)
{
	if ((access & VMA_EXEC) == 0)
		return false;
	if ((access & VMA_WRITE) == 0 && (old & VMA_EXEC) != 0)
		return false;
	FIRE(s, mdwe);
	return s->rules.mdwe != 0;
}
