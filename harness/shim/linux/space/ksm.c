/* The unmodified mm/ksm.c, for its caches. No daemon runs. */
/* SPDX-License-Identifier: MIT */
#include <mm/ksm.c>
#include "glue.h"

void ksm_boot(void)
{
	ksm_slab_init();
}
