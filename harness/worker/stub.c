/* Entry of a worker whose address space is under test: no libc, no randomisation, the stack in the image. */
/* SPDX-License-Identifier: MIT */
#include "mailbox.h"
#include "sys.h"

#define ADDR_NO_RANDOMIZE 0x40000u
#define PERSONALITY_QUERY 0xffffffffu
#define RLIMIT_STACK_NUMBER 3u
#define STACK_BYTES                                                                                \
	(8ul                                                                                       \
	 << 20) /* the limit decides where mappings are placed: it must be the same everywhere */
#define OWN_STACK_BYTES (1ul << 18)

static char own_stack[OWN_STACK_BYTES] __attribute__((aligned(16), used));

/* Fixes what the address space hangs on. Returns: whether it held already. */
static bool layout_fixed(void)
{
	uint64_t limit[2] = { 0, 0 };
	int64_t persona = sys_call(SYS_NR_PERSONALITY, PERSONALITY_QUERY, 0, 0, 0, 0, 0);
	bool fixed = (persona & ADDR_NO_RANDOMIZE) != 0;

	(void)sys_call(SYS_NR_PRLIMIT, 0, RLIMIT_STACK_NUMBER, 0, (uint64_t)limit, 0, 0);
	if (limit[0] != STACK_BYTES) {
		fixed = false;
		limit[0] = STACK_BYTES;
		(void)sys_call(SYS_NR_PRLIMIT, 0, RLIMIT_STACK_NUMBER, (uint64_t)limit, 0, 0, 0);
	}
	if ((persona & ADDR_NO_RANDOMIZE) == 0)
		(void)sys_call(SYS_NR_PERSONALITY, (uint64_t)persona | ADDR_NO_RANDOMIZE, 0, 0, 0,
			       0, 0);
	return fixed;
}

/* Runs on the kernel's stack: @top points to argc. A second argument marks the second start. */
__attribute__((used, noreturn)) void stub_start(uint64_t *top);
__attribute__((used, noreturn)) void stub_start(uint64_t *top)
{
	static char again[] = "fixed";
	static char *environment[] = { 0 };
	char *arguments[] = { (char *)top[1], again, 0 };

	if (!layout_fixed() && top[0] < 2)
		(void)sys_call(SYS_NR_EXECVE, (uint64_t) "/proc/self/exe", (uint64_t)arguments,
			       (uint64_t)environment, 0, 0, 0);
	__asm__ volatile("mov %0, %%rsp\n\txor %%ebp, %%ebp\n\tcall worker_serve"
			 :
			 : "r"(own_stack + OWN_STACK_BYTES)
			 : "memory");
	__builtin_unreachable();
}

__asm__(".globl _start\n"
	"_start:\n"
	"	mov %rsp, %rdi\n"
	"	and $-16, %rsp\n"
	"	call stub_start\n");
