/* Whole files: reading them, and writing them so that no reader ever sees half of one. */
/* SPDX-License-Identifier: MIT */
#include "file.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define TEMPORARY ".memoracle-tmp-"

bool text_ends(const char *text, const char *end)
{
	size_t length = strlen(text), tail = strlen(end);

	return length >= tail && strcmp(text + length - tail, end) == 0;
}

static const char *errno_help(int err)
{
	switch (err) {
	case EACCES:
	case EPERM:
		return ": change its permissions, or run as its owner";
	case ENOSPC:
	case EDQUOT:
		return ": make room, or choose another folder";
	case ENOENT:
		return ": check the name";
	default:
		return "";
	}
}

static bool file_error(struct error *error, const char *verb, const char *path, int err)
{
	return error_set(error, "cannot %s %s: %s%s", verb, path, strerror(err), errno_help(err));
}

static uint8_t *stream_read(FILE *stream, size_t *size)
{
	size_t room = 4096;
	uint8_t *data = memory_new(room + 1, 1);

	*size = 0;
	for (;;) {
		*size += fread(data + *size, 1, room - *size, stream);
		if (*size < room || room > FILE_BYTES_MAX)
			break;
		room *= 2;
		data = memory_grow(data, room + 1, 1);
	}
	data[*size] = 0;
	return data;
}

FILE *file_open(const char *path, struct error *error)
{
	FILE *stream = strcmp(path, "-") == 0 ? stdin : fopen(path, "rbe");

	if (stream == NULL)
		file_error(error, "read", path, errno);
	return stream;
}

const char *file_name(const char *path)
{
	return strcmp(path, "-") == 0 ? "standard input" : path;
}

uint8_t *file_read(const char *path, size_t *size, struct error *error)
{
	FILE *stream = file_open(path, error);
	uint8_t *data;
	int err;

	if (stream == NULL)
		return NULL;
	errno = 0;
	data = stream_read(stream, size);
	err = ferror(stream) ? errno : 0;
	if (stream != stdin)
		(void)fclose(stream);
	if (err != 0)
		file_error(error, "read", path, err);
	else if (*size > FILE_BYTES_MAX)
		error_set(error, "%s is larger than %u MiB: it cannot be a case", path,
			  FILE_BYTES_MAX >> 20);
	else
		return data;
	free(data);
	return NULL;
}

void *file_map(const char *path, size_t *size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat status;
	void *data = MAP_FAILED;

	if (fd >= 0 && fstat(fd, &status) == 0 && S_ISREG(status.st_mode) &&
	    status.st_size >= FILE_MAP_MIN) {
		*size = (size_t)status.st_size;
		data = mmap(NULL, *size, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
	}
	if (fd >= 0)
		(void)close(fd);
	return data != MAP_FAILED ? data : NULL;
}

static bool all_write(int fd, const uint8_t *data, size_t size)
{
	while (size > 0) {
		ssize_t done = write(fd, data, size);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return errno == EPIPE; /* who has seen enough is no error */
		data += done;
		size -= (size_t)done;
	}
	return true;
}

static char *folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (slash == NULL)
		return text_format(".");
	return text_copy(path, slash == path ? 1 : (size_t)(slash - path));
}

static bool folder_sync(const char *folder)
{
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool good = fd >= 0 && fsync(fd) == 0;

	if (fd >= 0)
		(void)close(fd);
	return good;
}

/* Fills and syncs @temporary, then puts it in the place of @path. errno on failure. */
static bool file_replace(const char *temporary, const char *path, const void *data, size_t size)
{
	int fd = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	bool good;

	if (fd < 0)
		return false;
	good = all_write(fd, data, size) && fsync(fd) == 0;
	if (close(fd) != 0)
		good = false;
	if (good && rename(temporary, path) == 0)
		return true;
	int err = errno;
	(void)unlink(temporary);
	errno = err;
	return false;
}

bool fd_reader_gone(int fd)
{
	struct pollfd poll_fd = { .fd = fd, .events = POLLOUT };

	return poll(&poll_fd, 1, 0) > 0 && (poll_fd.revents & POLLERR) != 0;
}

