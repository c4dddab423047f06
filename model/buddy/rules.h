/* Rules, switches and settings of the buddy domain, from its tables. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_BUDDY_RULES_H
#define MEMORACLE_BUDDY_RULES_H

#include <stdint.h>

#define ENUM_NAME(kind, id) BUDDY_##kind##_##id
#define TABLE(file) TABLE_##file
#define TABLE_op "buddy/op.def"
#define TABLE_exact "buddy/exact.def"
#define TABLE_view "buddy/view.def"
#define TABLE_rules "buddy/rules.def"
#define TABLE_set "buddy/set.def"
#define TABLE_operand "buddy/operand.def"
#define TABLE_region "buddy/region.def"
#define TABLE_doc "buddy/doc.def"

#include "../enums.inc"

struct buddy_rules {
#include "../params.inc"
};

#define FIRE(trace, rule) rule_fire(trace, BUDDY_RULE_##rule)

#endif
