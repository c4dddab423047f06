/* The tables of the ptmalloc domain. */
/* SPDX-License-Identifier: MIT */
#include "../model.h"
#include "rules.h"

#define DOMAIN_NAME "ptmalloc"
#define DOMAIN_NUMBER 1
#define DOMAIN_DOC                                                                                 \
	"A slot holds a pointer that was returned, or NULL, which reads as such. A slot that holds a block and is filled " \
	"again leaks it: no op can name it any more; where nothing was returned the slot keeps what it held. The first " \
	"chunk of a case is the tcache's own, of 0x290 bytes: the first block that a case gets is base+0x2a0. The program's " \
	"own sbrk obeys `deny` too. Cells of chunks (`head` and the fields below it) have as key the chunk's address divided by 16, counted " \
	"from the start of its region, and as space the region: `head 0x29` is the chunk at base+0x290, whose block is base+0x2a0. " \
	"Links and tops are shown as the pointer that the program would get of the chunk."
#define DOMAIN_RULES struct ptm_rules
#define DOMAIN_TABLES tables_ptmalloc

extern const struct tables tables_ptmalloc;

#include "../tables.inc"
