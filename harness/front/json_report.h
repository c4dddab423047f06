/* The JSON documents that scripts read. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_FRONT_JSON_REPORT_H
#define MEMORACLE_FRONT_JSON_REPORT_H

#include "finding.h"
#include "session.h"
#include "stale.h"
#include <jansson.h>

/* json_document() - {"schema": 1}. */
json_t *json_document(void);
/* json_text() - a string; bytes that are no UTF-8 become '?'. */
json_t *json_text(const char *text);
/* json_publish() - writes the document where --json says, and releases it. */
bool json_publish(json_t *document, const struct options *options, struct error *error);

/* json_result() - one row of "results". */
json_t *json_result(const struct session *session, uint64_t seed, double seconds,
		    double cpu_seconds, const struct finding_list *findings);

/* json_stale() - the rows of "stale". */
json_t *json_stale(const struct stale_list *list);

#endif
