/* A target with its worker: cases go in, what they showed comes out. */
/* SPDX-License-Identifier: MIT */
#include "session.h"
#include "form.h"
#include "guest.h"
#include "inherit.h"
#include "trace.h"
#include <inttypes.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#define OPEN_SECONDS 60.0

bool session_override_number(struct session *session, uint32_t param, uint64_t value)
{
	struct override *at = session->override;

	for (uint32_t i = 0; i < session->override_count; i++, at++)
		if (at->param == param)
			break;
	if (at == session->override + session->override_count) {
		if (session->override_count == OVERRIDES_MAX - FORCED_MAX)
			return false;
		session->override_count++;
	}
	*at = (struct override){ .param = param, .value = value };
	if (param < 64)
		session->fixed |= UINT64_C(1) << param;
	return param_set(session->tables, param, session->rules, value);
}

void session_rules_copy(struct session *to, const struct session *from)
{
	memcpy(to->rules, from->rules, sizeof(to->rules));
	memcpy(to->override, from->override, sizeof(to->override));
	to->override_count = from->override_count;
	to->fixed = from->fixed;
}

bool session_override(struct session *session, const char *name, const char *value,
		      struct error *error)
{
	const struct tables *tables = session->tables;
	const struct param_row *row;
	uint64_t number;
	int param = param_find(tables, name);

	if (param < 0)
		return error_set(error,
				 "domain %s has no switch or setting `%.100s`; see specs/rules.md",
				 tables->name, name);
	row = &tables->param[param];
	if (!param_parse(value, strlen(value), &number) || number < row->lo || number > row->hi)
		return error_set(error, "`%.100s` is no value of %s: %llu to %llu", value, name,
				 (unsigned long long)row->lo, (unsigned long long)row->hi);
	return session_override_number(session, (uint32_t)param, number) ||
	       error_set(error, "more than %u overrides", OVERRIDES_MAX - FORCED_MAX);
}

/*
 * MEMORACLE_FORCE_RULE="NAME=V ...": as if these switches had been found so at the target. It stands for a kernel that
 * the model does not know: nothing else can tell. Only live targets run on it; names of other domains are passed over.
 */
static bool rules_force(struct session *session, struct error *error)
{
	const char *text = getenv("MEMORACLE_FORCE_RULE");
	char *copy = text_format("%s", text ? text : ""), *save = NULL;
	bool good = true;

	for (char *word = strtok_r(copy, " ", &save); good && word != NULL;
	     word = strtok_r(NULL, " ", &save)) {
		size_t length = strcspn(word, "=");
		char *name = text_copy(word, length);
		int param = param_find(session->tables, name);
		struct override *forced = &session->forced[session->forced_count];
		uint64_t value;

		free(name);
		if (param < 0)
			continue;
		good = word[length] == '=' && session->forced_count < FORCED_MAX &&
		       param_parse(word + length + 1, strlen(word + length + 1), &value) &&
		       param_set(session->tables, (uint32_t)param, session->rules, value);
		if (!good) {
			error_set(error,
				  "MEMORACLE_FORCE_RULE: `%.60s` is no rule with a value of "
				  "domain %s",
				  word, session->tables->name);
			break;
		}
		*forced = (struct override){ .param = (uint32_t)param, .value = value };
		session->forced_count++;
	}
	free(copy);
	return good;
}

static bool assign_apply(struct session *session, const struct assign *assign, struct error *error)
{
	char *name = text_copy(assign->name, strcspn(assign->name, "="));
	int param = param_find(session->tables, name);
	bool good;

	if (param >= 0 && session->tables->param[param].setting != assign->setting)
		good = error_set(error,
				 assign->setting ? "%s is a rule: use --rule %s=%s"
						 : "%s is a setting: use --set %s=%s",
				 name, name, assign->value);
	else
		good = session_override(session, name, assign->value, error);
	free(name);
	return good;
}

/* Every switch that @profile does not name gets its initial value. */
static bool profile_apply(struct session *session, const struct profile_entry *profile,
			  struct error *error)
{
	const struct tables *tables = session->tables;
	char *copy = text_format("%s", profile->switches), *save = NULL;
	bool good = true;

	for (uint32_t i = 0; i < tables->param_count; i++)
		if (!tables->param[i].setting)
			good =
			    good && session_override_number(session, i, tables->param[i].initial);
	for (char *word = strtok_r(copy, " ", &save); good && word != NULL;
	     word = strtok_r(NULL, " ", &save)) {
		char *equal = strchr(word, '=');

		if (equal != NULL)
			*equal = '\0';
		good = session_override(session, word, equal ? equal + 1 : "", error);
	}
	free(copy);
	return good;
}

