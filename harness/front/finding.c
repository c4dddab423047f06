/* Findings: a case with a signature, on disk before anyone is told. */
/* SPDX-License-Identifier: MIT */
#include "finding.h"
#include "file.h"
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* FNV-1a: names files, protects nothing. */
static uint64_t hash_bytes(uint64_t hash, const uint8_t *data, size_t size)
{
	for (size_t i = 0; i < size; i++)
		hash = (hash ^ data[i]) * UINT64_C(0x100000001b3);
	return hash;
}

/* Of the records, and of what either side was made to do: a finding of another fault is another file. */
static uint64_t case_hash(const struct case_file *file)
{
	uint64_t hash = hash_bytes(UINT64_C(0xcbf29ce484222325), file->records,
				   (size_t)file->record_count * OP_BYTES);

	for (uint32_t i = 0; i < file->meta_count; i++) {
		const struct meta_line *line = &file->meta[i];

		if (strcmp(line->key, "fault") != 0 && strncmp(line->key, "rule.", 5) != 0 &&
		    !(strcmp(line->key, "target") == 0 && strchr(line->value, '@') != NULL))
			continue;
		hash = hash_bytes(hash, (const uint8_t *)line->key, strlen(line->key));
		hash = hash_bytes(hash, (const uint8_t *)line->value, strlen(line->value));
	}
	return hash;
}

static void meta_number(struct case_file *file, const char *key, uint64_t value)
{
	char text[32];

	(void)snprintf(text, sizeof(text), "%" PRIu64, value);
	meta_set(file, key, text);
}

static void meta_text(struct case_file *file, const char *key, const char *value)
{
	if (value != NULL && value[strspn(value, " ")] != '\0')
		meta_set(file, key, value);
	else
		meta_remove(file, key);
}

void finding_settle(struct case_file *file, const struct session *session)
{
	for (uint32_t i = 0; i < session->override_count; i++)
		if (session->tables->param[session->override[i].param].setting)
			case_set(file, session->override[i].param, session->override[i].value);
}

static void overrides_describe(struct case_file *file, const struct session *session)
{
	for (uint32_t i = 0; i < session->override_count; i++) {
		const struct override *override = &session->override[i];
		const struct param_row *row = &session->tables->param[override->param];
		char *key;

		if (row->setting)
			continue;
		key = text_format("rule.%s", row->name);
		meta_number(file, key, override->value);
		free(key);
	}
}

void finding_describe(struct case_file *file, const struct session *session,
		      const struct sighting *sighting)
{
	char signature[SIGNATURE_MAX];
	char *want = sighting_want(file, sighting), *seen = sighting_seen(file, sighting);
	char *place = sighting_place(file, sighting);

	sighting_signature(file, sighting, signature);
	meta_text(file, "profile", session->info.profile);
	meta_text(file, "target", session->target->name);
	meta_text(file, "version", session->info.version);
	meta_text(file, "package", session->info.package);
	meta_text(file, "build_id", session->info.build_id);
	meta_text(file, "commit", memoracle_commit);
	meta_text(file, "fault", session->fault);
	meta_text(file, "signature", signature);
	meta_text(file, "rule", sighting_rule(file->tables, sighting));
	meta_text(file, "place", place);
	meta_text(file, "want", want);
	meta_text(file, "seen", seen);
	overrides_describe(file, session);
	free(want);
	free(seen);
	free(place);
}

bool sighting_same(const struct case_file *file, const struct sighting *a, const struct sighting *b)
{
	char first[SIGNATURE_MAX], second[SIGNATURE_MAX];

	if (a->kind != b->kind)
		return false;
	sighting_signature(file, a, first);
	sighting_signature(file, b, second);
	return strcmp(first, second) == 0;
}

uint32_t finding_replays(const struct sighting *sighting)
{
	return sighting->kind == SIGHTING_HANG ? FINDING_REPLAYS_HANG : FINDING_REPLAYS;
}

void finding_repeats(struct case_file *file, uint32_t shown, uint32_t replays)
{
	char text[32];

	(void)snprintf(text, sizeof(text), "%u/%u", shown, replays);
	meta_set(file, "repeats", text);
}

bool repeats_always(const char *repeats)
{
	unsigned shown, replays;

	return repeats == NULL || sscanf(repeats, "%u/%u", &shown, &replays) != 2 ||
	       shown == replays;
}

/* A line of metadata, for the caller to free, or NULL. */
static char *meta_copy(const struct case_file *file, const char *key)
{
	const char *text = meta_get(file, key);

	return text != NULL ? text_format("%s", text) : NULL;
}

