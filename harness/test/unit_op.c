/* Decoding is total and canonical; the generator and the mutator stay within the tables. */
/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include "../front/registry.h"
#include "../gen/generate.h"
#include "../gen/mutate.h"
#include <cmocka.h> /* last: its macro skip() would hide enum skip */

static void record_fill(struct random *random, const struct op_row *row, uint8_t *record)
{
	for (uint32_t i = 0; i < OP_WIDE_BYTES; i++)
		record[i] = (uint8_t)random_next(random);
	record[0] = row->number;
	for (uint32_t i = 1; i < row->records; i++)
		record[i * OP_BYTES] = OP_ARG;
}

static void decode_encode_is_canonical(void **state)
{
	struct random random = { .state = 1 };

	(void)state;
	for (uint32_t t = 0; domain_tables[t] != NULL; t++)
		for (uint32_t i = 0; i < 1000 * domain_tables[t]->op_count; i++) {
			uint8_t raw[OP_WIDE_BYTES], canonical[OP_WIDE_BYTES], again[OP_WIDE_BYTES];
			struct op first, second;

			record_fill(&random, &domain_tables[t]->op[i % domain_tables[t]->op_count],
				    raw);
			assert_true(op_decode(domain_tables[t], raw, OP_RECORDS_MAX, &first));
			op_encode(&first, canonical);
			assert_true(
			    op_decode(domain_tables[t], canonical, first.row->records, &second));
			assert_memory_equal(first.arg, second.arg,
					    first.row->arg_count * sizeof(first.arg[0]));
			op_encode(&second, again);
			assert_memory_equal(canonical, again, first.row->records * OP_BYTES);
			for (uint32_t a = 0; a < first.row->arg_count; a++)
				assert_true(
				    operand_in_range(first.row->arg[a].operand, first.arg[a]));
		}
}

static void operands_do_not_overlap(void **state)
{
	(void)state;
	for (uint32_t t = 0; domain_tables[t] != NULL; t++)
		for (uint32_t i = 0; i < domain_tables[t]->op_count; i++) {
			const struct op_row *row = &domain_tables[t]->op[i];
			bool used[OP_WIDE_BYTES] = { true, true }; /* kind and actor */

			for (uint32_t r = 1; r < row->records; r++)
				used[r * OP_BYTES] = true;
			for (uint32_t a = 0; a < row->arg_count; a++)
				for (uint32_t b = 0; b < row->arg[a].operand->bytes; b++) {
					uint32_t at = row->arg[a].offset + b;

					assert_true(at < row->records * OP_BYTES);
					assert_false(used[at]);
					used[at] = true;
				}
		}
}

static void generation_is_deterministic(void **state)
{
	static uint8_t first[512 * OP_BYTES], second[512 * OP_BYTES];

	(void)state;
	for (uint32_t t = 0; domain_tables[t] != NULL; t++)
		for (uint64_t seed = 0; seed < 64; seed++) {
			uint32_t a = generate_case(domain_tables[t], seed, 200, 0, first);
			uint32_t b = generate_case(domain_tables[t], seed, 200, 0, second);

			assert_int_equal(a, b);
			assert_true(a >= 200);
			assert_memory_equal(first, second, a * OP_BYTES);
		}
}

static void mutants_stay_whole(void **state)
{
	static uint8_t records[256 * OP_BYTES];
	size_t bytes = 0;

	(void)state;
	for (uint32_t t = 0; domain_tables[t] != NULL; t++)
		for (uint64_t seed = 0; seed < 20000; seed++) {
			bytes =
			    mutate_case(domain_tables[t], records, bytes, sizeof(records), seed);
			assert_true(bytes <= sizeof(records));
			assert_int_equal(bytes % OP_BYTES, 0);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(decode_encode_is_canonical),
		cmocka_unit_test(operands_do_not_overlap),
		cmocka_unit_test(generation_is_deterministic),
		cmocka_unit_test(mutants_stay_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
