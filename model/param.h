/* The parameters of a domain: switches, defects and settings, by their table. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_PARAM_H
#define MEMORACLE_MODEL_PARAM_H

#include <stdint.h>

#include "tables.h"
#include "bool.h"
#include "contract.acsl"

/*@
  predicate params_ok(struct tables *t) =
    \valid_read(t) && \valid_read(t->param + (0 .. t->param_count - 1)) && t->rules_bytes <= 4096
    && (\forall integer i; 0 <= i < t->param_count ==>
          t->param[i].offset / 8 < t->rules_bytes / 8 && t->param[i].lo <= t->param[i].initial <= t->param[i].hi);
*/

/*
 * params_init() - every parameter's initial value.
 * @rules: the domain's rules struct, as the array of uint64_t that it is.
 */
/*@
  requires tables: params_ok(tables);
  requires rules:  \valid(rules + (0 .. tables->rules_bytes / 8 - 1));
  requires apart:  \separated(rules + (0 .. tables->rules_bytes / 8 - 1), tables, tables->param + (0 .. tables->param_count - 1));
  TOTAL;
  assigns          rules[0 .. tables->rules_bytes / 8 - 1];
*/
void params_init(const struct tables *tables, uint64_t *rules);

/*@
  requires tables: params_ok(tables) && param < tables->param_count;
  requires rules:  \valid_read(rules + (0 .. tables->rules_bytes / 8 - 1));
  TOTAL;
  assigns          \nothing;
  ensures value:   \result == rules[tables->param[param].offset / 8];
*/
uint64_t param_get(const struct tables *tables, uint32_t param, const uint64_t *rules);

/*
 * param_set() - Returns: false, and nothing is changed, if @value is out of the row's range.
 */
/*@
  requires tables: params_ok(tables) && param < tables->param_count;
  requires rules:  \valid(rules + (0 .. tables->rules_bytes / 8 - 1));
  requires apart:  \separated(rules + (0 .. tables->rules_bytes / 8 - 1), tables, tables->param + (0 .. tables->param_count - 1));
  TOTAL;
  assigns          rules[tables->param[param].offset / 8];
  ensures which:   \result == true <==> tables->param[param].lo <= value <= tables->param[param].hi;
  ensures set:     \result == true ==> rules[tables->param[param].offset / 8] == value;
  ensures not:     \result == false ==> rules[tables->param[param].offset / 8] == \old(rules[tables->param[param].offset / 8]);
*/
bool param_set(const struct tables *tables, uint32_t param, uint64_t *rules, uint64_t value);

#endif