static bool profile_choose(struct session *session, const char *name, struct error *error)
{
	const struct profile_entry *profile = profile_find(session->tables->name, name);
	char *known;

	if (strcmp(name, session_profile(session)) == 0)
		return true;
	if (profile != NULL)
		return profile_apply(session, profile, error);
	known = profile_names(session->tables->name);
	error_set(error, "unknown profile `%.60s`; known for %s: %s (detected), %s", name,
		  session->tables->name, session_profile(session), known);
	free(known);
	return false;
}

/* Says why the target cannot be opened, and what limits there are where memory is short. */
static bool open_refused(const struct session *session, struct error *error)
{
	const struct mailbox *box = session->worker.box;
	char limits[100] = "";

	if (box->open_status == -ENOMEM)
		inherit_limits(limits, sizeof(limits));
	return error_set(error, "%s cannot run here: %s%s%s", session->target->name,
			 box->info.why_not[0] ? box->info.why_not : strerror(-box->open_status),
			 limits[0] ? "; raise " : "", limits);
}

static bool worker_begin(struct session *session, struct error *error)
{
	struct worker *worker = &session->worker;
	struct mailbox *box = worker->box;

	if (!worker_start(worker, OPEN_SECONDS, error))
		return worker->guest != NULL && /* of others the line says which it is */
		       error_prefix(error, "%s cannot run here: ", session->target->name);
	session->info = box->info;
	if (worker->guest != NULL)
		guest_package(session->target->release, session->info.package);
	if (box->open_status != 0)
		return open_refused(session, error);
	return box->param_count == session->tables->param_count ||
	       error_set(error, "worker %s is of another build: run `make`", worker->path);
}

/* The real side that is no program of its own: a copy of the model, or a kernel. */
static bool real_prepare(struct session *session, const char *path, struct error *error)
{
	struct worker *worker = &session->worker;
	const struct target_entry *target = session->target;

	worker->release = target->release;
	worker->real_model = worker_real_model(target);
	if (worker->real_model != NULL && access(worker->real_model, R_OK) != 0)
		return error_set(error, "%s is not built: run `make %s`", target->name,
				 strstr(worker->real_model, "build/real/"));
	if (target_is_guest(target))
		worker->guest = guest_create(target->release, path, error);
	return !target_is_guest(target) || worker->guest != NULL ||
	       error_prefix(error, "%s cannot run here: ", target->name);
}

/* Started by session_able(), and nobody's yet. */
static struct session spare;

static bool worker_launch(struct session *session, struct error *error)
{
	char *path = worker_path(session->target, session->fault);
	bool good = true;

	if (access(path, X_OK) != 0)
		good = worker_missing(session->target, session->fault, path, error);
	good = good && worker_create(&session->worker, path, error) &&
	       real_prepare(session, path, error) && worker_begin(session, error);
	free(path);
	return good;
}

/* The spare worker, if it is of this target and no other is asked for. */
static bool spare_take(struct session *session)
{
	if (spare.target != session->target || session->fault != NULL)
		return false;
	session->worker = spare.worker;
	session->info = spare.info;
	spare = (struct session){ 0 };
	return true;
}

static bool session_start(struct session *session, const struct options *options,
			  struct error *error)
{
	if (!spare_take(session) && !worker_launch(session, error))
		return false;
	memcpy(session->rules, session->worker.box->base, sizeof(session->rules));
	if (target_is_live(session->target) && !rules_force(session, error))
		return false;
	if (options->profile && !profile_choose(session, options->profile, error))
		return false;
	for (uint32_t i = 0; i < options->assign_count; i++)
		if (!assign_apply(session, &options->assign[i], error))
			return false;
	return true;
}

const char *session_profile(const struct session *session)
{
	return session->info.profile[0] != '\0' ? session->info.profile : "probed";
}

bool session_open(struct session *session, const struct target_entry *target, const char *fault,
		  const struct options *options, struct error *error)
{
	*session = (struct session){ .target = target, .hang_seconds = options->hang_seconds };
	session->tables = domain_find(target->domain);
	if (session->tables == NULL)
		return error_set(error, "domain %s of %s was not built in: run `make`",
				 target->domain, target->name);
	if (fault != NULL && strcmp(fault, "none") != 0) {
		const struct fault_entry *entry = fault_find(target->domain, fault);

		if (entry == NULL)
			return error_set(
			    error, "domain %s has no fault `%.60s`: see `memoracle faults %s`",
			    target->domain, fault, target->domain);
		session->fault = entry->name;
	}
	if (session_start(session, options, error))
		return true;
	session_close(session);
	return false;
}

bool session_able(const struct target_entry *target, double hang_seconds)
{
	struct error error;

	if (spare.target != NULL)
		session_close(&spare);
	spare = (struct session){ .target = target,
				  .tables = domain_find(target->domain),
				  .hang_seconds = hang_seconds };
	if (spare.tables != NULL && worker_launch(&spare, &error))
		return true;
	session_close(&spare);
	spare = (struct session){ 0 };
	return false;
}

