/* Entry of a worker whose address space is under test: no libc, no randomisation, the stack in the image. */
/* SPDX-License-Identifier: MIT */
#include "guest.h"
#include "mailbox.h"
#include "sys.h"

#define ADDR_NO_RANDOMIZE 0x40000u
#define PERSONALITY_QUERY 0xffffffffu
#define RLIMIT_STACK_NUMBER 3u
#define STACK_BYTES                                                                                \
	(8ul << 20) /* the limit of the stack where it may be set: mapping begins below it */
#define OWN_STACK_BYTES (1ul << 18)

static char own_stack[OWN_STACK_BYTES] __attribute__((aligned(16), used));

/* The limit of the stack, or what a low hard limit leaves of it. Returns: whether it was that already. */
static bool stack_limited(void)
{
	uint64_t limit[2] = { 0, 0 }, before;

	(void)sys_call(SYS_NR_PRLIMIT, 0, RLIMIT_STACK_NUMBER, 0, (uint64_t)limit, 0, 0);
	before = limit[0];
	limit[0] = limit[1] < STACK_BYTES ? limit[1] : STACK_BYTES;
	return before == limit[0] ||
	       sys_call(SYS_NR_PRLIMIT, 0, RLIMIT_STACK_NUMBER, (uint64_t)limit, 0, 0, 0) < 0;
}

/* No randomisation, and nothing else out of the ordinary. Returns: whether it was so already. */
static bool personality_plain(void)
{
	int64_t persona = sys_call(SYS_NR_PERSONALITY, PERSONALITY_QUERY, 0, 0, 0, 0, 0);

	return persona == ADDR_NO_RANDOMIZE ||
	       sys_call(SYS_NR_PERSONALITY, ADDR_NO_RANDOMIZE, 0, 0, 0, 0, 0) < 0;
}

/* Fixes what the address space hangs on. Returns: whether it held already, or cannot be helped. */
static bool layout_fixed(void)
{
	bool limited = stack_limited();

	return personality_plain() && limited;
}

/* Runs on the kernel's stack: @top points to argc. A second argument marks the second start. */
__attribute__((used, noreturn)) void stub_start(uint64_t *top);
__attribute__((used, noreturn)) void stub_start(uint64_t *top)
{
	static char again[] = "fixed";
	static char *environment[] = { 0 };
	char *arguments[] = { (char *)top[1], again, 0 };

	guest_enter();
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
