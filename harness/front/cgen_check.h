/* Programs that check every result of a case that agrees. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_FRONT_CGEN_CHECK_H
#define MEMORACLE_FRONT_CGEN_CHECK_H

#include "cgen.h"

/* Writes the program of a domain. Returns: false with *error where it could not hold. */
bool check_ptmalloc(const struct cgen *cgen, FILE *out, struct error *error);
bool check_vma(const struct cgen *cgen, FILE *out, struct error *error);
bool check_buddy(const struct cgen *cgen, FILE *out, struct error *error);

/* check_head() - the comment at the program's head. @build: the command that makes it. @limits: lines " * ...\n". */
void check_head(const struct cgen *cgen, const char *build, const char *limits, FILE *out);

/*
 * check_ptmalloc_prepare() - thresholds that a case sets are fixed ones in a program: no tunable leaves them dynamic.
 * Returns: whether the case was changed so.
 */
bool check_ptmalloc_prepare(struct case_file *file);

/* check_text() - op @index as a C string. */
void check_text(const struct cgen *cgen, uint32_t index, FILE *out);
/* check_texts() - two C strings: op @index, and how it came out or why it was skipped. */
void check_texts(const struct cgen *cgen, uint32_t index, FILE *out);

#endif