void session_close(struct session *session)
{
	worker_destroy(&session->worker);
	free(session->console);
	session->console = NULL;
}

struct request *session_begin(struct session *session, enum state_level level)
{
	struct request *request = &session->worker.box->request;

	memset(request, 0, offsetof(struct request, override));
	request->command = COMMAND_RUN;
	request->level = level;
	request->override_count = session->forced_count + session->override_count;
	memcpy(request->override, session->forced,
	       session->forced_count * sizeof(session->forced[0]));
	memcpy(request->override + session->forced_count, session->override,
	       session->override_count * sizeof(session->override[0]));
	session->records_used = 0;
	session->note_base = 0;
	return request;
}

bool session_add(struct session *session, const uint8_t *records, uint32_t count)
{
	struct request *request = &session->worker.box->request;

	if (request->case_count == BATCH_CASES_MAX ||
	    count > BATCH_RECORDS_MAX - session->records_used)
		return false;
	if (count > 0)
		memcpy(request->records + (size_t)session->records_used * OP_BYTES, records,
		       (size_t)count * OP_BYTES);
	session->records_used += count;
	request->case_records[request->case_count++] = count;
	return true;
}

static void totals_add(struct totals *totals, const struct result *result)
{
	totals->cases += result->cases;
	totals->ops += result->ops;
	totals->cells += result->cells;
	totals->wf_model += result->wf_model;
	totals->wf_target += result->wf_target;
	for (uint32_t i = 0; i < VERDICT_COUNT; i++)
		totals->verdict[i] += result->verdict[i];
	for (uint32_t i = 0; i < SKIP_COUNT; i++)
		totals->skipped_by[i] += result->skipped_by[i];
	for (uint32_t i = 0; i < RULES_MAX; i++)
		totals->rule_hits[i] += result->rule_hits[i];
	totals->worker_seconds += (double)result->nanoseconds * 1e-9;
}

/* The op that a worker died in has no verdict of its own. */
static void death_fill(struct session *session, struct sighting *sighting, enum worker_end end)
{
	const struct progress *progress = &session->worker.box->progress;
	char said[120];

	sighting->kind = end == WORKER_HUNG ? SIGHTING_HANG : SIGHTING_CRASH;
	sighting->case_index = progress->case_index;
	sighting->record = progress->record;
	sighting->phase = progress->phase;
	worker_said(&session->worker, said, sizeof(said));
	free(session->console);
	session->console = session->worker.guest ? worker_console(&session->worker) : NULL;
	(void)snprintf(sighting->death, sizeof(sighting->death), "%s%s%s",
		       end == WORKER_HUNG ? "no headway" : session->worker.death,
		       said[0] ? ": " : "", said);
	session->totals.ops++;
	session->totals.verdict[VERDICT_DIVERGE]++;
}

/* That says nothing of the case. Returns: false if it is not what the worker died of. */
static bool memory_short(const struct session *session, struct error *error)
{
	const char *name = session->target->name;

	if (session->worker.cause == DEATH_GUEST_MEMORY)
		error_set(error, "%s: the guest ran out of memory: it has " GUEST_MEMORY, name);
	else if (session->worker.cause == DEATH_MEMORY)
		error_set(error,
			  "%s: the kernel killed the worker for want of memory: raise the "
			  "control group's limit, or free some",
			  name);
	else
		return false;
	return true;
}

/* Hands the request to a worker. One that used up its CPU time is followed by another, which begins anew. */
static bool request_go(struct session *session, enum worker_end *end, struct error *error)
{
	struct mailbox *box = session->worker.box;

	do {
		if (session->worker.pid == 0 && !worker_begin(session, error))
			return false;
		memset(&box->result, 0, offsetof(struct result, note));
		box->progress.case_index = 0;
		box->progress.record = 0;
		box->progress.phase = PHASE_IDLE;
		*end = worker_serve_request(&session->worker, session->hang_seconds);
	} while (*end == WORKER_CRASHED && session->worker.cause == DEATH_CPU_LIMIT &&
		 !box->request.resume);
	return *end != WORKER_CRASHED || !memory_short(session, error);
}

bool session_go(struct session *session, struct sighting *sighting, struct error *error)
{
	struct mailbox *box = session->worker.box;
	enum worker_end end;

	memset(sighting, 0, sizeof(*sighting));
	sighting->difference.rule = RULE_NONE;
	if (!request_go(session, &end, error))
		return false;
	totals_add(&session->totals, &box->result);
	if (end != WORKER_ANSWERED) {
		death_fill(session, sighting, end);
		return true;
	}
	sighting->stale = box->result.stale;
	if (box->result.difference.kind != DIFFERENCE_NONE) {
		sighting->kind = SIGHTING_DIFFERENCE;
		sighting->difference = box->result.difference;
		sighting->case_index = sighting->difference.case_index;
		sighting->record = sighting->difference.record;
	}
	return true;
}

