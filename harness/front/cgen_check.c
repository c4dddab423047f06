/* cgen --check: a case that agrees as a stand-alone C program that checks every result and says so as TAP. */
/* SPDX-License-Identifier: MIT */
#include "cgen_check.h"
#include "exact.h"
#include "stale.h"
#include "subject.h"
#include <stdlib.h>
#include <string.h>

static const struct check_writer {
	const char *domain;
	bool (*prepare)(
	    struct case_file *file); /* NULL, or makes of the case what a program can do */
	bool (*write)(const struct cgen *cgen, FILE *out, struct error *error);
} writers[] = {
	{ "ptmalloc", check_ptmalloc_prepare, check_ptmalloc },
	{ "vma", NULL, check_vma },
	{ "buddy", NULL, check_buddy },
};

static const struct check_writer *writer_find(const struct case_file *file, struct error *error)
{
	for (size_t i = 0; i < sizeof(writers) / sizeof(writers[0]); i++)
		if (strcmp(writers[i].domain, file->tables->name) == 0)
			return &writers[i];
	error_set(error, "cgen --check does not write programs for domain %s", file->tables->name);
	return NULL;
}

void check_head(const struct cgen *cgen, const char *build, const char *limits, FILE *out)
{
	(void)fprintf(out,
		      "/* A case of domain %s that checks itself, made by memoracle cgen --check.\n"
		      " * %s %s%s.\n"
		      " * Build: %s\n"
		      " * TAP on standard output. Exit status: 0 all as recorded, 1 some not, 2 it "
		      "cannot tell.\n%s */\n"
		      "#define SAY_TO 1\n#define CANNOT \"Bail out! \"\n",
		      cgen->file->tables->name,
		      cgen->profile ? "As the model says of" : "Recorded on",
		      cgen->profile ? cgen->profile : cgen->session->info.version,
		      cgen->profile ? ", not run there" : "", build, limits);
}

void check_text(const struct cgen *cgen, uint32_t index, FILE *out)
{
	static const char exact[] = "exact "; /* says nothing where no compact op is near */
	char *call = op_print(cgen->file->tables, &cgen->op[index].op);

	cgen_text(call + (strncmp(call, exact, sizeof(exact) - 1) == 0 ? sizeof(exact) - 1 : 0),
		  out);
	free(call);
}

void check_texts(const struct cgen *cgen, uint32_t index, FILE *out)
{
	const struct cgen_op *op = &cgen->op[index];
	const struct tables *tables = cgen->file->tables;
	char result[FORM_TEXT_MAX];

	check_text(cgen, index, out);
	(void)fputs(", ", out);
	if (op->err == CGEN_SKIPPED)
		cgen_text(skip_name[op->skip], out);
	else
		cgen_text(result_print(tables, op->op.row, op->err, op->value, result), out);
}

/* Does the case expect cells behind the op of @record? */
static bool expects_cells(const struct case_file *file, uint32_t record)
{
	struct op op;

	while (++record < file->record_count && !case_op(file, record, &op))
		if (file->records[(size_t)record * OP_BYTES] == OP_CELL)
			return true;
	return false;
}

/* The model's state after the records before @end: the case is run up to there. */
static bool state_add(struct cgen *cgen, struct session *session, uint32_t end, uint32_t op,
		      struct error *error)
{
	struct case_file prefix = *cgen->file;
	struct cgen_state *state = &cgen->state[cgen->state_count];
	const struct mailbox *box = session->worker.box;
	struct sighting sighting;

	prefix.record_count = end;
	if (!session_case(session, &prefix, STATE_END, &sighting, error))
		return false;
	if (box->want_count > CELLS_MAX)
		return error_set(error, "the state is larger than %u cells", CELLS_MAX);
	state->op = op;
	state->cell = memory_new(box->want_count + 1, sizeof(*state->cell));
	memcpy(state->cell, box->want, box->want_count * sizeof(*state->cell));
	state_pair_init(&state->pair, prefix.tables, state->cell, state->cell, box->want_count);
	state_model_alone(&state->pair);
	cgen->state_count++;
	return true;
}

