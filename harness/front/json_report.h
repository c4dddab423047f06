/* The JSON documents that scripts read. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_FRONT_JSON_REPORT_H
#define MEMORACLE_FRONT_JSON_REPORT_H

#include "finding.h"
#include "session.h"
#include "stale.h"
#include "state_pair.h"
#include <jansson.h>

/* json_document() - {"schema": 1}. */
json_t *json_document(void);
/* json_text() - a string; bytes that are no UTF-8 become '?'. */
json_t *json_text(const char *text);
/* json_print() - the document as text that ends its last line, in memory that the caller frees; releases it. */
char *json_print(json_t *document);
/* json_number() - an integer below 2^53, which every reader has exactly; "0x..." from there on. */
json_t *json_number(uint64_t value);
/* json_result_fields() - adds "value" (as text) and "err" (name or null) to @object. */
void json_result_fields(json_t *object, const struct tables *tables, const struct op_row *row,
			int32_t err, uint64_t value);
/* json_cell() - {"field", "space", "key", "value"}, key and value as a line `expect` has them. */
json_t *json_cell(const struct tables *tables, const struct cell *cell);
/* json_state() - a json_cell() for each cell of the model, in the order of its fields. */
json_t *json_state(const struct state_pair *pair);
/* json_publish() - writes the document where --json says, and releases it. */
bool json_publish(json_t *document, const struct options *options, struct error *error);

/* json_result() - one row of "results". */
json_t *json_result(const struct session *session, uint64_t seed, double seconds,
		    double cpu_seconds, const struct finding_list *findings);

/* json_stale() - the rows of "stale". */
json_t *json_stale(const struct stale_list *list);

#endif
