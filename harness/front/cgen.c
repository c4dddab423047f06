/* cgen: a case as a stand-alone C program; a difference in state is first made visible. */
/* SPDX-License-Identifier: MIT */
#include "cgen.h"
#include "file.h"
#include "state_pair.h"
#include "subject.h"
#include "../gen/generate.h"
#include <stdlib.h>
#include <string.h>

#define SEARCH_SECONDS 5.0
#define SEARCH_OPS 8u
#define SEARCH_TRIES 20000u

static const struct writer {
	const char *domain;
	bool sees_cells; /* the program can look at any cell */
	bool (*write)(const struct cgen *cgen, FILE *out, struct error *error);
} writers[] = {
	{ "ptmalloc", false, cgen_ptmalloc },
	{ "vma", false, cgen_vma },
	{ "buddy", true, cgen_buddy },
};

bool cgen_op_is(const struct cgen_op *op, const char *name)
{
	return strcmp(op->op.row->name, name) == 0;
}

void cgen_head(const struct cgen *cgen, const char *build, FILE *out)
{
	const struct case_file *file = cgen->file;
	char signature[SIGNATURE_MAX];
	uint32_t rule = cgen->sighting.difference.rule;

	sighting_signature(file, &cgen->sighting, signature);
	(void)fprintf(out, "/* %s, made by memoracle cgen.\n", signature);
	(void)fprintf(out, " * Recorded on %s (%s).\n", cgen->session->info.version,
		      cgen->session->target->name);
	if (rule < file->tables->rule_count)
		(void)fprintf(out, " * Rule %s, %s:\n * %s\n", file->tables->rule[rule].name,
			      file->tables->rule[rule].source, file->tables->rule[rule].statement);
	if (cgen->searched > 0)
		(void)fprintf(
		    out,
		    " * The difference was in the state only; the last ops make it visible.\n");
	(void)fprintf(
	    out,
	    " * Build: %s\n * Exit status: 1 while the real thing still shows it, 0 when it is "
	    "gone, 2 if it cannot tell. */\n"
	    "#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)\n"
	    "#error \"leave out -fsanitize: it brings memory and an allocator of its own\"\n"
	    "#endif\n",
	    build);
}

static bool is_visible(const struct sighting *sighting)
{
	return sighting->kind == SIGHTING_CRASH || sighting->kind == SIGHTING_HANG ||
	       (sighting->kind == SIGHTING_DIFFERENCE &&
		sighting->difference.kind == DIFFERENCE_OUTCOME);
}

/* Runs the case with only outcomes compared until its end. */
static bool outcome_run(struct session *session, const struct case_file *file,
			struct sighting *sighting, struct error *error)
{
	(void)session_begin(session, STATE_END);
	return session_one(session, file->records, file->record_count, sighting, error);
}

/* What exact calls ask for the system below the program may refuse. */
static void compact_only(const struct tables *tables, struct swarm *swarm)
{
	for (uint32_t i = 0; i < tables->op_count; i++) {
		uint32_t number = tables->op[i].number;

		if (number < OP_EXACT || swarm->weight[number] == swarm->weight_sum)
			continue;
		swarm->weight_sum -= swarm->weight[number];
		swarm->weight[number] = 0;
	}
}

static void suffix_draw(const struct case_file *base, uint64_t seed, struct case_file *longer)
{
	struct random random = { .state = seed };
	uint8_t records[OP_WIDE_BYTES];
	struct swarm swarm;
	struct op op;
	uint64_t count = 1 + random_below(&random, SEARCH_OPS);

	*longer = case_copy(base);
	swarm_init(base->tables, &swarm, &random);
	compact_only(base->tables, &swarm);
	for (uint32_t i = 0; i < base->record_count; i++)
		if (case_op(base, i, &op))
			slot_set_note(&swarm.slots, &op);
	for (uint64_t i = 0; i < count && longer->record_count < OPS_MAX; i++)
		case_record(longer, records,
			    generate_op(base->tables, &swarm, &random, records, OP_RECORDS_MAX));
}

/* The op at record @at goes; what is none there stays. */
static void op_remove(struct case_file *file, uint32_t at)
{
	uint32_t count = records_of(file->tables, file->records, file->record_count, at);

	file->record_count -= count;
	memmove(file->records + (size_t)at * OP_BYTES,
		file->records + (size_t)(at + count) * OP_BYTES,
		(size_t)(file->record_count - at) * OP_BYTES);
}

/* Added ops that are not needed go again. */
static bool suffix_shrink(struct session *session, struct case_file *file, uint32_t base_count,
			  struct sighting *sighting, struct error *error)
{
	for (uint32_t at = file->record_count - 1; at >= base_count && at < file->record_count;
	     at--) {
		struct case_file shorter = case_copy(file);
		struct sighting again;

		op_remove(&shorter, at);
		if (!outcome_run(session, &shorter, &again, error)) {
			case_free(&shorter);
			return false;
		}
		if (is_visible(&again)) {
			case_cut(&shorter, again.record);
			case_free(file);
			*file = shorter;
			*sighting = again;
		} else {
			case_free(&shorter);
		}
		if (at == 0)
			break;
	}
	return true;
}