/* States where the case expects something of them, and at the end. */
static bool states_add(struct cgen *cgen, struct session *session, struct error *error)
{
	const struct case_file *file = cgen->file;
	uint32_t number = 0;
	struct op op;

	cgen->state = memory_new(cgen->op_count + 1, sizeof(*cgen->state));
	for (uint32_t i = 0; i < file->record_count; i++) {
		if (!case_op(file, i, &op))
			continue;
		number++;
		if ((number == cgen->op_count || expects_cells(file, i)) &&
		    !state_add(cgen, session, case_after(file, i), number - 1, error))
			return false;
	}
	return true;
}

static bool agrees_check(struct session *session, const struct case_file *file, const char *path,
			 struct error *error)
{
	char *need = session_needs(session, file), signature[SIGNATURE_MAX];
	struct stale_list stale = { 0 };
	struct sighting sighting;
	bool good = true;

	if (need != NULL) {
		error_set(error, "%s needs %s", path, need);
		free(need);
		return false;
	}
	if (!session_case(session, file, STATE_FULL, &sighting, error))
		return false;
	if (sighting.kind != SIGHTING_NONE) {
		sighting_signature(file, &sighting, signature);
		return error_set(error,
				 "%s: model and %s differ (%s): cgen --check takes a case that "
				 "agrees",
				 path, session->target->name, signature);
	}
	(void)stale_collect(&stale, path, file, &sighting);
	if (stale.count > 0)
		good = error_set(error, "%s:%u: op %u, %s is %s, the case expects %s", path,
				 stale.row[0].line, stale.row[0].op_index, stale.row[0].field,
				 stale.row[0].actual, stale.row[0].expected);
	stale_list_free(&stale);
	return good;
}

/* --exact: the program's lines have the calls with every argument. */
static bool case_made_exact(struct session *session, struct case_file *file, struct error *error)
{
	struct exact_ops exact = { 0 };
	bool good = exact_ops_find(&exact, session, file, error);

	if (good)
		exact_case(file, &exact);
	exact_ops_free(&exact);
	return good;
}

static bool check_run(struct cgen *cgen, struct session *session, struct case_file *file,
		      const struct options *options, struct error *error)
{
	const struct check_writer *writer = writer_find(file, error);

	if (writer != NULL && writer->prepare != NULL && writer->prepare(file))
		(void)printf("%s is taken with fixed_thresholds=1\n", options->arg[0]);
	return writer != NULL && (!options->exact || case_made_exact(session, file, error)) &&
	       agrees_check(session, cgen->file, options->arg[0], error) &&
	       cgen_resolve(cgen, session, error) && states_add(cgen, session, error) &&
	       cgen_write(cgen, writer->write, options->out_file, error);
}

static void states_free(struct cgen *cgen)
{
	for (uint32_t i = 0; i < cgen->state_count; i++) {
		state_pair_free(&cgen->state[i].pair);
		free(cgen->state[i].cell);
	}
	free(cgen->state);
}

int command_cgen_check(const struct options *options)
{
	struct cgen cgen = { .check = CGEN_ALL };
	const struct target_entry *target;
	struct session session;
	struct case_file file;
	struct error error;
	bool good;

	if (!subject_load(options->arg[0], options, &file, &target, &error))
		return error_print(&error);
	if (options->profile != NULL && options->target == NULL) {
		const struct profile_entry *profile =
		    subject_profile(file.tables, options->profile, &error);

		target = profile ? subject_alone(profile, options, &error) : NULL;
		cgen.profile = options->profile;
	}
	if (target == NULL || !session_open(&session, target, options->fault, options, &error)) {
		case_free(&file);
		return error_print(&error);
	}
	cgen.session = &session;
	cgen.file = &file;
	good = check_run(&cgen, &session, &file, options, &error);
	if (good) {
		char *path = text_quote(options->out_file);

		(void)printf("%s: %u ops, %u states\n", path, cgen.op_count, cgen.state_count);
		free(path);
	}
	states_free(&cgen);
	free(cgen.op);
	session_close(&session);
	case_free(&file);
	return good ? 0 : error_print(&error);
}
