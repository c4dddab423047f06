/* calibrate: does the model know what runs here? Asked before a campaign, or a test, rests on it. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_FRONT_CALIBRATE_H
#define MEMORACLE_FRONT_CALIBRATE_H

#include "session.h"
#include <jansson.h>

#define CALIBRATE_OPS 60000u
#define CALIBRATE_SECONDS 1.0
#define SIGNATURES_MAX 64u

/*
 * What is foreign: it differs in more ways than a wrong rule or two do, and as often as only many of them do. Measured
 * on vma/live with the model's switches at other values: one at most 15 signatures and a difference in 500 ops or more
 * (PR_SET_MDWE: 3 and 28); three 20 and 300; twelve 13 and 15, after a second.
 */
#define FOREIGN_SIGNATURES 12u
#define FOREIGN_OPS 50u
#define FOREIGN_DIFFERENCES 40u /* that is, after a few of them are known */

/*
 * struct calibration - what some cases of every kind showed.
 * @differences: cases that ended with one. @count: distinct signatures, as far as there is room.
 */
struct calibration {
	uint64_t ops, cases, differences;
	uint32_t count;
	char signature[SIGNATURES_MAX + 1][SIGNATURE_MAX];
};

/* calibrate() - runs cases until @ops or @seconds are over, or it is known to be foreign. */
bool calibrate(struct session *session, uint64_t ops, double seconds,
	       struct calibration *calibration, struct error *error);

/* calibration_foreign() - is this none of the releases that the model knows, nor near one? */
bool calibration_foreign(const struct calibration *calibration);

/* calibration_signatures() - "vma/mmap/outcome, vma/brk/next and 3 more", for the caller to free. */
char *calibration_signatures(const struct calibration *calibration);

/* calibration_refuse() - the one line that stands for a campaign. Returns: false. */
bool calibration_refuse(const struct session *session, const struct calibration *calibration,
			struct error *error);

json_t *calibration_json(const struct calibration *calibration);

#endif
