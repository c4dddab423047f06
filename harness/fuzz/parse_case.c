/* Fuzz entry of the case file reader: as given, and once more under a header that fits. */
/* SPDX-License-Identifier: MIT */
#include "../front/case_file.h"
#include "artifacts.h"
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	artifacts_place(argc, argv);
	return 0;
}

/* What is accepted is written byte for byte as it was, and so is its text. */
static void case_try(const uint8_t *data, size_t size)
{
	struct case_file file, again;
	struct error error;
	size_t same_size, text_size;
	uint8_t *same;
	char *text;

	if (!case_from_bytes(data, size, &file, &error))
		return;
	same = case_to_bytes(&file, &same_size);
	text = case_to_text(&file, &text_size);
	if (same_size != size || memcmp(same, data, size) != 0 ||
	    !case_from_text(text, text_size, &again, &error))
		abort();
	free(same);
	same = case_to_bytes(&again, &same_size);
	if (same_size != size || memcmp(same, data, size) != 0)
		abort();
	free(same);
	free(text);
	case_free(&file);
	case_free(&again);
}

static void u32_store(uint8_t *to, size_t value)
{
	for (int i = 0; i < 4; i++)
		to[i] = (uint8_t)(value >> (8 * i));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t meta = size > 1 ? data[1] % size : 0, records = (size - meta) / OP_BYTES;
	uint8_t *sealed = malloc(CASE_HEADER_BYTES + size);
	size_t total = CASE_HEADER_BYTES + meta + records * OP_BYTES;

	case_try(data, size);
	if (sealed == NULL)
		return 0;
	memcpy(sealed, CASE_MAGIC, CASE_MAGIC_BYTES);
	memset(sealed + CASE_MAGIC_BYTES, 0, CASE_HEADER_BYTES - CASE_MAGIC_BYTES);
	sealed[CASE_AT_VERSION] = CASE_VERSION;
	sealed[CASE_AT_DOMAIN] = size > 0 ? (uint8_t)(1 + data[0] % 4) : 1;
	u32_store(sealed + CASE_AT_RECORDS, records);
	u32_store(sealed + CASE_AT_META, meta);
	if (size > 0)
		memcpy(sealed + CASE_HEADER_BYTES, data, size);
	u32_store(sealed + CASE_AT_CRC,
		  crc32(crc32(0, sealed, CASE_AT_CRC), sealed + CASE_HEADER_BYTES,
			(uInt)(total - CASE_HEADER_BYTES)));
	case_try(sealed, total);
	free(sealed);
	return 0;
}
