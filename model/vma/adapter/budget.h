/* What an op costs: pages that it faults in, and pages that it may add or account. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_VMA_BUDGET_H
#define MEMORACLE_MODEL_VMA_BUDGET_H

#include "../env.h"

/* Real memory that is behind what a case maps: pages that one op faults in, and that may be there at once. */
#define POPULATE_MAX 0x4000ull
#define POPULATED_MAX 0x40000ull

/* op_populates() - pages that @op faults in at most. */
/*@
  requires valid: \valid_read(s) && \valid_read(op) && \separated(s, op);
  requires inv:   wf(s->mm);
  TOTAL;
  assigns         \nothing;
*/
uint64_t op_populates(const struct space *s, const struct op *op);

/* is_costly() - would @op fault in more than a case may? @populated: pages that may have been before. */
/*@
  requires valid: \valid_read(s) && \valid_read(op) && \separated(s, op);
  requires inv:   wf(s->mm);
  TOTAL;
  assigns         \nothing;
  ensures bool:   \result == true || \result == false;
*/
bool is_costly(const struct space *s, uint64_t populated, const struct op *op);

/*
 * is_limited() - might @op meet a limit of the process, or want more memory than the host commits at once? What the
 * kernel does then is not modelled. mprotect() adds nothing but data.
 */
/*@
  requires valid: \valid_read(s) && \valid_read(op) && \separated(s, op);
  requires inv:   wf(s->mm);
  TOTAL;
  assigns         \nothing;
  ensures none:   s->rules.as_pages >= PAGES_ALL - 1 && s->rules.data_pages >= PAGES_ALL - 1 &&
                  s->rules.commit_pages >= PAGES_ALL - 1 ==> \result == false;
*/
bool is_limited(const struct space *s, const struct op *op);

#endif
