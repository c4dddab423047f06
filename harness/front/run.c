/* run: a campaign. Cases from a seed go to the worker in batches; what differs becomes a finding. */
/* SPDX-License-Identifier: MIT */
#include "batch.h"
#include "beside.h"
#include "calibrate.h"
#include "json_report.h"
#include "file.h"
#include "triage.h"
#include "../gen/generate.h"
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DEFAULT_SECONDS 10.0
#define BATCH_SECONDS 0.1 /* a batch is made about so long */
#define TROUBLE_SECONDS 1.0
#define PROGRESS_SECONDS 0.5
#define WF_EVERY 32u

/* Set by a signal: the campaign ends as if its time were up. */
static volatile sig_atomic_t interrupted;

struct campaign {
	const struct options *options;
	struct session session;
	struct beside beside;
	struct finding_list findings;
	struct batch *batch;
	uint64_t ops_limit; /* 0: none */
	uint64_t next;      /* index of the next case */
	double start, trouble_at, progress_at;
	uint64_t trouble; /* what the host counted at the start */
	double cpu_start;
	bool progress;       /* on a terminal */
	json_t *calibration; /* NULL: none was made */
	struct error *error;
};

static uint64_t ops_left(const struct campaign *campaign, uint64_t planned)
{
	uint64_t done = campaign->session.totals.ops + planned;

	if (campaign->ops_limit == 0)
		return UINT64_MAX;
	return done < campaign->ops_limit ? campaign->ops_limit - done : 0;
}

/* Fills the batch with the next cases of the shard. */
static void batch_fill(struct campaign *campaign)
{
	struct batch *batch = campaign->batch;
	const struct tables *tables = campaign->session.tables;
	uint64_t planned = 0, left;
	uint8_t *records;

	batch->count = 0;
	while ((left = ops_left(campaign, planned)) > 0 && (records = batch_next(batch)) != NULL) {
		uint64_t seed = case_seed(campaign->options->seed, campaign->next);
		uint32_t room = case_length(seed), count;

		if (room > left)
			room = (uint32_t)left;
		count = generate_case(tables, seed, room, campaign->session.fixed, records);
		batch_take(batch, campaign->next, count);
		planned += records_ops(records, count);
		campaign->next += campaign->options->shard_count;
	}
}

static void number_set(struct case_file *file, const char *key, uint64_t value)
{
	char *text = text_format("%" PRIu64, value);

	meta_set(file, key, text);
	free(text);
}

/* Runs the case again under full state, in which the signature is named; cuts it behind the op. */
static bool case_confirm(struct campaign *campaign, struct case_file *file,
			 struct sighting *sighting)
{
	struct session *session = &campaign->session;
	struct totals totals = session->totals; /* a second look is no op of the campaign */
	struct sighting again;
	uint32_t before = file->record_count;

	finding_settle(file, session);
	sighting->record += file->record_count - before;
	if (!session_case(session, file, STATE_FULL, &again, campaign->error))
		return false;
	session->totals = totals;
	if (again.kind != SIGHTING_NONE)
		*sighting = again;
	case_cut(file, sighting->record);
	return true;
}

/* Replays a finding before it is reported: how often does it show the same again? */
static bool case_repeat(struct campaign *campaign, struct case_file *file,
			const struct sighting *sighting)
{
	struct session *session = &campaign->session;
	struct totals totals = session->totals;
	uint32_t shown = 0, replays = finding_replays(sighting);
	struct sighting again;

	for (uint32_t i = 0; i < replays; i++) {
		if (!session_case(session, file, STATE_FULL, &again, campaign->error))
			return false;
		shown += sighting_same(file, &again, sighting);
	}
	session->totals = totals;
	finding_repeats(file, shown, replays);
	return true;
}

