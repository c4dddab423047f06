/* What a model notes beside its state: the rules it applied and the parts of its state it touched. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_TRACE_H
#define MEMORACLE_MODEL_TRACE_H

#include <stdint.h>

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

/*
 * rule_fire() - note that @rule decided something.
 * @rule: below RULES_MAX.
 */
/*@
  requires valid: \valid(t);
  requires rule:  rule < RULES_MAX;
  terminates      \true;
  exits           \false;
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
  terminates      \true;
  exits           \false;
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

#endif
