/* Findings: a case with a signature, on disk before anyone is told. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_FRONT_FINDING_H
#define MEMORACLE_FRONT_FINDING_H

#include "session.h"

struct finding {
	char *path;
	char *signature, *rule, *want, *seen;
	char *
	    beside; /* how other real sides end the case, and who stands alone; NULL: none were asked */
	char *repeats;     /* "5/5": how many of its replays showed it again; NULL: not known */
	uint32_t op_index; /* from 1 */
	uint64_t count;    /* how often it was met */
	bool fresh;        /* written by this process, not found in the folder */
};

struct finding_list {
	struct finding *finding;
	uint32_t count;
};

/* finding_settle() - overridden settings become the case's own. Moves records: before it is run. */
void finding_settle(struct case_file *file, const struct session *session);

/* finding_describe() - metadata of a case that showed @sighting: target, version, signature ... */
void finding_describe(struct case_file *file, const struct session *session,
		      const struct sighting *sighting);

#define FINDING_REPLAYS 5u      /* of a finding before it is reported */
#define FINDING_REPLAYS_HANG 2u /* of one that takes its time */

/*
 * finding_wanted() - is it worth replays? Its signature is new, or has only been met by a case that does not show it
 * every time.
 */
bool finding_wanted(const struct finding_list *list, const struct case_file *file,
		    const struct sighting *sighting);

/* sighting_same() - do both show the same difference of @file: the same signature? */
bool sighting_same(const struct case_file *file, const struct sighting *a,
		   const struct sighting *b);
/* finding_replays() - how often a case that showed @sighting is replayed. */
uint32_t finding_replays(const struct sighting *sighting);
/* finding_repeats() - notes in the metadata that @shown of @replays showed the same. */
void finding_repeats(struct case_file *file, uint32_t shown, uint32_t replays);
/* repeats_always() - "5/5", or unknown; false for "3/5". */
bool repeats_always(const char *repeats);

/*
 * finding_keep() - counts the sighting if its signature is known, else writes the case and says
 * `FINDING <path> <signature>` on standard output.
 * @folder: with the findings of earlier runs. @file: gets the metadata.
 * Returns: false if it could not be written; then it is told as text on standard output.
 */
bool finding_keep(struct finding_list *list, const char *folder, struct case_file *file,
		  const struct session *session, const struct sighting *sighting,
		  struct error *error);

/* finding_note() - a row without a file of its own (replay). */
struct finding *finding_note(struct finding_list *list, const char *path,
			     const struct case_file *file, const struct sighting *sighting);

void finding_list_free(struct finding_list *list);

/* repeat_command() - the command that replays @path as it was found; the caller frees it. */
char *repeat_command(const struct session *session, const char *path);

#endif
