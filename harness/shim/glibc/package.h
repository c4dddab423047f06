/* Which version of a package is installed, without starting a process. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_SHIM_GLIBC_PACKAGE_H
#define MEMORACLE_SHIM_GLIBC_PACKAGE_H

#include "../../target.h"

/* package_version() - dpkg's word on package @name; empty where there is no dpkg or no such package. */
void package_version(const char *name, char version[TARGET_TEXT_MAX]);

/* file_map() - a file as memory to read, NULL if there is none. @bytes: its size. */
const char *file_map(const char *path, uint64_t *bytes);

#endif
