/* The tables of the ptmalloc domain. */
/* SPDX-License-Identifier: MIT */
#include "../model.h"
#include "region.h"
#include "rules.h"

#define DOMAIN_NAME "ptmalloc"
#define DOMAIN_NUMBER 1
#define DOMAIN_RULES struct ptm_rules
#define DOMAIN_TABLES tables_ptmalloc

extern const struct tables tables_ptmalloc;

#include "../tables.inc"
