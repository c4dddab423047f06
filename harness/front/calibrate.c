/* calibrate: does the model know what runs here? Asked before a campaign, or a test, rests on it. */
/* SPDX-License-Identifier: MIT */
#include "calibrate.h"
#include "batch.h"
#include "form.h"
#include "json_report.h"
#include "../gen/generate.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SEED 0xca11b7a7eu
#define BATCH_CASES 16u
#define SIGNATURES_SHOWN 3u
#define HANG_SECONDS 2.0
#define BUSY_FACTOR 8.0

static void signature_note(struct calibration *calibration, const struct case_file *file,
			   const struct sighting *sighting)
{
	char *signature = calibration->signature[calibration->count];

	calibration->differences++;
	sighting_signature(file, sighting, signature);
	for (uint32_t i = 0; i < calibration->count; i++)
		if (strcmp(calibration->signature[i], signature) == 0)
			return;
	if (calibration->count < SIGNATURES_MAX)
		calibration->count++;
}

static void batch_make(struct batch *batch, const struct session *session, uint64_t *index)
{
	uint8_t *records;

	batch->count = 0;
	while ((records = batch_next(batch)) != NULL) {
		uint64_t seed = case_seed(SEED, *index);

		batch_take(batch, *index,
			   generate_case(session->tables, seed, case_length(seed), session->fixed,
					 records));
		(*index)++;
	}
}

/* Runs the cases from @from on. Returns: the one behind the first that differs, the count if none does, -1 on failure. */
static int batch_show(struct session *session, const struct batch *batch, uint32_t from,
		      struct calibration *calibration, struct error *error)
{
	struct sighting sighting;
	struct case_file file;

	(void)session_begin(session, STATE_TOUCHED);
	if (!batch_go(batch, from, session, &sighting, error))
		return -1;
	if (sighting.kind == SIGHTING_NONE)
		return (int)batch->count;
	from += sighting.case_index;
	file = batch_case(batch, session->tables, from);
	signature_note(calibration, &file, &sighting);
	case_free(&file);
	return (int)from + 1;
}

static bool batch_calibrate(struct session *session, const struct batch *batch,
			    struct calibration *calibration, struct error *error)
{
	int at = 0;

	while (at >= 0 && at < (int)batch->count && !calibration_foreign(calibration)) {
		at = batch_show(session, batch, (uint32_t)at, calibration, error);
		calibration->ops = session->totals.ops;
		calibration->cases = session->totals.cases;
	}
	return at >= 0;
}

bool calibrate(struct session *session, uint64_t ops, double seconds,
	       struct calibration *calibration, struct error *error)
{
	struct totals before = session->totals; /* these are no ops of a campaign */
	struct batch *batch = memory_new(1, sizeof(*batch));
	double hang = session->hang_seconds, start = seconds_now();
	uint64_t index = 0;
	bool good = true;

	*calibration = (struct calibration){ 0 };
	session->totals = (struct totals){ 0 };
	session->hang_seconds = hang < HANG_SECONDS ? hang : HANG_SECONDS;
	batch->limit = BATCH_CASES;
	while (
	    good && session->totals.ops < ops &&
	    session->totals.worker_seconds < seconds && /* on a busy machine a second is little */
	    seconds_now() - start < BUSY_FACTOR * seconds && !calibration_foreign(calibration)) {
		batch_make(batch, session, &index);
		good = batch_calibrate(session, batch, calibration, error);
	}
	session->totals = before;
	session->hang_seconds = hang;
	free(batch);
	return good;
}

bool calibration_foreign(const struct calibration *calibration)
{
	return calibration->count > FOREIGN_SIGNATURES &&
	       calibration->differences >= FOREIGN_DIFFERENCES &&
	       calibration->ops < FOREIGN_OPS * calibration->differences;
}

char *calibration_signatures(const struct calibration *calibration)
{
	char *text = text_format("%s", calibration->signature[0]), *longer;

	for (uint32_t i = 1; i < calibration->count && i < SIGNATURES_SHOWN; i++) {
		longer = text_format("%s, %s", text, calibration->signature[i]);
		free(text);
		text = longer;
	}
	if (calibration->count <= SIGNATURES_SHOWN)
		return text;
	longer = text_format("%s and %u more", text, calibration->count - SIGNATURES_SHOWN);
	free(text);
	return longer;
}

bool calibration_refuse(const struct session *session, const struct calibration *calibration,
			struct error *error)
{
	char *signatures = calibration_signatures(calibration);

	error_set(error,
		  "%s: %s is none that the model knows, nor near one: it differs in %u ways, every "
		  "%" PRIu64 " ops (%s); --no-calibrate starts a campaign all the same",
		  session->target->name, session->info.version, calibration->count,
		  calibration->ops / calibration->differences, signatures);
	free(signatures);
	return false;
}

json_t *calibration_json(const struct calibration *calibration)
{
	json_t *signatures = json_array();

	for (uint32_t i = 0; i < calibration->count; i++)
		(void)json_array_append_new(signatures, json_text(calibration->signature[i]));
	return json_pack("{s:I, s:I, s:I, s:o, s:b}", "ops", (json_int_t)calibration->ops, "cases",
			 (json_int_t)calibration->cases, "differences",
			 (json_int_t)calibration->differences, "signatures", signatures, "foreign",
			 calibration_foreign(calibration));
}

static void calibration_show(const struct session *session, const struct calibration *calibration)
{
	char *signatures;

	if (calibration->count == 0) {
		(void)printf("%-18s agrees in %" PRIu64 " ops\n", session->target->name,
			     calibration->ops);
		return;
	}
	signatures = calibration_signatures(calibration);
	(void)printf("%-18s differs in %u ways within %" PRIu64 " ops: %s\n", session->target->name,
		     calibration->count, calibration->ops, signatures);
	free(signatures);
}

/* Returns: 0 it agrees, 1 it differs in a few ways, 2 it is foreign, or could not run. */
static int target_calibrate(const struct options *options, const struct target_entry *target,
			    json_t *results, struct error *error)
{
	uint64_t ops = options->ops > 0 ? options->ops : CALIBRATE_OPS;
	double seconds = options->seconds > 0 ? options->seconds
			 : options->ops > 0   ? 1e9
					      : CALIBRATE_SECONDS;
	struct calibration calibration;
	struct session session;
	json_t *row;
	bool good;

	if (!session_open(&session, target, options->fault, options, error))
		return 2;
	good = calibrate(&session, ops, seconds, &calibration, error);
	if (good) {
		row = calibration_json(&calibration);
		(void)json_object_set_new(row, "target", json_string(target->name));
		(void)json_object_set_new(row, "version", json_text(session.info.version));
		(void)json_array_append_new(results, row);
		if (calibration_foreign(&calibration))
			good = calibration_refuse(&session, &calibration, error);
		else
			calibration_show(&session, &calibration);
	}
	session_close(&session);
	return !good ? 2 : calibration.count > 0;
}

int command_calibrate(const struct options *options)
{
	json_t *document = json_document(), *results = json_array();
	struct error error;
	int status = 0;

	for (int i = 0; i < options->arg_count; i++) {
		const struct target_entry *target = target_named(options->arg[i], &error);
		int one = target ? target_calibrate(options, target, results, &error) : 2;

		if (one == 2)
			(void)error_print(&error);
		status = one > status ? one : status;
	}
	(void)json_object_set_new(document, "status", json_integer(status));
	(void)json_object_set_new(document, "results", results);
	return json_publish(document, options, &error) ? status : error_print(&error);
}
