/* The tables of the buddy domain. */
/* SPDX-License-Identifier: MIT */
#include "../model.h"
#include "rules.h"

#define DOMAIN_NAME "buddy"
#define DOMAIN_NUMBER 3
#define DOMAIN_DOC                                                                                 \
	"Results are PFNs; ENOMEM where no page was had, and then the slot keeps what it held. A slot holds a block. A block " \
	"whose slot is filled again becomes loose, and so do the pages of a bulk and all but the first page of a split. Loose " \
	"blocks are numbered from 0 in the order in which they became loose; when one is freed the last one takes its number. " \
	"An op on a slot that holds no block takes the loose block of the slot's number (modulo how many there are), or, if none " \
	"is loose, the block of the next slot that holds one; when the program holds nothing it is skipped (empty_slot). Freed pages lose their marks. " \
	"The zone begins at PFN 0x1000 (geometry 3: 0x1013), booted and empty but for its per-cpu lists."
#define DOMAIN_RULES struct buddy_rules
#define DOMAIN_TABLES tables_buddy
extern const struct tables tables_buddy;

#include "../tables.inc"
