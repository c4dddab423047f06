/* What this process may not do: its limits, and calls that somebody refuses. */
/* SPDX-License-Identifier: MIT */
#include "host.h"
#include "calls.h"
#include "proc.h"

#define SIGCHLD_NUMBER 17u
#define PR_GET_MDWE 66u
#define ERRNO_ENOSYS 38
#define RLIMIT_DATA_NUMBER 2u
#define RLIMIT_STACK_NUMBER 3u
#define RLIMIT_MEMLOCK_NUMBER 8u
#define RLIMIT_AS_NUMBER 9u
#define COMMIT_UNKNOWN 0x8000u /* pages that any host has */

/* RLIM_INFINITY where there is none, or nobody says. */
static uint64_t limit_bytes(uint32_t resource)
{
	uint64_t limit[2] = { UINT64_MAX, 0 };

	(void)kernel_call(SYS_NR_PRLIMIT, 0, resource, 0, (uint64_t)limit, 0, 0);
	return limit[0];
}

static uint64_t limit_left(uint32_t resource, uint64_t used)
{
	uint64_t pages = limit_bytes(resource) / PAGE_BYTES;

	if (pages >= PAGES_ALL - 1)
		return PAGES_ALL - 1;
	return pages > used ? pages - used : 0;
}

/* A number of /proc/meminfo, which counts in KiB, in pages. */
static uint64_t meminfo_pages(const char *text, const char *name)
{
	uint64_t value = 0;
	uint32_t i = 0;

	for (; *text != '\0'; text++) {
		for (i = 0; name[i] != '\0' && text[i] == name[i];)
			i++;
		if (name[i] == '\0')
			break;
	}
	for (text += i; *text == ' ';)
		text++;
	for (; *text >= '0' && *text <= '9'; text++)
		value = value * 10 + (uint64_t)(*text - '0');
	return value / (PAGE_BYTES / 1024);
}

/* What one call may account: without overcommit what is left of the limit, by heuristic all that there is. */
static uint64_t commit_pages(void)
{
	char mode[8], text[4096];
	uint64_t limit, used;

	if (proc_file("/proc/sys/vm/overcommit_memory", mode, sizeof(mode)) <= 0 ||
	    proc_file("/proc/meminfo", text, sizeof(text)) <= 0)
		return COMMIT_UNKNOWN;
	if (mode[0] == '1')
		return PAGES_ALL - 1;
	if (mode[0] == '0')
		return meminfo_pages(text, "MemTotal:") + meminfo_pages(text, "SwapTotal:");
	limit = meminfo_pages(text, "CommitLimit:");
	used = meminfo_pages(text, "Committed_AS:");
	return limit > used ? (limit - used) / 2 : 0;
}

void host_limits(struct vma_rules *rules, uint64_t total_vm, uint64_t data_vm)
{
	rules->as_pages = limit_left(RLIMIT_AS_NUMBER, total_vm);
	rules->data_pages = limit_left(RLIMIT_DATA_NUMBER, data_vm);
	rules->commit_pages = commit_pages();
}

uint64_t host_vmas(void)
{
	char text[32];
	uint64_t count = 0;

	if (proc_file("/proc/sys/vm/max_map_count", text, sizeof(text)) <= 0)
		return UINT64_MAX;
	for (const char *at = text; *at >= '0' && *at <= '9'; at++)
		count = count * 10 + (uint64_t)(*at - '0');
	return count;
}

uint64_t host_stack_pages(void)
{
	return limit_bytes(RLIMIT_STACK_NUMBER) / PAGE_BYTES;
}

static bool is_refusal(int64_t result)
{
	return result == -MODEL_EPERM || result == -MODEL_EACCES || result == -ERRNO_ENOSYS;
}

bool host_seals(void)
{
	return clear() == -MODEL_EPERM;
}

bool host_refuses(int64_t number, uint64_t a, uint64_t b, uint64_t c)
{
	int64_t child = sys_call(SYS_NR_CLONE, SIGCHLD_NUMBER, 0, 0, 0, 0, 0);
	uint32_t status = 0;

	if (child == 0)
		sys_exit(is_refusal(call3(number, a, b, c)));
	if (child < 0) /* no process more is allowed */
		return is_refusal(call3(number, a, b, c));
	(void)sys_call(SYS_NR_WAIT4, (uint64_t)child, (uint64_t)&status, 0, 0, 0, 0);
	return status != 0;
}

bool host_denies_write_exec(void)
{
	int64_t mdwe = kernel_call(SYS_NR_PRCTL, PR_GET_MDWE, 0, 0, 0, 0, 0);

	return mdwe > 0 && (mdwe & 1) != 0;
}

bool host_refuses_exec(bool gain)
{
	int64_t result;

	if (host_denies_write_exec())
		return false;
	result = map(BASE, 1, READ_WRITE | (gain ? 0 : VMA_EXEC), PRIVATE | MMAP_FIXED);
	if (gain)
		result = call3(SYS_NR_MPROTECT, BASE, PAGES(1), VMA_READ | VMA_EXEC);
	(void)clear();
	return is_refusal(result);
}

/* Four pages, while the limit is one: only the capability helps. */
static bool locks_beyond(void)
{
	uint64_t before[2] = { 0, 0 }, small[2];
	int64_t result;

	(void)sys_call(SYS_NR_PRLIMIT, 0, RLIMIT_MEMLOCK_NUMBER, 0, (uint64_t)before, 0, 0);
	small[0] = PAGE_BYTES;
	small[1] = before[1];
	(void)sys_call(SYS_NR_PRLIMIT, 0, RLIMIT_MEMLOCK_NUMBER, (uint64_t)small, 0, 0, 0);
	map_at(BASE, 4, 0);
	result = call3(SYS_NR_MLOCK, BASE, PAGES(4), 0);
	(void)clear();
	(void)sys_call(SYS_NR_PRLIMIT, 0, RLIMIT_MEMLOCK_NUMBER, (uint64_t)before, 0, 0, 0);
	return result == 0;
}

bool host_lets_lock(void)
{
	return limit_bytes(RLIMIT_MEMLOCK_NUMBER) == UINT64_MAX || locks_beyond();
}