struct finding *finding_note(struct finding_list *list, const char *path,
			     const struct case_file *file, const struct sighting *sighting)
{
	char signature[SIGNATURE_MAX];
	struct finding *finding;

	sighting_signature(file, sighting, signature);
	list->finding = memory_grow(list->finding, list->count + 1, sizeof(*finding));
	finding = &list->finding[list->count++];
	*finding = (struct finding){
		.path = text_format("%s", path),
		.signature = text_format("%s", signature),
		.rule = text_format("%s", sighting_rule(file->tables, sighting)),
		.want = sighting_want(file, sighting),
		.seen = sighting_seen(file, sighting),
		.repeats = meta_copy(file, "repeats"),
		.beside = meta_copy(file, "beside"),
		.op_index = case_op_number(file, sighting->record),
		.count = 1,
	};
	return finding;
}

void finding_list_free(struct finding_list *list)
{
	for (uint32_t i = 0; i < list->count; i++) {
		free(list->finding[i].path);
		free(list->finding[i].signature);
		free(list->finding[i].rule);
		free(list->finding[i].want);
		free(list->finding[i].seen);
		free(list->finding[i].repeats);
		free(list->finding[i].beside);
	}
	free(list->finding);
	*list = (struct finding_list){ 0 };
}

/* "<domain>-<op>-<field>-", as findings of this signature begin. */
static char *name_prefix(const char *signature)
{
	char *prefix = text_format("%s-", signature);

	for (char *at = prefix; *at != '\0'; at++)
		if (*at == '/')
			*at = '-';
	return prefix;
}

static bool text_same(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "") == 0;
}

/* What follows `@` in the target's name. */
static const char *case_release(const struct case_file *file)
{
	const char *target = meta_get(file, "target");

	return target != NULL ? strchr(target, '@') : NULL;
}

/* Was the finding made under the same fault and the same overridden rules, on the same release? */
static bool same_conditions(const struct case_file *a, const struct case_file *b)
{
	uint32_t rules_a = 0, rules_b = 0;

	for (uint32_t i = 0; i < a->meta_count; i++) {
		const struct meta_line *line = &a->meta[i];

		if (strncmp(line->key, "rule.", 5) != 0)
			continue;
		rules_a++;
		if (!text_same(line->value, meta_get(b, line->key)))
			return false;
	}
	for (uint32_t i = 0; i < b->meta_count; i++)
		rules_b += strncmp(b->meta[i].key, "rule.", 5) == 0;
	return rules_a == rules_b && text_same(meta_get(a, "fault"), meta_get(b, "fault")) &&
	       text_same(case_release(a), case_release(b)) &&
	       text_same(meta_get(a, "signature"), meta_get(b, "signature"));
}

/* A finding of the same signature that an earlier run left in @folder, or NULL. */
/* One that did not show every time does not stand in for @file that does. */
static char *finding_earlier(const char *folder, const char *prefix, const struct case_file *file)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	char *found = NULL;

	while (dir != NULL && found == NULL && (entry = readdir(dir)) != NULL) {
		struct case_file other;
		struct error error;
		char *path;

		if (strncmp(entry->d_name, prefix, strlen(prefix)) != 0 ||
		    strlen(entry->d_name) != strlen(prefix) + 16 + strlen(".case"))
			continue;
		path = text_format("%s/%s", folder, entry->d_name);
		if (case_load(path, NULL, &other, &error)) {
			if (same_conditions(&other, file) &&
			    (repeats_always(meta_get(&other, "repeats")) ||
			     !repeats_always(meta_get(file, "repeats"))))
				found = text_format("%s", path);
			case_free(&other);
		}
		free(path);
	}
	if (dir != NULL)
		(void)closedir(dir);
	return found;
}

/* As this program was called, if it is memoracle; fuzz entries are not. */
static const char *program_name(void)
{
	return strcmp(program_invocation_short_name, "memoracle") == 0 ? program_invocation_name
								       : "build/memoracle";
}

char *repeat_command(const struct session *session, const char *path)
{
	char *program = text_quote(program_name()), *file = text_quote(path);
	char *command = text_format("%s replay %s%s --target %s", program,
				    file[0] == '-' ? "./" : "", file, session->target->name);

	free(program);
	free(file);
	for (uint32_t i = 0; i < session->override_count; i++) {
		const struct param_row *row = &session->tables->param[session->override[i].param];
		char *longer;

		if (row->setting) /* the case has it */
			continue;
		longer = text_format("%s --rule %s=%" PRIu64, command, row->name,
				     session->override[i].value);
		free(command);
		command = longer;
	}
	if (session->fault != NULL) {
		char *longer = text_format("%s --fault %s", command, session->fault);

		free(command);
		command = longer;
	}
	return command;
}

