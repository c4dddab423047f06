/* libFuzzer's own files go under build/: a finding is kept by the entry itself. */
/* SPDX-License-Identifier: MIT */
#include "artifacts.h"
#include "../front/file.h"
#include <stdlib.h>
#include <string.h>

/* Absent unless libFuzzer is linked. */
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t size_max) __attribute__((weak));

void artifacts_place(int *argc, char ***argv)
{
	static char prefix[] = "-artifact_prefix=build/fuzz/";
	struct error error;
	char **longer;

	if (LLVMFuzzerMutate == NULL)
		return;
	longer = calloc((size_t)*argc + 2, sizeof(*longer));
	if (longer == NULL || !folder_make("build/fuzz", &error))
		return;
	longer[0] = (*argv)[0];
	longer[1] = prefix; /* the last one given counts */
	memcpy(longer + 2, *argv + 1, (size_t)(*argc - 1) * sizeof(*longer));
	*argv = longer;
	++*argc;
}
