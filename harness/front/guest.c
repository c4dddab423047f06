/* Guests: the kernel of a release, booted by QEMU around a worker. */
/* SPDX-License-Identifier: MIT */
#include "guest.h"
#include "file.h"
#include "inherit.h"
#include "registry.h"
#include "../worker/guest.h"
#include "../worker/mailbox.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define QEMU "qemu-system-x86_64"
#define OUT_OF_MEMORY "Out of memory" /* as its kernel says it */
#define DISK_FD 203                   /* beside those of mailbox.h */

/*
 * mitigations=off: emulated code has nothing to leak. lsm=, audit=0, expedited: nothing that asks or waits beside what is
 * tested. A host that is busy keeps the guest waiting, which its watchdogs would take for a hang, and its clocks for a
 * fault. Trouble is printed, and ends the guest where the kernel cannot go on.
 */
#define KERNEL_LINE                                                                                \
	"console=ttyS0 quiet loglevel=5 panic=-1 oops=panic mitigations=off cryptomgr.notests "    \
	"lsm= audit=0 rcupdate.rcu_expedited=1 tsc=reliable no_timer_check nowatchdog "            \
	"rcupdate.rcu_cpu_stall_suppress=1"

/* What the user adds to the kernel's command line. */
static const char *line_more(void)
{
	const char *more = getenv("MEMORACLE_GUEST_LINE");

	return more ? more : "";
}

static bool name_plain(const char *name)
{
	return name[0] != '.' && name[0] != '\0' && strchr(name, '/') == NULL;
}

char *guest_file(const char *release, const char *name)
{
	char *folder = build_folder();
	char *path = text_format("%s/releases/%s/%s", folder, release, name);

	free(folder);
	return path;
}

static bool kernel_there(const char *release)
{
	char *path = guest_file(release, "kernel");
	bool there = access(path, R_OK) == 0;

	free(path);
	return there;
}

bool guest_release_is(const char *release)
{
	for (size_t i = 0; guest_releases[i] != NULL; i++)
		if (strcmp(guest_releases[i], release) == 0)
			return true;
	return name_plain(release) && kernel_there(release);
}

const char *guest_newest(void)
{
	size_t last = 0;

	while (guest_releases[last + 1] != NULL)
		last++;
	for (size_t i = last + 1; i > 0; i--)
		if (kernel_there(guest_releases[i - 1]))
			return guest_releases[i - 1];
	return guest_releases[last];
}

void guest_package(const char *release, char text[TARGET_TEXT_MAX])
{
	char *path = guest_file(release, "kernel.package");
	FILE *file = fopen(path, "re");

	free(path);
	if (file == NULL || fgets(text, TARGET_TEXT_MAX, file) == NULL)
		text[0] = '\0';
	text[strcspn(text, "\n")] = '\0';
	if (file != NULL)
		(void)fclose(file);
}

/* The program of that name that execvp() takes; NULL if there is none. */
static char *program_find(const char *name)
{
	const char *path = getenv("PATH");
	char *copy = text_format("%s", path ? path : "/bin:/usr/bin"), *save = NULL, *found = NULL;

	for (char *folder = strtok_r(copy, ":", &save); folder != NULL && found == NULL;
	     folder = strtok_r(NULL, ":", &save)) {
		found = text_format("%s/%s", folder, name);
		if (access(found, X_OK) == 0)
			break;
		free(found);
		found = NULL;
	}
	free(copy);
	return found;
}

/* Size and date, which change with the contents; false if it is not there. */
static bool file_key(FILE *out, const char *path)
{
	struct stat status;

	if (path == NULL || stat(path, &status) != 0)
		return false;
	(void)fprintf(out, "%s %lld %lld.%09ld\n", path, (long long)status.st_size,
		      (long long)status.st_mtim.tv_sec, status.st_mtim.tv_nsec);
	return true;
}

char *guest_key(const char *release, const char *worker)
{
	char *kernel = guest_file(release, "kernel"), *qemu = program_find(QEMU), *key;
	size_t size;
	FILE *out = memory_open(&key, &size);
	bool there = file_key(out, kernel) & file_key(out, qemu) & file_key(out, worker);

	(void)fprintf(out, "%s %s", KERNEL_LINE, line_more());
	(void)fclose(out);
	free(kernel);
	free(qemu);
	if (there)
		return key;
	free(key);
	return NULL;
}

/* An entry of a cpio archive as the kernel unpacks it: all parts of four bytes. */
static void archive_entry(FILE *out, const char *name, unsigned mode, const uint8_t *data,
			  size_t size)
{
	static unsigned inode;
	const uint8_t zero[4] = { 0 };
	size_t name_size = strlen(name) + 1;

	(void)fprintf(out, "070701%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X", ++inode,
		      mode, 0u, 0u, 1u, 0u, (unsigned)size, 0u, 0u, 0u, 0u, (unsigned)name_size,
		      0u);
	(void)fwrite(name, 1, name_size, out);
	(void)fwrite(zero, 1, -(110 + name_size) % 4, out);
	(void)fwrite(data, 1, size, out);
	(void)fwrite(zero, 1, -size % 4, out);
}