static bool finding_write(const char *folder, const char *prefix, const struct case_file *file,
			  char **path, struct error *error)
{
	size_t size;
	uint8_t *data = case_to_bytes(file, &size);
	uint64_t hash = case_hash(file);
	bool good;

	*path = text_format("%s/%s%016" PRIx64 ".case", folder, prefix, hash);
	good = folder_make(folder, error) && file_write(*path, data, size, error);
	free(data);
	if (!good) {
		free(*path);
		*path = NULL;
	}
	return good;
}

/* The finding of that signature; one that shows every time comes first. */
static struct finding *finding_known(const struct finding_list *list, const char *signature)
{
	struct finding *known = NULL;

	for (uint32_t i = 0; i < list->count; i++) {
		struct finding *finding = &list->finding[i];

		if (strcmp(finding->signature, signature) == 0 &&
		    (known == NULL || repeats_always(finding->repeats)))
			known = finding;
	}
	return known;
}

bool finding_wanted(const struct finding_list *list, const struct case_file *file,
		    const struct sighting *sighting)
{
	char signature[SIGNATURE_MAX];
	const struct finding *known;

	sighting_signature(file, sighting, signature);
	known = finding_known(list, signature);
	return known == NULL || !repeats_always(known->repeats);
}

static void finding_say(const struct session *session, const struct finding *finding)
{
	char *command = repeat_command(session, finding->path);
	char *path = text_quote(finding->path);

	(void)printf("FINDING %s %s\n  %s\n", path, finding->signature, command);
	free(path);
	if (finding->repeats != NULL)
		(void)printf("  repeats %s\n", finding->repeats);
	if (finding->beside != NULL)
		(void)printf("  beside  %s\n", finding->beside);
	(void)fflush(stdout);
	free(command);
}

/* A finding that could not be written is not lost: the text is a case. */
static void finding_tell(const struct case_file *file, const char *signature)
{
	size_t size;
	char *text = case_to_text(file, &size);

	(void)printf("# %s, which could not be written:\n%s", signature, text);
	(void)fflush(stdout);
	free(text);
}

/* What the guest said as it died, or has said by now, lies beside its finding. */
static void console_write(const char *path, const struct session *session,
			  const struct sighting *sighting)
{
	char *text = sighting->kind == SIGHTING_TROUBLE ? worker_console(&session->worker)
							: text_format("%s", session->console);
	char *name = text_format("%.*s.console", (int)(strlen(path) - strlen(".case")), path);
	struct error error;

	if (file_write(name, text, strlen(text), &error))
		(void)printf("  console %s\n", name);
	else
		(void)printf("  console not kept: %s\n", error.text);
	free(name);
	free(text);
}

static bool has_console(const struct session *session, const struct sighting *sighting)
{
	return session->worker.guest != NULL &&
	       (sighting->kind == SIGHTING_TROUBLE ||
		((sighting->kind == SIGHTING_CRASH || sighting->kind == SIGHTING_HANG) &&
		 session->console != NULL));
}

bool finding_keep(struct finding_list *list, const char *folder, struct case_file *file,
		  const struct session *session, const struct sighting *sighting,
		  struct error *error)
{
	char signature[SIGNATURE_MAX];
	struct finding *known;
	char *prefix, *path;
	bool good = true, fresh;

	sighting_signature(file, sighting, signature);
	known = finding_known(list, signature);
	if (known != NULL &&
	    (repeats_always(known->repeats) || !repeats_always(meta_get(file, "repeats")))) {
		known->count++;
		return true;
	}
	finding_describe(file, session, sighting);
	prefix = name_prefix(signature);
	path = finding_earlier(folder, prefix, file);
	fresh = path == NULL;
	if (fresh)
		good = finding_write(folder, prefix, file, &path, error);
	if (good) {
		struct finding *finding = finding_note(list, path, file, sighting);

		finding->fresh = fresh;
		finding_say(session, finding);
		if (fresh && has_console(session, sighting))
			console_write(path, session, sighting);
	} else {
		finding_tell(file, signature);
	}
	free(path);
	free(prefix);
	return good;
}
