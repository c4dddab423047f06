/* What page_alloc.c needs from the rest of the kernel: enough for one node, one CPU, one task. */
/* SPDX-License-Identifier: MIT */
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/mmzone.h>
#include <linux/swap.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/sysctl.h>
#include <linux/cpuhotplug.h>
#include <linux/cpumask.h>
#include <linux/cacheinfo.h>
#include <linux/compaction.h>
#include <linux/oom.h>
#include <linux/vmstat.h>
#include <linux/ratelimit.h>
#include <linux/writeback.h>
#include "internal.h"
#include "bind.h"
#include "stubs.h"

struct page *mem_map;
unsigned long max_mapnr;
struct pglist_data contig_page_data;
static struct signal_struct shim_signal;
struct thread_info shim_thread_info;
struct task_struct shim_task = {
	.signal = &shim_signal,
	.stack = &shim_thread_info,
	.prio = 120,
	.static_prio = 120,
	.normal_prio = 120,
};
unsigned long uml_physmem;
unsigned long volatile jiffies;
enum system_states system_state = SYSTEM_RUNNING;
unsigned long totalreserve_pages;
atomic_long_t _totalram_pages;
atomic_long_t vm_zone_stat[NR_VM_ZONE_STAT_ITEMS];
atomic_long_t vm_node_stat[NR_VM_NODE_STAT_ITEMS];
DEFINE_PER_CPU(struct vm_event_state, vm_event_states);
DEFINE_STATIC_KEY_FALSE(check_pages_enabled);
DEFINE_STATIC_KEY_FALSE(init_on_alloc);
DEFINE_STATIC_KEY_FALSE(init_on_free);
struct cpumask __cpu_online_mask = { .bits = { 1 } };
DEFINE_MUTEX(oom_lock);
const int sysctl_vals[] = { 0, 1, 2, 3, 4, 100, 200, 1000, 3000, INT_MAX, 65535, -1 };

struct shim shim;
/* Outside .data and .bss, so that the restoring of a case's start leaves it alone. */
uint64_t shim_trouble __attribute__((section("shim_kept")));

STUB(___ratelimit, 0)
STUB(__cond_resched, 0)
STUB(__cpuhp_setup_state, 0)
STUB(__printk_deferred_enter, 0)
STUB(__printk_deferred_exit, 0)
STUB(__register_sysctl_init, 0)
STUB(__show_mem, 0)
STUB(_printk, 0)
STUB(compaction_defer_reset, 0)
STUB(compaction_zonelist_suitable, 0)
STUB(dump_stack, 0)
STUB(free_percpu, 0)
STUB(lru_add_drain_cpu, 0)
STUB(mlock_drain_remote, 0)
STUB(mutex_lock, 0)
STUB(mutex_trylock, 1)
STUB(mutex_unlock, 0)
STUB(next_online_pgdat, 0)
STUB(node_dirty_ok, 1)
STUB(out_of_memory, 0)
STUB(proc_dointvec_minmax, 0)
STUB(schedule_timeout_uninterruptible, 0)
STUB(try_to_compact_pages, COMPACT_SKIPPED)
STUB(vm_events_fold_cpu, 0)
STUB(zone_reclaimable_pages, 0)

FUNCTION(void, panic, (void))
{
	__builtin_trap();
}

FUNCTION(void, __folio_put, (void *folio))
{
	__builtin_trap();
}

/* Reports of damage: counted, and the target says so. */
FUNCTION(void, dump_page, (void *page, const char *reason))
{
	shim_trouble++;
}

FUNCTION(void, add_taint, (unsigned int flag, int lockdep))
{
	shim_trouble++;
}

FUNCTION(void, warn_slowpath_fmt, (void))
{
	shim_trouble++;
}

FUNCTION(unsigned long, __sw_hweight64, (unsigned long word))
{
	return (unsigned long)__builtin_popcountl(word);
}

FUNCTION(unsigned int, __sw_hweight32, (unsigned int word))
{
	return (unsigned int)__builtin_popcount(word);
}

/* The largest r with r * r <= x. */
FUNCTION(unsigned long, int_sqrt, (unsigned long x))
{
	unsigned long r = 0;

	while ((r + 1) * (r + 1) <= x)
		r++;
	return r;
}

FUNCTION(void *, first_online_pgdat, (void))
{
	return &contig_page_data;
}

FUNCTION(void *, next_zone, (struct zone * zone))
{
	struct zone *last = &contig_page_data.node_zones[MAX_NR_ZONES - 1];

	return zone < last ? zone + 1 : NULL;
}

FUNCTION(void *, __next_zones_zonelist, (struct zoneref * z, int highest, void *nodes))
{
	while (zonelist_zone_idx(z) > highest)
		z++;
	return z;
}

FUNCTION(void *, get_cpu_cacheinfo, (int cpu))
{
	static struct cpu_cacheinfo none;

	return &none;
}

void *shim_allocate(unsigned long bytes)
{
	char *at = shim.memory;

	bytes = ALIGN(bytes, 64);
	if (bytes > shim.memory_left)
		__builtin_trap();
	shim.memory = at + bytes;
	shim.memory_left -= bytes;
	return at;
}

FUNCTION(void *, pcpu_alloc_noprof, (size_t bytes))
{
	return shim_allocate(bytes);
}

static void request(uint32_t kind, uint64_t order, uint64_t result)
{
	struct os *os = shim.os;
	struct os_event *event;

	if (os == NULL || os->seen_count == OS_EVENTS_MAX)
		return;
	event = &os->seen[os->seen_count++];
	event->kind = kind;
	event->err = 0;
	event->arg[0] = order;
	event->arg[1] = 0;
	event->arg[2] = 0;
	event->result = result;
}

FUNCTION(void, wakeup_kswapd, (struct zone * zone, gfp_t gfp, int order, int highest))
{
	request(OS_WAKE_KSWAPD, (uint64_t)order, 0);
}

FUNCTION(unsigned long, try_to_free_pages,
	 (struct zonelist * zonelist, int order, gfp_t gfp, nodemask_t *nodes))
{
	unsigned long reclaimed;

	reclaimed = shim.reclaimed;
	shim.reclaimed = 0;
	request(OS_RECLAIM, (uint64_t)order, reclaimed);
	return reclaimed;
}
