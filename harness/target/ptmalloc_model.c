/* ptmalloc/model: a copy of the ptmalloc model as the real side, over the fake operating system. */
/* SPDX-License-Identifier: MIT */
#include "model/real.h"
#include "../shim/glibc/fake_os.h"
#include "ptmalloc/view.h"

static void system_begin(const struct op *op, struct os *os)
{
	fake_os.log = os;
	if (op->kind == PTM_OP_deny)
		fake_os.deny = op->ref[0];
}

static void system_request(struct os *os, uint32_t kind, const uint64_t arg[OS_ARGS])
{
	(void)os; /* the log */
	switch (kind) {
	case OS_SBRK:
		(void)fake_os_sbrk((int64_t)arg[0]);
		break;
	case OS_MMAP:
		(void)fake_os_mmap(arg[0], arg[1]);
		break;
	case OS_MUNMAP:
		(void)fake_os_munmap(fake_to_real(arg[0]), arg[1]);
		break;
	case OS_MREMAP:
		(void)fake_os_mremap(fake_to_real(arg[0]), arg[1], arg[2]);
		break;
	default:
		(void)fake_os_advise(kind, fake_to_real(arg[0]), arg[1], arg[2]);
		break;
	}
}

const struct real_system real_system = { fake_os_open, fake_os_reset, system_begin,
					 system_request };
const struct target worker_target = REAL_TARGET("ptmalloc/model", model_ptmalloc);