static bool campaign_finding(struct campaign *campaign, uint32_t i, struct sighting *sighting)
{
	struct case_file file = batch_case(campaign->batch, campaign->session.tables, i);
	bool good = true;

	number_set(&file, "seed", campaign->options->seed);
	number_set(&file, "case", campaign->batch->index[i]);
	if (sighting->kind == SIGHTING_TROUBLE)
		sighting->record = file.record_count - 1;
	else
		good = case_confirm(campaign, &file, sighting) &&
		       (!finding_wanted(&campaign->findings, &file, sighting) ||
			(case_repeat(campaign, &file, sighting) &&
			 beside_ask(&campaign->beside, &file, &campaign->session, sighting,
				    campaign->error)));
	good = good && finding_keep(&campaign->findings, campaign->options->out_folder, &file,
				    &campaign->session, sighting, campaign->error);
	case_free(&file);
	return good;
}

/* Has the host reported trouble since the last look? It is charged to the last case. */
static bool trouble_check(struct campaign *campaign, bool now)
{
	struct sighting sighting = { .kind = SIGHTING_TROUBLE };
	char text[TARGET_TEXT_MAX];
	uint64_t trouble;

	if (!now && seconds_now() - campaign->trouble_at < TROUBLE_SECONDS)
		return true;
	campaign->trouble_at = seconds_now();
	trouble = session_trouble(&campaign->session, text);
	if (trouble <= campaign->trouble || campaign->batch->count == 0)
		return true;
	campaign->trouble = trouble;
	sighting.difference.rule = RULE_NONE;
	(void)snprintf(sighting.death, sizeof(sighting.death), "%s", text);
	return campaign_finding(campaign, campaign->batch->count - 1, &sighting);
}

static bool campaign_stops(const struct campaign *campaign)
{
	const struct options *options = campaign->options;
	double limit = options->seconds > 0       ? options->seconds
		       : campaign->ops_limit == 0 ? DEFAULT_SECONDS
						  : 0;

	if (interrupted || (options->stop && campaign->findings.count > 0))
		return true;
	if (limit > 0 && seconds_now() - campaign->start >= limit)
		return true;
	return ops_left(campaign, 0) == 0;
}

/* Hands over the cases from @from on. Returns the first one not done, or -1. */
static int campaign_go(struct campaign *campaign, uint32_t from)
{
	struct session *session = &campaign->session;
	struct batch *batch = campaign->batch;
	struct request *request = session_begin(session, campaign->options->level);
	struct sighting sighting;

	request->wf_every = WF_EVERY;
	if (!batch_go(batch, from, session, &sighting, campaign->error))
		return -1;
	if (sighting.kind == SIGHTING_NONE)
		return (int)batch->count;
	from += sighting.case_index;
	return campaign_finding(campaign, from, &sighting) ? (int)from + 1 : -1;
}

/* The batch grows until it takes about BATCH_SECONDS: few hand-overs, yet time is kept. */
static void batch_adapt(struct batch *batch, double seconds)
{
	if (seconds < BATCH_SECONDS / 2 && batch->limit < BATCH_CASES_MAX)
		batch->limit *= 2;
	if (seconds > BATCH_SECONDS * 2 && batch->limit > 1)
		batch->limit /= 2;
}

static void progress_show(struct campaign *campaign, bool last)
{
	const struct totals *totals = &campaign->session.totals;
	double now = seconds_now(), seconds = now - campaign->start;

	if (!campaign->progress || (!last && now - campaign->progress_at < PROGRESS_SECONDS))
		return;
	campaign->progress_at = now;
	if (last)
		(void)fprintf(stderr, "\r\033[K");
	else
		(void)fprintf(stderr, "\r\033[K%s %.0f s  %" PRIu64 " ops  %.0f ops/s  %u findings",
			      campaign->session.target->name, seconds, totals->ops,
			      (double)totals->ops / seconds, campaign->findings.count);
	(void)fflush(stderr);
}

static bool campaign_loop(struct campaign *campaign)
{
	struct batch *batch = campaign->batch;

	while (!campaign_stops(campaign)) {
		double start = seconds_now();
		int at = 0;

		batch_fill(campaign);
		while (at < (int)batch->count && (at == 0 || !campaign_stops(campaign))) {
			at = campaign_go(campaign, (uint32_t)at);
			if (at < 0)
				return false;
			progress_show(campaign, false);
		}
		if (!trouble_check(campaign, false))
			return false;
		batch_adapt(batch, seconds_now() - start);
	}
	return trouble_check(campaign, true);
}

