/* Whole files: reading them, and writing them so that no reader ever sees half of one. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_FRONT_FILE_H
#define MEMORACLE_FRONT_FILE_H

#include "error.h"
#include <stdint.h>
#include <stdio.h>

/* file_map() - a regular file of at least FILE_MAP_MIN bytes, private; NULL where it is none. */
#define FILE_MAP_MIN (1u << 20)
void *file_map(const char *path, size_t *size);

#define FILE_BYTES_MAX (1u << 30)

/* file_open() - to read; "-" is standard input. Returns: NULL with *error. */
FILE *file_open(const char *path, struct error *error);
/* file_name() - as messages have it. */
const char *file_name(const char *path);
/* file_read() - Returns: the contents and a zero byte, for the caller to free; NULL with *error. */
uint8_t *file_read(const char *path, size_t *size, struct error *error);

/* file_write() - temporary file, fsync, rename, fsync of the folder. "-" is standard output. */
bool file_write(const char *path, const void *data, size_t size, struct error *error);

/* file_writable() - could file_write() write there? Leaves nothing behind. */
bool file_writable(const char *path, struct error *error);

/* fd_reader_gone() - is @fd a pipe that nobody reads any more? What is written there is lost, and that is no error. */
bool fd_reader_gone(int fd);

/* fd_write() - all of it to an open descriptor. */
bool fd_write(int fd, const void *data, size_t size, struct error *error);

/* folder_make() - with its parents. */
bool folder_make(const char *path, struct error *error);

/* folder_sweep() - removes temporary files whose writers are gone. */
void folder_sweep(const char *path);

bool text_ends(const char *text, const char *end);

#endif
