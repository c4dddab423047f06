/* vma/model: a copy of the VMA model as the real side. It asks for nothing below. */
/* SPDX-License-Identifier: MIT */
#include "model/real.h"

extern const struct model model_vma;

static int system_open(void)
{
	return 0;
}

static void system_reset(void)
{
}

static void system_begin(const struct op *op, struct os *os)
{
	(void)op;
	(void)os;
}

static void system_request(struct os *os, uint32_t kind, const uint64_t arg[OS_ARGS])
{
	(void)os;
	(void)kind;
	(void)arg;
}

const struct real_system real_system = { system_open, system_reset, system_begin, system_request };
const struct target worker_target = REAL_TARGET("vma/model", model_vma);
