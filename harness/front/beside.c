/* Other real sides of a campaign: what each of them does in a case that differs, and so who stands alone. */
/* SPDX-License-Identifier: MIT */
#include "beside.h"
#include "file.h"
#include "finding.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The comma before the next target's name: DOMAIN/KIND. */
static const char *name_end(const char *text)
{
	for (const char *comma = strchr(text, ','); comma != NULL; comma = strchr(comma + 1, ',')) {
		size_t word = strcspn(comma + 1, ",=/");

		if (comma[1 + word] == '/')
			return comma;
	}
	return text + strlen(text);
}

uint32_t sides_split(const char *text, char *name[SIDES_MAX])
{
	uint32_t count = 0;

	while (count < SIDES_MAX) {
		const char *end = name_end(text);

		name[count++] = text_format("%.*s", (int)(end - text), text);
		if (*end == '\0')
			break;
		text = end + 1;
	}
	return count;
}

static bool side_open(struct session *session, const char *name, const char *own,
		      const struct options *options, struct error *error)
{
	const struct target_entry *target = target_named(name, error);
	const struct target_entry *mine = target_named(own, error);

	if (target == NULL || mine == NULL)
		return false;
	if (strcmp(target->domain, mine->domain) != 0)
		return error_set(error, "%s and %s are of two domains: run them one by one", own,
				 name);
	return session_open(session, target, options->fault, options, error);
}

bool beside_open(struct beside *beside, char *const *name, uint32_t count, uint32_t own,
		 const struct options *options, struct error *error)
{
	*beside = (struct beside){ .session = memory_new(count, sizeof(struct session)) };
	for (uint32_t i = 0; i < count; i++) {
		if (i == own)
			continue;
		if (!side_open(&beside->session[beside->count], name[i], name[own], options,
			       error)) {
			beside_close(beside);
			return false;
		}
		beside->count++;
	}
	return true;
}

void beside_close(struct beside *beside)
{
	while (beside->count > 0)
		session_close(&beside->session[--beside->count]);
	free(beside->session);
	beside->session = NULL;
}

enum answer { ANSWER_AGREES, ANSWER_SAME, ANSWER_OTHER, ANSWER_SKIPS };

/* How a side ends the case: it needs what that side has not, agrees, or differs like @sighting or otherwise. */
static bool side_ask(struct session *session, const struct case_file *file,
		     const struct sighting *sighting, enum answer *answer, struct error *error)
{
	struct sighting seen;
	char *need = session_needs(session, file);

	*answer = ANSWER_SKIPS;
	if (need != NULL) {
		free(need);
		return true;
	}
	if (!session_case(session, file, STATE_FULL, &seen, error))
		return false;
	*answer = seen.kind == SIGHTING_NONE             ? ANSWER_AGREES
		  : sighting_same(file, &seen, sighting) ? ANSWER_SAME
							 : ANSWER_OTHER;
	return true;
}

/* Who is alone with what it does, by how many of the others gave each answer. */
static const char *alone_name(const struct beside *beside, const struct session *own,
			      const uint32_t answers[])
{
	if (answers[ANSWER_AGREES] == beside->count)
		return own->target->name;
	return answers[ANSWER_SAME] == beside->count ? "the model" : "nobody";
}

bool beside_ask(struct beside *beside, struct case_file *file, const struct session *own,
		const struct sighting *sighting, struct error *error)
{
	static const char *const word[] = { "agrees", "differs likewise", "differs otherwise",
					    "skips it" };
	enum answer answer[SIDES_MAX];
	uint32_t answers[4] = { 0 };
	char *text = NULL;
	size_t size;
	FILE *out;

	if (beside->count == 0)
		return true;
	for (uint32_t i = 0; i < beside->count; i++) {
		if (!side_ask(&beside->session[i], file, sighting, &answer[i], error))
			return false;
		answers[answer[i]]++;
	}
	out = memory_open(&text, &size);
	(void)fprintf(out, "%s stands alone", alone_name(beside, own, answers));
	for (uint32_t i = 0; i < beside->count; i++)
		(void)fprintf(out, ", %s %s", beside->session[i].target->name, word[answer[i]]);
	(void)fclose(out);
	meta_set(file, "beside", text);
	free(text);
	return true;
}
