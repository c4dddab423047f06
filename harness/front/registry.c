/* Looks up domains, targets and faults; finds the programs that were built for them. */
/* SPDX-License-Identifier: MIT */
#include "registry.h"
#include "guest.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const struct tables *domain_find(const char *name)
{
	for (size_t i = 0; domain_tables[i] != NULL; i++)
		if (strcmp(domain_tables[i]->name, name) == 0)
			return domain_tables[i];
	return NULL;
}

const struct tables *domain_by_number(uint8_t number)
{
	for (size_t i = 0; domain_tables[i] != NULL; i++)
		if (domain_tables[i]->number == number)
			return domain_tables[i];
	return NULL;
}

static char *list_add(char *list, const char *name)
{
	char *longer = list ? text_format("%s, %s", list, name) : text_format("%s", name);

	free(list);
	return longer;
}

char *domain_names(void)
{
	char *list = NULL;

	for (size_t i = 0; domain_tables[i] != NULL; i++)
		list = list_add(list, domain_tables[i]->name);
	return list ? list : text_format("none");
}

static bool kind_is(const struct target_entry *target, const char *kind)
{
	const char *has = target_kind(target);
	size_t length = strcspn(has, "@");

	return strlen(kind) == length && strncmp(has, kind, length) == 0;
}

bool target_is_model(const struct target_entry *target)
{
	return kind_is(target, "model");
}

bool target_is_live(const struct target_entry *target)
{
	return kind_is(target, "live");
}

bool target_is_guest(const struct target_entry *target)
{
	return kind_is(target, "guest");
}

bool target_is_source(const struct target_entry *target)
{
	return kind_is(target, "source");
}

/* The one fault among the changes "FAULT,SWITCH=V,..." of a release, or NULL. Returns: false if a name is none. */
static bool release_fault(const char *domain, const char *release, const struct fault_entry **fault)
{
	char *copy = text_format("%s", release), *save = NULL;
	bool good = true;

	*fault = NULL;
	for (char *word = strtok_r(copy, ",", &save); good && word != NULL;
	     word = strtok_r(NULL, ",", &save)) {
		if (strchr(word, '=') != NULL)
			continue;
		good = *fault == NULL && (*fault = fault_find(domain, word)) != NULL;
	}
	free(copy);
	return good;
}

static bool has_guests(const char *domain)
{
	for (const struct target_entry *at = guest_entries; at->name != NULL; at++)
		if (strcmp(at->domain, domain) == 0)
			return true;
	return false;
}

static bool release_is(const struct target_entry *base, const char *release)
{
	const struct fault_entry *fault;

	if (target_is_model(base))
		return release_fault(base->domain, release, &fault);
	return (target_is_guest(base) || (target_is_source(base) && has_guests(base->domain))) &&
	       guest_release_is(release);
}

/* "vma/model", "vma/guest" or "vma/source" and a release make an entry, which is kept for the life of the process. */
static const struct target_entry *release_entry(const struct target_entry *base, const char *name)
{
	static struct release {
		struct target_entry entry;
		struct release *next;
	} * known;

	for (const struct release *at = known; at != NULL; at = at->next)
		if (strcmp(at->entry.name, name) == 0)
			return &at->entry;
	if (!release_is(base, strchr(name, '@') + 1))
		return NULL;
	struct release *fresh = memory_new(1, sizeof(*fresh));

	*fresh = (struct release){ .entry = *base, .next = known };
	fresh->entry.name = text_format("%s", name);
	fresh->entry.release = strchr(fresh->entry.name, '@') + 1;
	if (target_is_source(base))
		fresh->entry.worker = text_format("%s@%s", base->worker, fresh->entry.release);
	known = fresh;
	return &fresh->entry;
}

static const struct target_entry *entry_find(const struct target_entry *at, const char *name)
{
	size_t length = strcspn(name, "@");

	for (; at->name != NULL; at++)
		if (strncmp(at->name, name, length) == 0 && at->name[length] == '\0')
			return at;
	return NULL;
}

/* A guest of no release named is the newest there is. */
static const struct target_entry *guest_find(const char *name)
{
	const struct target_entry *base = entry_find(guest_entries, name), *found;
	char *whole;

	if (base == NULL || strchr(name, '@') != NULL)
		return base ? release_entry(base, name) : NULL;
	whole = text_format("%s@%s", name, guest_newest());
	found = release_entry(base, whole);
	free(whole);
	return found;
}

const struct target_entry *target_lookup(const char *name)
{
	const struct target_entry *base = entry_find(target_entries, name);

	if (base == NULL)
		return guest_find(name);
	return strchr(name, '@') == NULL ? base : release_entry(base, name);
}

const struct target_entry *target_named(const char *name, struct error *error)
{
	const struct target_entry *target = target_lookup(name);
	char *known;

	if (target != NULL)
		return target;
	known = target_names();
	error_set(error, "unknown target `%.60s`; known: %s", name, known);
	free(known);
	return NULL;
}

