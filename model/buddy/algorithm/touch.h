/* What an op notes as touched: links, orders of free blocks, pageblock types, counts of an order. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_BUDDY_TOUCH_H
#define MEMORACLE_BUDDY_TOUCH_H

#include "../../trace.h"
#include "../state/block.h"

#define TOUCH_LINK 0x10000000u  /* + node or head: what it is followed by */
#define TOUCH_FREE 0x20000000u  /* + node: whether it is free, and what it is followed by */
#define TOUCH_TYPE 0x30000000u  /* + page: the type of its pageblock */
#define TOUCH_COUNT 0x40000000u /* + order: how many blocks of it are free */

#endif
