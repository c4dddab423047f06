/* A case from a file together with the target that it is for. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_FRONT_SUBJECT_H
#define MEMORACLE_FRONT_SUBJECT_H

#include "case_file.h"
#include "options.h"
#include "session.h"

/*
 * subject_load() - reads @path and chooses its target: --target, else the one it was recorded on, else the domain's
 * first that can run here.
 * @target: NULL where the model alone is asked.
 */
bool subject_load(const char *path, const struct options *options, struct case_file *file,
		  const struct target_entry **target, struct error *error);

/* subject_rules() - the rules that the case differs under: those it was found with, and a known defect as documented. */
bool subject_rules(struct session *session, const struct case_file *file, struct error *error);

/*
 * subject_open() - subject_load(), and a session in which the case differs if it can: the fault and the
 * rules that it was recorded under, or the known defect that it shows switched off, unless the command line
 * says otherwise.
 */
bool subject_open(const struct options *options, struct case_file *file, struct session *session,
		  struct error *error);

/* subject_known() - the known defect that the case shows, if it is switched off in @session; else NULL. */
const char *subject_known(const struct session *session, const struct case_file *file);

/* subject_profile() - the domain's profile of that name, NULL: its first one. Returns: NULL with *error if there is none. */
const struct profile_entry *subject_profile(const struct tables *tables, const char *name,
					    struct error *error);

/*
 * subject_alone() - the model alone: DOMAIN/model whose copy has the rules of @profile and of the command line,
 * "vma/model@NAME=V,NAME=V". Returns: NULL with *error if it was not built.
 */
const struct target_entry *subject_alone(const struct profile_entry *profile,
					 const struct options *options, struct error *error);

/* subject_agrees() - says that there is no difference to work on, and why. Returns: false. */
bool subject_agrees(const struct session *session, const struct case_file *file, const char *path,
		    struct error *error);

#endif