const struct target_entry *target_default(const char *domain)
{
	for (const struct target_entry *at = target_entries; at->name != NULL; at++)
		if (strcmp(at->domain, domain) == 0)
			return at;
	return NULL;
}

const char *target_kind(const struct target_entry *target)
{
	const char *slash = strchr(target->name, '/');

	return slash ? slash + 1 : target->name;
}

static char *list_add_releases(char *list, const struct target_entry *target)
{
	char *name = text_format("%s@RELEASE", target->name), *longer = list_add(list, name);

	free(name);
	return longer;
}

char *target_names(void)
{
	char *list = NULL;

	for (const struct target_entry *at = target_entries; at->name != NULL; at++) {
		list = list_add(list, at->name);
		if (target_is_source(at) && has_guests(at->domain))
			list = list_add_releases(list, at);
	}
	for (const struct target_entry *at = guest_entries; at->name != NULL; at++)
		list = list_add_releases(list, at);
	return list ? list : text_format("none");
}

const struct profile_entry *profile_find(const char *domain, const char *name)
{
	for (const struct profile_entry *at = profile_entries; at->name != NULL; at++)
		if (strcmp(at->domain, domain) == 0 &&
		    (name == NULL || strcmp(at->name, name) == 0))
			return at;
	return NULL;
}

char *profile_names(const char *domain)
{
	char *list = NULL;

	for (const struct profile_entry *at = profile_entries; at->name != NULL; at++)
		if (strcmp(at->domain, domain) == 0)
			list = list_add(list, at->name);
	return list ? list : text_format("none");
}

const struct fault_entry *fault_find(const char *domain, const char *name)
{
	for (const struct fault_entry *at = fault_entries; at->name != NULL; at++)
		if (strcmp(at->domain, domain) == 0 && strcmp(at->name, name) == 0)
			return at;
	return NULL;
}

static bool folder_has(const char *folder, const char *name)
{
	char *path = text_format("%s/%s", folder, name);
	bool there = access(path, F_OK) == 0;

	free(path);
	return there;
}

/* Fuzz entries lie deeper in it. */
char *build_folder(void)
{
	char path[4096];
	ssize_t length = readlink("/proc/self/exe", path, sizeof(path) - 1);
	char *slash;

	path[length < 0 ? 0 : length] = '\0';
	while ((slash = strrchr(path, '/')) != NULL) {
		*slash = '\0';
		if (folder_has(path, "worker"))
			return text_format("%s", path);
	}
	return text_format("build");
}

char *worker_path(const struct target_entry *target, const char *fault)
{
	char *folder = build_folder();
	char *path =
	    fault ? text_format("%s/fault/%s/%s/%s", folder, target->domain, fault, target->worker)
		  : text_format("%s/worker/%s", folder, target->worker);

	free(folder);
	return path;
}

char *worker_real_model(const struct target_entry *target)
{
	const struct fault_entry *fault = NULL;
	char *folder, *path;

	if (!target_is_model(target))
		return NULL;
	if (target->release != NULL)
		(void)release_fault(target->domain, target->release, &fault);
	folder = build_folder();
	path =
	    text_format("%s/real/%s/%s.so", folder, target->domain, fault ? fault->name : "plain");
	free(folder);
	return path;
}

/* The build leaves WORKER.why beside a worker that it could not make. */
static bool worker_why(const char *path, char *why, size_t bytes)
{
	char *name = text_format("%s.why", path);
	FILE *file = fopen(name, "r");
	bool found = file != NULL && fgets(why, (int)bytes, file) != NULL;

	if (file != NULL)
		(void)fclose(file);
	free(name);
	if (found)
		why[strcspn(why, "\n")] = '\0';
	return found;
}

bool worker_missing(const struct target_entry *target, const char *fault, const char *path,
		    struct error *error)
{
	char why[512];

	if (worker_why(path, why, sizeof(why)))
		return error_set(error, "%s cannot run here: %s", target->name, why);
	if (fault != NULL)
		return error_set(error, "%s with fault %s is not built (%s): run `make faults`",
				 target->name, fault, path);
	if (target_is_source(target) && target->release != NULL)
		return error_set(error, "%s is not built: run `make releases RELEASES=%s`",
				 target->name, target->release);
	return error_set(error, "%s is not built (%s): run `make`", target->name, path);
}

int param_find(const struct tables *tables, const char *name)
{
	for (uint32_t i = 0; i < tables->param_count; i++)
		if (strcmp(tables->param[i].name, name) == 0)
			return (int)i;
	return -1;
}

const struct operand_text *operand_text(const struct tables *tables,
					const struct operand_row *operand)
{
	const struct operand_text *at = tables->operand_text;

	while (at->operand != operand)
		at++;
	return at;
}