/* Appends ops until an outcome differs. Returns: false with *error if none was found. */
static bool visible_search(struct session *session, struct case_file *file,
			   struct sighting *sighting, uint32_t *searched, struct error *error)
{
	double deadline = seconds_now() + SEARCH_SECONDS;
	uint32_t base_count = file->record_count;

	for (uint64_t seed = 1; seed < SEARCH_TRIES && seconds_now() < deadline; seed++) {
		struct case_file longer;

		suffix_draw(file, seed, &longer);
		if (!outcome_run(session, &longer, sighting, error)) {
			case_free(&longer);
			return false;
		}
		if (!is_visible(sighting) || sighting->record >= longer.record_count) {
			case_free(&longer);
			continue;
		}
		case_cut(&longer, sighting->record);
		case_free(file);
		*file = longer;
		if (!suffix_shrink(session, file, base_count, sighting, error))
			return false;
		*searched = file->record_count > base_count ? file->record_count - base_count : 1;
		return true;
	}
	return error_set(error,
			 "the difference is in the state only, and none of the following ops that "
			 "were tried makes it visible to a program");
}

static uint64_t break_moves(const struct os_event *event, uint32_t count, bool granted)
{
	uint64_t sum = 0;

	for (uint32_t i = 0; i < count && i < OS_EVENTS_MAX; i++)
		if (event[i].kind == OS_SBRK && (granted || event[i].err == 0))
			sum += event[i].arg[0];
	return sum;
}

/*
 * The break on both sides after the first difference, where the view has it. A request that only the
 * model makes counts as granted.
 */
static bool breaks_read(struct cgen *cgen)
{
	const struct mailbox *box = cgen->session->worker.box;
	const struct os *os = &cgen->sighting.difference.os;
	struct state_pair pair;

	state_pair_init(&pair, cgen->file->tables, box->want, box->seen, box->want_count);
	cgen->want_break = state_value(&pair, SIDE_MODEL, "brk", 0, 0);
	cgen->seen_break = state_value(&pair, SIDE_TARGET, "brk", 0, 0);
	state_pair_free(&pair);
	if (cgen->want_break == CELL_ABSENT || cgen->seen_break == CELL_ABSENT)
		return false;
	if (cgen->sighting.difference.kind == DIFFERENCE_REQUEST)
		cgen->want_break = cgen->seen_break - break_moves(os->seen, os->seen_count, false) +
				   break_moves(os->want, os->want_count, true);
	return cgen->want_break != cgen->seen_break;
}

/* State that the kernel or the C library tells every process of itself. */
static const char *counter_find(const struct cgen *cgen)
{
	static const struct {
		const char *domain, *field, *counter;
	} counters[] = {
		{ "vma", "locked_vm", "VmLck:" },   { "vma", "total_vm", "VmSize:" },
		{ "vma", "data_vm", "VmData:" },    { "ptmalloc", "system_mem", "arena" },
		{ "ptmalloc", "n_mmaps", "hblks" }, { "ptmalloc", "mmapped_mem", "hblkhd" },
	};
	const struct tables *tables = cgen->file->tables;
	const struct difference *difference = &cgen->sighting.difference;

	if (cgen->sighting.kind != SIGHTING_DIFFERENCE || difference->kind != DIFFERENCE_CELL)
		return NULL;
	for (size_t i = 0; i < sizeof(counters) / sizeof(counters[0]); i++)
		if (strcmp(counters[i].domain, tables->name) == 0 &&
		    strcmp(counters[i].field, tables->field[difference->field].name) == 0)
			return counters[i].counter;
	return NULL;
}

/* Chooses what the program looks at; searches where nothing can be seen yet. */
static bool check_choose(struct cgen *cgen, const struct writer *writer, struct session *session,
			 struct case_file *file, struct error *error)
{
	struct sighting *sighting = &cgen->sighting;

	case_cut(file, sighting->record);
	cgen->check = CGEN_OUTCOME;
	if (writer->sees_cells && sighting->kind == SIGHTING_DIFFERENCE &&
	    sighting->difference.kind == DIFFERENCE_CELL) {
		cgen->check = CGEN_CELL;
		return true;
	}
	cgen->counter = counter_find(cgen);
	if (cgen->counter != NULL) {
		cgen->check = CGEN_COUNTER;
		return true;
	}
	if (!is_visible(sighting) && breaks_read(cgen)) {
		cgen->check = CGEN_BREAK;
		return true;
	}
	if (sighting->kind == SIGHTING_DIFFERENCE &&
	    sighting->difference.kind == DIFFERENCE_REQUEST)
		return error_set(
		    error, "the difference is in a request to the kernel that leaves no trace "
			   "which a program could see");
	if (!is_visible(sighting) &&
	    !visible_search(session, file, sighting, &cgen->searched, error))
		return false;
	if (sighting->kind != SIGHTING_DIFFERENCE)
		cgen->check = CGEN_CRASH;
	return true;
}