/* What file_replace() moves to @path. The caller frees it. */
static char *temporary_name(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *folder = folder_of(path);
	char *name =
	    text_format("%s/" TEMPORARY "%ld-%s", folder, (long)getpid(), slash ? slash + 1 : path);

	free(folder);
	return name;
}

static bool is_folder(const char *path)
{
	struct stat status;

	return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

/* Is it a pipe or a device? */
static bool is_stream(const char *path)
{
	struct stat status;

	return stat(path, &status) == 0 && !S_ISREG(status.st_mode);
}

bool file_writable(const char *path, struct error *error)
{
	char *temporary;
	bool good;
	int fd;

	if (strcmp(path, "-") == 0)
		return true;
	if (is_folder(path))
		return error_set(error, "cannot write %s: it is a folder", path);
	if (is_stream(path))
		return true;
	temporary = temporary_name(path);
	fd = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	good = fd >= 0 || file_error(error, "write", path, errno);
	if (fd >= 0) {
		(void)close(fd);
		(void)unlink(temporary);
	}
	free(temporary);
	return good;
}

/* In place: there is nothing to rename. */
static bool plain_write(const char *path, int fd, const void *data, size_t size,
			struct error *error)
{
	bool good = fd >= 0 && all_write(fd, data, size);
	int err = errno;

	if (fd >= 0)
		(void)close(fd);
	return good || file_error(error, "write", path, err);
}

bool fd_write(int fd, const void *data, size_t size, struct error *error)
{
	return all_write(fd, data, size) || file_error(error, "write", "standard output", errno);
}

bool file_write(const char *path, const void *data, size_t size, struct error *error)
{
	char *folder, *temporary;
	bool good;

	if (strcmp(path, "-") == 0) {
		(void)fflush(stdout);
		return fd_write(STDOUT_FILENO, data, size, error);
	}
	if (is_folder(path))
		return error_set(error, "cannot write %s: it is a folder", path);
	if (is_stream(path))
		return plain_write(path, open(path, O_WRONLY | O_CLOEXEC), data, size, error);
	folder = folder_of(path);
	temporary = temporary_name(path);
	good = file_replace(temporary, path, data, size);
	if (!good)
		file_error(error, "write", path, errno);
	else if (!folder_sync(folder))
		good = file_error(error, "sync the folder of", path, errno);
	free(temporary);
	free(folder);
	return good;
}

bool folder_make(const char *path, struct error *error)
{
	char *copy = text_format("%s", path);
	struct stat status;
	bool good = true;

	for (char *at = copy + 1; good && *at != '\0'; at++) {
		if (*at != '/')
			continue;
		*at = '\0';
		good = mkdir(copy, 0777) == 0 || errno == EEXIST;
		*at = '/';
	}
	good = good && (mkdir(copy, 0777) == 0 || errno == EEXIST);
	if (!good)
		file_error(error, "make folder", path, errno);
	else if (stat(copy, &status) != 0 || !S_ISDIR(status.st_mode))
		good = error_set(error, "%s is not a folder: choose another --out", path);
	else if (access(copy, W_OK | X_OK) != 0)
		good = file_error(error, "write into folder", path, errno);
	free(copy);
	return good;
}

void folder_sweep(const char *path)
{
	DIR *folder = opendir(path);
	struct dirent *entry;

	while (folder != NULL && (entry = readdir(folder)) != NULL) {
		char *end;
		long writer;

		if (strncmp(entry->d_name, TEMPORARY, sizeof(TEMPORARY) - 1) != 0)
			continue;
		writer = strtol(entry->d_name + sizeof(TEMPORARY) - 1, &end, 10);
		if (*end == '-' && writer > 0 && kill((pid_t)writer, 0) != 0 && errno == ESRCH)
			(void)unlinkat(dirfd(folder), entry->d_name, 0);
	}
	if (folder != NULL)
		(void)closedir(folder);
}
