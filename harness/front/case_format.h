/* Layout of a case file's header; usable without libc (fuzz entries strip it). See specs/format.md. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_FRONT_CASE_FORMAT_H
#define MEMORACLE_FRONT_CASE_FORMAT_H

#include <stddef.h>
#include <stdint.h>

#define CASE_MAGIC "MEMORACL"
#define CASE_MAGIC_BYTES 8u
#define CASE_VERSION 3u
#define CASE_VERSION_OLDEST 1u
#define CASE_HEADER_BYTES 24u
#define CASE_AT_VERSION 8u
#define CASE_AT_DOMAIN 10u
#define CASE_AT_FLAGS 11u
#define CASE_AT_RECORDS 12u
#define CASE_AT_META 16u
#define CASE_AT_CRC 20u
#define CASE_META_MAX (1u << 16)
#ifndef TRACE_RECORDS_MAX            /* a fuzzer of parsers has less time */
#define TRACE_RECORDS_MAX (1u << 28) /* 4 GiB of them */
#endif

static inline uint32_t case_u32(const uint8_t *from)
{
	return (uint32_t)from[0] | (uint32_t)from[1] << 8 | (uint32_t)from[2] << 16 |
	       (uint32_t)from[3] << 24;
}

/*
 * case_strip() - the records of a case, or all of @data where it has no header.
 * @bytes: receives how many bytes of records there are. Checks nothing but the magic: total.
 */
static inline const uint8_t *case_strip(const uint8_t *data, size_t size, size_t *bytes)
{
	size_t skip;

	*bytes = size;
	if (size < CASE_HEADER_BYTES)
		return data;
	for (size_t i = 0; i < CASE_MAGIC_BYTES; i++)
		if (data[i] != (uint8_t)CASE_MAGIC[i])
			return data;
	skip = (size_t)CASE_HEADER_BYTES + case_u32(data + CASE_AT_META);
	if (skip > size)
		skip = size;
	*bytes = size - skip;
	return data + skip;
}

#endif
