/* Memory that may be executed. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_VMA_EXEC_H
#define MEMORACLE_MODEL_VMA_EXEC_H

#include "../env.h"

/*
 * exec_denied() - is @access refused to memory that has had access @old?
 * Source: include/linux/mman.h:map_deny_write_exec.
 */
/*@
  requires valid:  \valid(s);
  TOTAL;
  assigns          s->trace;
  ensures denied:  \result == true <==> s->rules.mdwe != 0 && (access & VMA_EXEC) != 0 &&
                     ((access & VMA_WRITE) != 0 || (old & VMA_EXEC) == 0);
*/
bool exec_denied(struct space *s, uint64_t old, uint64_t access);

#endif
