/* Whether the chunks tile the units, at run time. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_PTMALLOC_WF_TILE_H
#define MEMORACLE_MODEL_PTMALLOC_WF_TILE_H

#include "wf_part.h"

/* tiles_ok() - Returns: whether the chunks tile the units. */
/*@
  requires valid: \valid_read(h);
  requires rest:  untouched(*h);
  TOTAL;
  assigns         \nothing;
  ensures exact:  \result != 0 <==> tiled(*h);
*/
bool ptm_tiles_ok(const struct ptm_heap *h);

#endif