static int disk_make(const uint8_t *worker, size_t size, struct error *error)
{
	static const char *const folders[] = { "proc", "sys", "dev" };
	char *data;
	size_t bytes;
	FILE *out = memory_open(&data, &bytes);
	int fd = memory_file("memoracle-disk", 0);

	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
		archive_entry(out, folders[i], S_IFDIR | 0755u, NULL, 0);
	archive_entry(out, "init", S_IFREG | 0755u, worker, size);
	archive_entry(out, "TRAILER!!!", 0, NULL, 0);
	(void)fclose(out);
	if (fd < 0)
		error_set(error, "cannot make a memory file: %s", strerror(errno));
	else if (!fd_write(fd, data, bytes, error)) {
		(void)close(fd);
		fd = -1;
	}
	free(data);
	return fd;
}

struct guest *guest_create(const char *release, const char *worker, struct error *error)
{
	char *qemu = program_find(QEMU);
	bool has_qemu = qemu != NULL;
	struct guest *guest;
	uint8_t *data;
	size_t size;

	free(qemu);
	if (!kernel_there(release)) {
		error_set(error,
			  "no kernel of that release is here: run `make releases RELEASES=%s`",
			  release);
		return NULL;
	}
	if (!has_qemu) {
		error_set(error, QEMU " is not here: run `apt-get install "
				      "--no-install-recommends qemu-system-x86`");
		return NULL;
	}
	data = file_read(worker, &size, error);
	if (data == NULL)
		return NULL;
	guest = memory_new(1, sizeof(*guest));
	guest->kernel = guest_file(release, "kernel");
	guest->disk_fd = disk_make(data, size, error);
	free(data);
	if (guest->disk_fd >= 0)
		return guest;
	guest_destroy(guest);
	return NULL;
}

void guest_destroy(struct guest *guest)
{
	if (guest == NULL)
		return;
	if (guest->disk_fd >= 0)
		(void)close(guest->disk_fd);
	free(guest->kernel);
	free(guest);
}

void guest_exec(const struct guest *guest)
{
	char *memory =
	    text_format("memory-backend-file,id=box,share=on,mem-path=/proc/self/fd/%d,size=%lu",
			MAILBOX_FD, MAILBOX_FILE_BYTES);
	char *device = text_format("ivshmem-plain,memdev=box,addr=%x", GUEST_MAILBOX_SLOT);
	char *disk = text_format("/proc/self/fd/%d", DISK_FD);
	char *line = text_format(KERNEL_LINE " %s", line_more());
	char console[] = "file,id=console,append=on,path=/proc/self/fd/2";
	char *words[] = { QEMU,
			  "-nodefaults",
			  "-no-user-config",
			  "-no-reboot",
			  "-display",
			  "none",
			  "-M",
			  "pc",
			  "-accel",
			  "tcg",
			  "-m",
			  GUEST_MEMORY,
			  "-object",
			  memory,
			  "-device",
			  device,
			  "-chardev",
			  console,
			  "-serial",
			  "chardev:console",
			  "-chardev",
			  "stdio,id=wake,signal=off",
			  "-serial",
			  "chardev:wake",
			  "-kernel",
			  guest->kernel,
			  "-initrd",
			  disk,
			  "-append",
			  line,
			  NULL };

	if (dup2(guest->disk_fd, DISK_FD) < 0 || dup2(COMMAND_FD, STDIN_FILENO) < 0 ||
	    dup2(ANSWER_FD, STDOUT_FILENO) < 0)
		return;
	(void)close(COMMAND_FD);
	(void)close(ANSWER_FD);
	(void)execvp(QEMU, words);
}

/* The line of @text with @mark, from there on; NULL if there is none. */
static const char *line_with(const char *text, const char *mark, size_t *length)
{
	const char *at = strstr(text, mark);

	if (at != NULL)
		*length = strcspn(at, "\r\n");
	return at;
}

bool guest_memory_short(const char *console)
{
	return strstr(console, OUT_OF_MEMORY) != NULL;
}

bool guest_said(const char *console, char *text, size_t bytes)
{
	static const char *const marks[] = { GUEST_SAID, OUT_OF_MEMORY,  "BUG: ",
					     "Oops: ",   "Kernel panic", QEMU ": " };
	const char *line = NULL;
	size_t length = 0;

	for (size_t i = 0; line == NULL && i < sizeof(marks) / sizeof(marks[0]); i++)
		line = line_with(console, marks[i], &length);
	if (line != NULL)
		(void)snprintf(text, bytes, "%.*s", (int)length, line);
	return line != NULL;
}
