/* Runs a fuzz entry on files: what a fuzzer's corpus or crash file does, without the fuzzer. */
/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include "../front/file.h"
#include "entry.h"

int main(int argc, char **argv)
{
	struct error error;
	uint8_t *data;
	size_t size;

	LLVMFuzzerInitialize(&argc, &argv);
	for (int i = 1; i < argc; i++) {
		data = file_read(argv[i], &size, &error);
		if (data == NULL)
			return error_print(&error);
		LLVMFuzzerTestOneInput(data, size);
		free(data);
	}
	printf("%d inputs replayed\n", argc - 1);
	return 0;
}
