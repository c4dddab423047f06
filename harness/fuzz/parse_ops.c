/* Fuzz entry of the text parser: what parses prints, and what is printed parses to the same. */
/* SPDX-License-Identifier: MIT */
#include "../front/case_file.h"
#include "artifacts.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	artifacts_place(argc, argv);
	return 0;
}

static char *text_again(const char *text, size_t size, size_t *again_size)
{
	struct case_file file;
	struct error error;
	char *again;

	if (!case_from_text(text, size, &file, &error))
		return NULL;
	again = case_to_text(&file, again_size);
	case_free(&file);
	return again;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t first_size, second_size;
	char *first = text_again((const char *)data, size, &first_size), *second;

	if (first == NULL)
		return 0;
	second = text_again(first, first_size, &second_size);
	if (second == NULL || second_size != first_size || memcmp(first, second, first_size) != 0)
		abort();
	free(first);
	free(second);
	return 0;
}
