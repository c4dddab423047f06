/* The tables of the VMA domain, for model.c. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_VMA_TABLES_H
#define MEMORACLE_MODEL_VMA_TABLES_H

#include "../model.h"
#include "rules.h"

extern const struct tables tables_vma;

#endif
