/* Fuzz entry of the importers: the first byte chooses one, and what it makes is a case. */
/* SPDX-License-Identifier: MIT */
#include "../front/import.h"
#include "artifacts.h"
#include <stdlib.h>

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	artifacts_place(argc, argv);
	return 0;
}

static uint32_t format_count(void)
{
	uint32_t count = 0;

	while (import_formats[count].name != NULL)
		count++;
	return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint32_t count = format_count();
	struct import import = { 0 };
	struct error error;
	struct case_file file;
	FILE *in;

	if (size < 2)
		return 0;
	in = fmemopen((void *)(data + 1), size - 1, "r");
	if (in == NULL)
		return 0;
	import.pid = data[0] / count;
	if (import_case(&import_formats[data[0] % count], in, &import, &file, &error))
		case_free(&file);
	else if (import.broken)
		abort();
	import_free(&import);
	(void)fclose(in);
	return 0;
}