bool cgen_resolve(struct cgen *cgen, struct session *session, struct error *error)
{
	const struct op_note *note = session->worker.box->result.note;
	const struct case_file *file = cgen->file;
	bool any = false;
	struct op *op;

	if (case_ops(file) > OPS_MAX)
		return error_set(error, "a program takes a case of %u ops at most, this one has %u",
				 OPS_MAX, case_ops(file));
	op = session_resolve(session, file, file->record_count, error);
	if (op == NULL)
		return false;
	cgen->op = memory_new(file->record_count + 1, sizeof(*cgen->op));
	for (uint32_t i = 0; i < file->record_count; i++) {
		struct cgen_op *to = &cgen->op[cgen->op_count];

		if (op[i].row != NULL)
			*to = (struct cgen_op){ op[i], note[i].err, note[i].skip, note[i].value };
		else if (cgen->check != CGEN_ALL || !case_op(file, i, &to->op))
			continue;
		else
			*to = (struct cgen_op){ to->op, CGEN_SKIPPED, note[i].skip, 0 };
		any = any || op[i].row != NULL;
		cgen->op_count++;
	}
	free(op);
	return any || error_set(error, "no op of the case was applied");
}

/* A crash ends the resolving as well: the ops are those of the case without the last one. */
static bool ops_resolve_crash(struct cgen *cgen, struct session *session, struct case_file *file,
			      struct error *error)
{
	struct cgen_op *last;

	file->record_count--;
	if (!cgen_resolve(cgen, session, error))
		return false;
	file->record_count++;
	last = &cgen->op[cgen->op_count++];
	(void)case_op(file, file->record_count - 1, &last->op);
	memcpy(last->op.ref, last->op.arg, sizeof(last->op.ref));
	return true;
}

bool cgen_write(const struct cgen *cgen,
		bool (*write)(const struct cgen *cgen, FILE *out, struct error *error),
		const char *path, struct error *error)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = memory_open(&text, &size);
	bool good = write(cgen, out, error);

	(void)fclose(out);
	good = good && file_write(path, text, size, error);
	free(text);
	return good;
}

void cgen_text(const char *text, FILE *out)
{
	(void)fputc('"', out);
	for (; *text != '\0'; text++)
		(void)fprintf(out, *text == '"' || *text == '\\' ? "\\%c" : "%c", *text);
	(void)fputc('"', out);
}

/* The writer of the case's domain, or NULL with *error. */
static const struct writer *writer_find(const struct case_file *file, struct error *error)
{
	for (size_t i = 0; i < sizeof(writers) / sizeof(writers[0]); i++)
		if (strcmp(writers[i].domain, file->tables->name) == 0)
			return &writers[i];
	error_set(error, "cgen does not write programs for domain %s: use replay",
		  file->tables->name);
	return NULL;
}

static bool cgen_run(struct cgen *cgen, struct session *session, struct case_file *file,
		     const struct options *options, struct error *error)
{
	const struct writer *writer = writer_find(file, error);

	if (writer == NULL || !session_case(session, file, STATE_FULL, &cgen->sighting, error))
		return false;
	if (cgen->sighting.kind == SIGHTING_NONE)
		return subject_agrees(session, file, options->arg[0], error);
	if (!check_choose(cgen, writer, session, file, error))
		return false;
	if (cgen->check == CGEN_CRASH ? !ops_resolve_crash(cgen, session, file, error)
				      : !cgen_resolve(cgen, session, error))
		return false;
	return cgen_write(cgen, writer->write, options->out_file, error);
}

int command_cgen(const struct options *given)
{
	struct cgen cgen = { 0 };
	struct options chosen = *given;
	const struct options *options = &chosen;
	struct session session;
	struct case_file file;
	struct error error;
	bool good;

	if (given->out_file == NULL) {
		error_set(&error, "usage: memoracle cgen FILE -o OUT.c");
		return error_print(&error);
	}
	chosen.program = true;
	if (options->check)
		return command_cgen_check(options);
	if (!subject_open(options, &file, &session, &error))
		return error_print(&error);
	cgen.session = &session;
	cgen.file = &file;
	good = cgen_run(&cgen, &session, &file, options, &error);
	if (good) {
		char *path = text_quote(options->out_file);

		(void)printf("%s: %u ops%s\n", path, cgen.op_count,
			     cgen.searched ? ", of which the last make the difference visible"
					   : "");
		free(path);
	}
	session_close(&session);
	case_free(&file);
	free(cgen.op);
	return good ? 0 : error_print(&error);
}
