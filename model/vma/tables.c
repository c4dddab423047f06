/* The tables of the VMA domain. */
/* SPDX-License-Identifier: MIT */
#include "../model.h"
#include "rules.h"

#define DOMAIN_NAME "vma"
#define DOMAIN_NUMBER 2
#define DOMAIN_RULES struct vma_rules
#define DOMAIN_TABLES tables_vma
#define ENUM_NAME(kind, id) VMA_##kind##_##id
#include "../tables.inc"