static void overrides_show(const struct session *session)
{
	for (uint32_t i = 0; i < session->override_count; i++)
		(void)printf("  %s=%" PRIu64,
			     session->tables->param[session->override[i].param].name,
			     session->override[i].value);
	if (session->fault != NULL)
		(void)printf("  fault %s", session->fault);
	(void)putchar('\n');
}

static void rules_show(const struct session *session)
{
	uint32_t hit = 0;

	for (uint32_t i = 0; i < session->tables->rule_count; i++)
		hit += session->totals.rule_hits[i] != 0;
	(void)printf("  rules    %u of %u hit", hit, session->tables->rule_count);
	if (hit < session->tables->rule_count)
		(void)printf("; never:");
	for (uint32_t i = 0; i < session->tables->rule_count; i++)
		if (session->totals.rule_hits[i] == 0)
			(void)printf(" %s", session->tables->rule[i].name);
	(void)putchar('\n');
}

static void counts_show(const struct totals *totals)
{
	(void)printf("  verdicts");
	for (uint32_t i = 0; i < VERDICT_COUNT; i++)
		(void)printf(" %s %" PRIu64, verdict_name[i], totals->verdict[i]);
	if (totals->verdict[VERDICT_SKIPPED] > 0) {
		(void)printf(" (");
		for (uint32_t i = SKIP_NO + 1, n = 0; i < SKIP_COUNT; i++)
			if (totals->skipped_by[i] > 0)
				(void)printf("%s%s %" PRIu64, n++ ? ", " : "", skip_name[i],
					     totals->skipped_by[i]);
		(void)printf(") %.1f %%", 100.0 * (double)totals->verdict[VERDICT_SKIPPED] /
					      (double)totals->ops);
	}
	(void)putchar('\n');
}

static void campaign_summary(const struct campaign *campaign, double seconds)
{
	const struct totals *totals = &campaign->session.totals;
	uint64_t met = 0;
	uint32_t always = 0;

	for (uint32_t i = 0; i < campaign->findings.count; i++) {
		met += campaign->findings.finding[i].count;
		always += repeats_always(campaign->findings.finding[i].repeats);
	}
	(void)printf("  done     %" PRIu64 " ops in %" PRIu64 " cases, %.1f s, %.0f ops/s\n",
		     totals->ops, totals->cases, seconds,
		     (double)totals->ops / (seconds > 0 ? seconds : 1));
	counts_show(totals);
	(void)printf("  state    %" PRIu64 " cells compared, invariant checked %" PRIu64
		     " times on the model, %" PRIu64 " on the target\n",
		     totals->cells, totals->wf_model, totals->wf_target);
	rules_show(&campaign->session);
	if (met > 0)
		(void)printf("  findings %u, met %" PRIu64
			     " times; %u of them show in every replay\n",
			     campaign->findings.count, met, always);
}

/* Each shard makes its share of --ops. Returns: false if findings could not be kept. */
static bool campaign_begin(struct campaign *campaign)
{
	const struct options *options = campaign->options;
	const struct session *session = &campaign->session;
	char text[TARGET_TEXT_MAX];

	if (!folder_make(options->out_folder, campaign->error))
		return false;
	if (options->ops > 0)
		campaign->ops_limit =
		    (options->ops + options->shard_count - 1) / options->shard_count;
	campaign->next = options->shard;
	campaign->batch->limit = 4;
	campaign->trouble = session_trouble(&campaign->session, text);
	campaign->progress = isatty(STDERR_FILENO) != 0;
	folder_sweep(options->out_folder);
	(void)printf("%s  %s  profile %s  seed %" PRIu64, session->target->name,
		     session->info.version, session_profile(session), options->seed);
	overrides_show(session);
	(void)fflush(stdout);
	campaign->start = seconds_now();
	campaign->trouble_at = campaign->start;
	campaign->cpu_start = session_cpu_seconds(session);
	return true;
}

/* What was told otherwise than it was found is an experiment, and what is not live was chosen by hand. */
static bool campaign_calibrates(const struct campaign *campaign)
{
	const struct options *options = campaign->options;

	return !options->no_calibrate && options->profile == NULL && options->assign_count == 0 &&
	       campaign->session.fault == NULL && target_is_live(campaign->session.target);
}

