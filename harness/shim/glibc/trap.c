/* System calls of libc arrive as SIGSYS: by system call user dispatch, or else by a seccomp filter. */
/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <linux/audit.h>
#include <signal.h>
#include <stddef.h>
#include <ucontext.h>
#include "trap.h"
#include "../../worker/sys.h"

#define SYS_NR_RT_SIGACTION 13
#define SYS_NR_SIGALTSTACK 131
#define SYS_NR_SECCOMP 317
#define PRCTL_NO_NEW_PRIVS 38
#define PRCTL_USER_DISPATCH 59
#define USER_DISPATCH_ON 1
#define SIGACTION_RESTORER 0x04000000ul

extern char __executable_start[], etext[];
void trap_restore(void);

static trap_function *trapped;
static char stack[64 * 1024] __attribute__((aligned(64)));

/* Returning from a signal is a system call as well, so it must be made in our own text. */
__asm__(".text\n"
	".globl trap_restore\n"
	".type trap_restore, @function\n"
	"trap_restore:\n"
	"	mov $15, %eax\n"
	"	syscall\n"
	".size trap_restore, . - trap_restore\n");

static void handle(int signal, siginfo_t *info, void *context)
{
	greg_t *reg = ((ucontext_t *)context)->uc_mcontext.gregs;
	const uint64_t arg[6] = {
		(uint64_t)reg[REG_RDI], (uint64_t)reg[REG_RSI], (uint64_t)reg[REG_RDX],
		(uint64_t)reg[REG_R10], (uint64_t)reg[REG_R8],  (uint64_t)reg[REG_R9],
	};

	(void)signal;
	(void)info;
	reg[REG_RAX] = trapped(reg[REG_RAX], arg);
}

/* As the kernel lays it out. */
struct kernel_sigaction {
	void (*handler)(int, siginfo_t *, void *);
	uint64_t flags;
	void (*restorer)(void);
	uint64_t mask;
};

static int64_t handler_set(void)
{
	const stack_t alternate = { .ss_sp = stack, .ss_size = sizeof(stack) };
	const struct kernel_sigaction action = {
		.handler = handle,
		.flags = SA_SIGINFO | SA_ONSTACK | SIGACTION_RESTORER,
		.restorer = trap_restore,
	};
	int64_t status = sys_call(SYS_NR_SIGALTSTACK, (uint64_t)&alternate, 0, 0, 0, 0, 0);

	if (status < 0)
		return status;
	return sys_call(SYS_NR_RT_SIGACTION, SIGSYS, (uint64_t)&action, 0, 8, 0, 0);
}

#define LOAD(field)                                                                                \
	BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)offsetof(struct seccomp_data, field))
#define HIGH_WORD 4u

/* Memory requests that do not come from our text are trapped; all else passes. */
static int64_t filter_set(void)
{
	const uint64_t low = (uint64_t)__executable_start, high = (uint64_t)etext;
	struct sock_filter code[] = {
		LOAD(nr),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_NR_BRK, 6, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_NR_MMAP, 5, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_NR_MUNMAP, 4, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_NR_MREMAP, 3, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_NR_MADVISE, 2, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_NR_MPROTECT, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 (uint32_t)offsetof(struct seccomp_data, instruction_pointer) + HIGH_WORD),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)(low >> 32), 0, 4),
		LOAD(instruction_pointer),
		BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, (uint32_t)low, 0, 2),
		BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, (uint32_t)high, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRAP),
	};
	const struct sock_fprog program = { sizeof(code) / sizeof(code[0]), code };
	int64_t status = sys_call(SYS_NR_PRCTL, PRCTL_NO_NEW_PRIVS, 1, 0, 0, 0, 0);

	if (low >> 32 != high >> 32)
		return -MODEL_ENOTSUP;
	if (status < 0)
		return status;
	return sys_call(SYS_NR_SECCOMP, SECCOMP_SET_MODE_FILTER, 0, (uint64_t)&program, 0, 0, 0);
}

int trap_open(trap_function *function)
{
	int64_t status = handler_set();

	trapped = function;
	if (status < 0)
		return (int)status;
	status =
	    sys_call(SYS_NR_PRCTL, PRCTL_USER_DISPATCH, USER_DISPATCH_ON,
		     (uint64_t)__executable_start, (uint64_t)(etext - __executable_start), 0, 0);
	return status < 0 ? (int)filter_set() : 0;
}
