/* Guests: the kernel of a release, booted by QEMU around a worker. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_FRONT_GUEST_H
#define MEMORACLE_FRONT_GUEST_H

#include "error.h"
#include "../target.h"

#define GUEST_MEMORY "2G" /* the host gives what is touched */

/* struct guest - what it is booted from. */
struct guest {
	char *kernel; /* a file of build/releases/RELEASE/ */
	int disk_fd;  /* its first file system, in memory: the worker as /init */
};

/* guest_release_is() - is it one of the table, or one whose kernel somebody put there? */
bool guest_release_is(const char *release);
/* guest_newest() - of the table: the newest one that is there, else the newest one. */
const char *guest_newest(void);
/* guest_file() - a file of build/releases/RELEASE/, there or not; the caller frees its name. */
char *guest_file(const char *release, const char *name);
/* guest_package() - what its kernel came in; "" if nobody noted it. */
void guest_package(const char *release, char text[TARGET_TEXT_MAX]);
/*
 * guest_key() - what a guest of @worker is made of: it tells one from another. MEMORACLE_GUEST_LINE, which adds to
 * the kernel's command line, is in it. The caller frees it; NULL if something is missing.
 */
char *guest_key(const char *release, const char *worker);

/* guest_create() - Returns: NULL with *error where there is no QEMU, or no kernel of that release. */
struct guest *guest_create(const char *release, const char *worker, struct error *error);
void guest_destroy(struct guest *guest);

/*
 * guest_exec() - in the child, whose descriptors are as a worker's: becomes QEMU. The console goes where the standard
 * error goes. Returns only on failure.
 */
void guest_exec(const struct guest *guest);

/* guest_memory_short() - of its console: did its memory not do? */
bool guest_memory_short(const char *console);

/*
 * guest_said() - of its console: why it ended. The worker's own word, else what the kernel complained of first, else the
 * panic, else QEMU's. Returns: false if there is nothing of these.
 */
bool guest_said(const char *console, char *text, size_t bytes);

#endif