/* Takes a tenth of the campaign at most. Returns: false with *error if it must not begin. */
static bool campaign_calibrate(struct campaign *campaign)
{
	const struct options *options = campaign->options;
	double seconds = options->seconds > 0 ? options->seconds / 10 : CALIBRATE_SECONDS;
	uint64_t ops = options->ops > 0 ? options->ops / 10 : CALIBRATE_OPS;
	struct calibration calibration;

	if (!campaign_calibrates(campaign))
		return true;
	if (!calibrate(&campaign->session, ops < CALIBRATE_OPS ? ops : CALIBRATE_OPS,
		       seconds < CALIBRATE_SECONDS ? seconds : CALIBRATE_SECONDS, &calibration,
		       campaign->error))
		return false;
	campaign->calibration = calibration_json(&calibration);
	return !calibration_foreign(&calibration) ||
	       calibration_refuse(&campaign->session, &calibration, campaign->error);
}

/* The campaign of side @own of @name; the others are asked of what it finds. */
static int campaign_run(const struct options *options, char *const *name, uint32_t count,
			uint32_t own, json_t *results, struct error *error)
{
	struct campaign campaign = { .options = options, .error = error };
	const struct target_entry *target = target_named(name[own], error);
	json_t *result;
	double seconds;
	bool known;
	int status;

	if (target == NULL)
		return 2;
	if (!session_open(&campaign.session, target, options->fault, options, error))
		return 2;
	if (!beside_open(&campaign.beside, name, count, own, options, error)) {
		session_close(&campaign.session);
		return 2;
	}
	campaign.batch = memory_new(1, sizeof(*campaign.batch));
	known = campaign_calibrate(&campaign);
	if (!campaign_begin(&campaign)) {
		beside_close(&campaign.beside);
		session_close(&campaign.session);
		free(campaign.batch);
		return 2;
	}
	status = !known || !campaign_loop(&campaign) ? 2 : campaign.findings.count > 0;
	seconds = seconds_now() - campaign.start;
	progress_show(&campaign, true);
	if (known)
		campaign_summary(&campaign, seconds);
	result = json_result(&campaign.session, options->seed, seconds,
			     session_cpu_seconds(&campaign.session) - campaign.cpu_start,
			     &campaign.findings);
	(void)json_object_set_new(result, "calibration",
				  campaign.calibration ? campaign.calibration : json_null());
	(void)json_array_append_new(results, result);
	beside_close(&campaign.beside);
	session_close(&campaign.session);
	if (campaign.findings.count > 0 && !interrupted)
		triage_campaign(&campaign.findings, options->hang_seconds);
	finding_list_free(&campaign.findings);
	free(campaign.batch);
	return status;
}

/* Each side gets the same cases: a target, or several joined by commas. */
static int sides_run(const struct options *options, const char *text, json_t *results,
		     struct error *error)
{
	char *name[SIDES_MAX];
	uint32_t count = sides_split(text, name);
	int status = 0;

	for (uint32_t i = 0; i < count; i++) {
		int one = status == 2 || interrupted
			      ? status
			      : campaign_run(options, name, count, i, results, error);

		status = one > status ? one : status;
	}
	for (uint32_t i = 0; i < count; i++)
		free(name[i]);
	return status;
}

static void interrupt(int signal)
{
	(void)signal;
	interrupted = 1;
}

int command_run(const struct options *options)
{
	const struct sigaction action = { .sa_handler = interrupt };
	json_t *document = json_document(), *results = json_array();
	struct error error;
	int status = 0;

	(void)sigaction(SIGINT, &action, NULL);
	(void)sigaction(SIGTERM, &action, NULL);
	(void)sigaction(SIGXCPU, &action, NULL);
	for (int i = 0; i < options->arg_count && status != 2 && !interrupted; i++) {
		int one = sides_run(options, options->arg[i], results, &error);

		status = one > status ? one : status;
	}
	(void)json_object_set_new(document, "status", json_integer(status));
	(void)json_object_set_new(document, "results", results);
	if (status == 2)
		(void)error_print(&error);
	if (!json_publish(document, options, &error))
		return error_print(&error);
	return status;
}
