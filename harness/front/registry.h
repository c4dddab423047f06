/* What was built in: domains, targets, faults and profiles. The tables are generated (build/gen/domains.c). */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_FRONT_REGISTRY_H
#define MEMORACLE_FRONT_REGISTRY_H

#include "../../model/model.h"
#include "error.h"

/* Ends with a row whose name is NULL. In each domain the default target comes first. */
struct target_entry {
	const char *name;    /* "vma/live" */
	const char *domain;  /* "vma" */
	const char *worker;  /* its program, in build/worker/: "vma-live" */
	const char *release; /* NULL, or what follows `@` in the name */
};

/* A domain's guest, DOMAIN/guest@RELEASE with one of these releases, or any whose kernel lies in build/releases/RELEASE/. */
extern const struct target_entry guest_entries[]; /* ends as target_entries does */
extern const char *const guest_releases[];        /* oldest first; ends with NULL */

/* A row of a domain's fault.def. Ends with a row whose name is NULL. */
struct fault_entry {
	const char *name;
	const char *domain;
	const char *file; /* on a floor of model/<domain>/ */
	const char *function;
	const char *rule;
	const char *old_text, *new_text;
	const char *argument; /* why the edit is equivalent; NULL for a fault that must be found */
};

/* A named set of switches: "NAME=V NAME=V ..."; what it does not name keeps its initial value. */
struct profile_entry {
	const char *name;
	const char *domain;
	const char *switches;
};

extern const struct tables *const domain_tables[]; /* ends with NULL */
extern const struct target_entry target_entries[];
extern const struct fault_entry fault_entries[];
extern const struct profile_entry profile_entries[];
extern const char memoracle_commit[]; /* of the sources this was built from, or "" */

const struct tables *domain_find(const char *name);
const struct tables *domain_by_number(uint8_t number);
/* domain_names() - "ptmalloc, vma, buddy", in memory that the caller frees. */
char *domain_names(void);
/* param_find() - row index by name, or -1. */
int param_find(const struct tables *tables, const char *name);
/* operand_text() - what text has of an operand of this domain. */
const struct operand_text *operand_text(const struct tables *tables,
					const struct operand_row *operand);
/*
 * target_lookup() - by name, or NULL. DOMAIN/model@FAULT, DOMAIN/model@SWITCH=V or several joined by commas are the copy
 * of the model with these changes (harness/target/model/real.h); DOMAIN/guest is its newest release, and
 * DOMAIN/source@RELEASE the code of that release.
 */
const struct target_entry *target_lookup(const char *name);
/* target_named() - the same; if there is none, NULL with *error. */
const struct target_entry *target_named(const char *name, struct error *error);
/* target_is_model() - is the real side our own model? Such a target is for tests: never chosen, only named. */
bool target_is_model(const struct target_entry *target);
/* target_is_live() - is the real side what runs on this host: its kernel, its libc? */
bool target_is_live(const struct target_entry *target);
/* target_is_guest() - is the real side a kernel under QEMU? Such a target is only ever named, too. */
bool target_is_guest(const struct target_entry *target);
/*
 * target_is_source() - is the real side kernel code built for a process? Each release has a program of its own, in a
 * domain that has guests.
 */
bool target_is_source(const struct target_entry *target);
/* target_default() - the domain's first target, or NULL. */
const struct target_entry *target_default(const char *domain);
/* target_kind() - what follows the slash. */
const char *target_kind(const struct target_entry *target);
char *target_names(void);
const struct fault_entry *fault_find(const char *domain, const char *name);

/* profile_find() - the domain's profile of that name, NULL: its first one. Returns: NULL if there is none. */
const struct profile_entry *profile_find(const char *domain, const char *name);
/* profile_names() - of the domain, in memory that the caller frees. */
char *profile_names(const char *domain);

/* build_folder() - build/: the nearest folder above this program that has workers; the caller frees it. */
char *build_folder(void);

/*
 * worker_path() - the program that serves @target, or the one with @fault planted.
 * @fault: NULL for the model as it is.
 * Returns: memory that the caller frees; the file need not be there.
 */
char *worker_path(const struct target_entry *target, const char *fault);

/* worker_real_model() - the copy of the model that a DOMAIN/model target loads; the caller frees it. NULL for the others. */
char *worker_real_model(const struct target_entry *target);

/* worker_missing() - says why a worker's program is not there, and how to mend it. Returns: false. */
bool worker_missing(const struct target_entry *target, const char *fault, const char *path,
		    struct error *error);

#endif
