/* Reads dpkg's status file: stanzas of `Key: value` lines, an empty line between them. */
/* SPDX-License-Identifier: MIT */
#include "package.h"
#include "../../worker/sys.h"

#define STATUS_FILE "/var/lib/dpkg/status"
#define SYS_NR_LSEEK 8
#define SEEK_TO_END 2

const char *file_map(const char *path, uint64_t *bytes)
{
	int64_t fd = sys_call(SYS_NR_OPEN, (uint64_t)path, 0, 0, 0, 0, 0), size, at;

	if (fd < 0)
		return NULL;
	size = sys_call(SYS_NR_LSEEK, (uint64_t)fd, 0, SEEK_TO_END, 0, 0, 0);
	at = size <= 0 ? -1
		       : sys_call(SYS_NR_MMAP, 0, (uint64_t)size, SYS_PROT_READ, SYS_MAP_PRIVATE,
				  (uint64_t)fd, 0);
	(void)sys_call(SYS_NR_CLOSE, (uint64_t)fd, 0, 0, 0, 0, 0);
	*bytes = (uint64_t)size;
	return at < 0 ? NULL : (const char *)at;
}

/* What follows @prefix at @at, or NULL. */
static const char *text_after(const char *at, const char *end, const char *prefix)
{
	while (*prefix != '\0' && at < end && *at == *prefix) {
		at++;
		prefix++;
	}
	return *prefix == '\0' ? at : NULL;
}

static const char *line_next(const char *at, const char *end)
{
	while (at < end && *at != '\n')
		at++;
	return at < end ? at + 1 : end;
}

static void line_copy(char version[TARGET_TEXT_MAX], const char *at, const char *end)
{
	uint32_t i = 0;

	for (; i < TARGET_TEXT_MAX - 1 && at < end && *at != '\n'; i++)
		version[i] = *at++;
	version[i] = '\0';
}

void package_version(const char *name, char version[TARGET_TEXT_MAX])
{
	uint64_t bytes = 0;
	const char *file = file_map(STATUS_FILE, &bytes), *at = file, *end = file + bytes, *value;
	bool here = false;

	version[0] = '\0';
	for (; file != NULL && at < end; at = line_next(at, end)) {
		value = text_after(at, end, "Package: ");
		if (value != NULL) {
			value = text_after(value, end, name);
			here = value != NULL && value < end && *value == '\n';
		}
		value = here ? text_after(at, end, "Version: ") : NULL;
		if (value != NULL) {
			line_copy(version, value, end);
			break;
		}
	}
	if (file != NULL)
		sys_unmap((void *)(uintptr_t)file, bytes);
}