const struct op_note *session_note(const struct session *session, uint32_t record)
{
	const struct result *result = &session->worker.box->result;

	if (record < session->note_base || record - session->note_base >= NOTES_MAX)
		return NULL;
	return &result->note[record - session->note_base];
}

bool session_one(struct session *session, const uint8_t *records, uint32_t count,
		 struct sighting *sighting, struct error *error)
{
	if (!session_add(session, records, count))
		return error_set(error,
				 "a case of %u records is too long for this, at most %u: shrink it",
				 count, BATCH_RECORDS_MAX);
	return session_go(session, sighting, error);
}

bool session_case(struct session *session, const struct case_file *file, enum state_level level,
		  struct sighting *sighting, struct error *error)
{
	static const struct trace_plan whole = { 0 };

	if (trace_long(file)) /* after each op everything would be too much */
		return trace_prefix(session, file, level == STATE_FULL ? STATE_TOUCHED : level,
				    &whole, sighting, error);
	return trace_run(session, file, level, &whole, sighting, error);
}

struct op *session_resolve(struct session *session, const struct case_file *file, uint32_t count,
			   struct error *error)
{
	const struct mailbox *box = session->worker.box;
	struct sighting unused;
	uint32_t applied = 0;
	struct op *op;

	session_begin(session, STATE_END)->command = COMMAND_RESOLVE;
	if (!session_one(session, file->records, count, &unused, error))
		return NULL;
	op = memory_new(count + 1, sizeof(*op));
	for (uint32_t i = 0; i < count; i++) {
		if (case_op(file, i, &op[i]) && box->result.note[i].verdict < VERDICT_SKIPPED &&
		    applied < box->resolved_count)
			memcpy(op[i].ref, box->resolved[applied++].ref, sizeof(op[i].ref));
		else
			op[i].row = NULL;
	}
	return op;
}

uint64_t session_trouble(struct session *session, char text[TARGET_TEXT_MAX])
{
	struct mailbox *box = session->worker.box;

	text[0] = '\0';
	session_begin(session, STATE_END)->command = COMMAND_TROUBLE;
	if (session->worker.pid == 0 ||
	    worker_serve_request(&session->worker, session->hang_seconds) != WORKER_ANSWERED)
		return 0;
	memcpy(text, box->trouble_text, TARGET_TEXT_MAX);
	text[TARGET_TEXT_MAX - 1] = '\0';
	return box->trouble;
}

uint64_t session_observe(struct session *session, const struct cell *cell)
{
	struct mailbox *box = session->worker.box;

	session_begin(session, STATE_END)->command = COMMAND_OBSERVE;
	box->asked = *cell;
	if (session->worker.pid == 0 ||
	    worker_serve_request(&session->worker, session->hang_seconds) != WORKER_ANSWERED)
		return CELL_ABSENT;
	return box->asked.value;
}

static bool is_overridden(const struct session *session, uint32_t param)
{
	for (uint32_t i = 0; i < session->override_count; i++)
		if (session->override[i].param == param)
			return true;
	return false;
}

/* Is the need for the known defect that the case shows, which somebody has switched? Then it is asked of the model. */
static bool is_switched(const struct session *session, const struct case_file *file, int param)
{
	const char *known = meta_get(file, "known");

	return known != NULL && param_find(session->tables, known) == param &&
	       is_overridden(session, (uint32_t)param);
}

char *session_needs(const struct session *session, const struct case_file *file)
{
	for (uint32_t i = 0; i < file->meta_count; i++) {
		const struct meta_line *line = &file->meta[i];
		uint64_t value, has;
		int param;

		if (strncmp(line->key, "need.", 5) != 0)
			continue;
		param = param_find(session->tables, line->key + 5);
		if (param < 0 || !param_parse(line->value, strlen(line->value), &value))
			abort(); /* meta_check() has seen to it */
		has = param_get(session->tables, (uint32_t)param, session->rules);
		if (has != value && !is_switched(session, file, param))
			return text_format("%s=%" PRIu64 ", %s has %s=%" PRIu64, line->key + 5,
					   value, session->target->name, line->key + 5, has);
	}
	return NULL;
}

static double rusage_seconds(int who)
{
	struct rusage usage = { 0 };

	(void)getrusage(who, &usage);
	return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
	       (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e-6;
}

double session_cpu_seconds(const struct session *session)
{
	double seconds = rusage_seconds(RUSAGE_SELF) + rusage_seconds(RUSAGE_CHILDREN);
	struct timespec time;
	clockid_t clock;

	if (session->worker.pid > 0 && clock_getcpuclockid(session->worker.pid, &clock) == 0 &&
	    clock_gettime(clock, &time) == 0)
		seconds += (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
	return seconds;
}
