/* The tables of the buddy domain. */
/* SPDX-License-Identifier: MIT */
#include "../model.h"
#include "rules.h"

#define DOMAIN_NAME "buddy"
#define DOMAIN_NUMBER 3
#define DOMAIN_RULES struct buddy_rules
#define DOMAIN_TABLES tables_buddy
extern const struct tables tables_buddy;

#include "../tables.inc"
