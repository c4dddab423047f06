/* What a model notes beside its state: the rules it applied and the parts of its state it touched. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_TRACE_H
#define MEMORACLE_MODEL_TRACE_H

#include <stdint.h>

#include "contract.acsl"

#define RULES_MAX 128u      /* rules of one domain */
#define RULE_NONE RULES_MAX /* trace.last before any rule has fired */
#define TOUCHED_MAX 512u    /* touched nodes of one op; more mean: the whole view */

/*
 * struct trace - kept by the model, outside its invariant; read by the worker after every op.
 * @hits:          how often each rule fired since the case began.
 * @last:          the rule that fired last in this op, or RULE_NONE.
 * @touched:       nodes whose view cells the op may have changed; what a node is, the domain says.
 * @touched_count: how many; above TOUCHED_MAX when the list overflowed.
 */
struct trace {
	uint32_t touched_count;
	uint32_t last;
	uint32_t touched[TOUCHED_MAX];
	uint32_t hits[RULES_MAX];
};

/* trace_begin() - a new op: no rule has fired in it, nothing is touched. */
/*@
  requires valid: \valid(t);
  TOTAL;
  assigns         t->last, t->touched_count;
  ensures none:   t->last == RULE_NONE && t->touched_count == 0;
*/
static inline void trace_begin(struct trace *t)
{
	t->last = RULE_NONE;
	t->touched_count = 0;
}

/* trace_reset() - a new case: no rule has fired at all. */
/*@
  requires valid: \valid(t);
  TOTAL;
  assigns         t->last, t->touched_count, t->hits[0 .. RULES_MAX - 1];
  ensures none:   t->last == RULE_NONE && t->touched_count == 0;
  ensures hits:   \forall integer i; 0 <= i < RULES_MAX ==> t->hits[i] == 0;
*/
static inline void trace_reset(struct trace *t)
{
	trace_begin(t);
	/*@
	  loop invariant range: 0 <= i <= RULES_MAX;
	  loop invariant hits:  \forall integer k; 0 <= k < i ==> t->hits[k] == 0;
	  loop assigns          i, t->hits[0 .. RULES_MAX - 1];
	  loop variant          RULES_MAX - i;
	*/
	for (uint32_t i = 0; i < RULES_MAX; i++)
		t->hits[i] = 0;
}

/*
 * rule_fire() - note that @rule decided something.
 * @rule: below RULES_MAX.
 */
/*@
  requires valid: \valid(t);
  requires rule:  rule < RULES_MAX;
  TOTAL;
  assigns         t->last, t->hits[rule];
  ensures last:   t->last == rule;
*/
static inline void rule_fire(struct trace *t, uint32_t rule)
{
	t->last = rule;
	if (t->hits[rule] < UINT32_MAX)
		t->hits[rule]++;
}

/*
 * trace_touch() - note that the cells of @node may have changed.
 */
/*@
  requires valid: \valid(t);
  TOTAL;
  assigns         t->touched_count, t->touched[0 .. TOUCHED_MAX - 1];
  ensures count:  t->touched_count <= TOUCHED_MAX + 1 || t->touched_count == \old(t->touched_count);
*/
static inline void trace_touch(struct trace *t, uint32_t node)
{
	if (t->touched_count < TOUCHED_MAX) {
		t->touched[t->touched_count] = node;
		t->touched_count++;
	} else if (t->touched_count == TOUCHED_MAX) {
		t->touched_count++;
	}
}

/* trace_touch_all() - any cell may have changed. */
/*@
  requires valid: \valid(t);
  TOTAL;
  assigns         t->touched_count;
  ensures all:    t->touched_count > TOUCHED_MAX;
*/
static inline void trace_touch_all(struct trace *t)
{
	t->touched_count = TOUCHED_MAX + 1;
}

#endif
