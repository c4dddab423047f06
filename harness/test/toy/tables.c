/* Tables of the toy domain. */
/* SPDX-License-Identifier: MIT */
#include "toy.h"

#define DOMAIN_NAME "toy"
#define DOMAIN_NUMBER 250
#define DOMAIN_RULES struct toy_rules
#define DOMAIN_TABLES tables_toy
#include "../../../model/tables.inc"
