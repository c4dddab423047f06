/* Programs that check every result of a case that agrees. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_FRONT_CGEN_CHECK_H
#define MEMORACLE_FRONT_CGEN_CHECK_H

#include "cgen.h"

/* Writes the program of a domain. Returns: false with *error where it could not hold. */
bool check_vma(const struct cgen *cgen, FILE *out, struct error *error);

/* check_head() - the comment at the program's head. @build: the command that makes it. @limits: lines " * ...\n". */
void check_head(const struct cgen *cgen, const char *build, const char *limits, FILE *out);

/* check_texts() - two C strings: op @index, and how it came out or why it was skipped. */
void check_texts(const struct cgen *cgen, uint32_t index, FILE *out);

#endif
