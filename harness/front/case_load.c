/* Cases from and to disk: which of the three forms a file has. */
/* SPDX-License-Identifier: MIT */
#include "case_file.h"
#include "file.h"
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

static bool has_magic(const uint8_t *data, size_t size)
{
	return size >= CASE_MAGIC_BYTES && memcmp(data, CASE_MAGIC, CASE_MAGIC_BYTES) == 0;
}

/* Is the first line that says anything `domain D`? */
static bool has_domain(const char *text)
{
	static const char word[] = "domain";

	for (;;) {
		text += strspn(text, " \t\r\n");
		if (*text != '#')
			break;
		text += strcspn(text, "\n");
	}
	return strncmp(text, word, sizeof(word) - 1) == 0 &&
	       strchr(" \t\r\n", text[sizeof(word) - 1]) != NULL;
}

/* A large case file is read where it lies. Returns: whether the file is one. */
static bool large_load(const char *path, struct case_file *file, bool *good, struct error *error)
{
	size_t size = 0;
	uint8_t *data = file_map(path, &size);

	if (data == NULL)
		return false;
	if (has_magic(data, size)) {
		*good = case_from_map(data, size, file, error) || error_prefix(error, "%s: ", path);
		return true;
	}
	(void)munmap(data, size);
	return false;
}

bool case_load(const char *path, const struct tables *raw, struct case_file *file,
	       struct error *error)
{
	size_t size = 0;
	uint8_t *data;
	bool good = true;

	*file = (struct case_file){ 0 };
	if (large_load(path, file, &good, error))
		return good;
	data = file_read(path, &size, error);
	if (data == NULL)
		return false;
	if (!has_magic(data, size) && (has_domain((const char *)data) || text_ends(path, ".ops")))
		good = case_from_text((const char *)data, size, file, error);
	else if (!has_magic(data, size) && raw != NULL && !text_ends(path, ".case"))
		case_from_raw(raw, data, size, file);
	else
		good = case_from_bytes(data, size, file, error);
	free(data);
	return good || error_prefix(error, "%s: ", file_name(path));
}

bool case_write(const struct case_file *file, const char *path, struct error *error)
{
	bool text = path == NULL || strcmp(path, "-") == 0 || text_ends(path, ".ops");
	size_t size;
	void *data = text ? (void *)case_to_text(file, &size) : (void *)case_to_bytes(file, &size);
	bool good = file_write(path != NULL ? path : "-", data, size, error);

	free(data);
	return good;
}
