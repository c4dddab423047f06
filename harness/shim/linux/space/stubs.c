/* What mm/ needs from the rest of the kernel: one node, one CPU, one task with the privileges of root, no reclaim. */
/* SPDX-License-Identifier: MIT */
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/sched/signal.h>
#include <linux/cred.h>
#include <linux/user_namespace.h>
#include <linux/compaction.h>
#include <linux/vmstat.h>
#include <linux/fs.h>
#include <linux/rcupdate.h>
#include <linux/security.h>
#include <linux/backing-dev.h>
#include <linux/version.h>
#include "glue.h"

/* ---- who runs, and where */
struct pglist_data contig_page_data;
static struct signal_struct signal_shared;
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 18, 0)
struct user_namespace init_user_ns = { .ns.__ns_ref = REFCOUNT_INIT(3) };
#else
struct user_namespace init_user_ns = { .ns.count = REFCOUNT_INIT(3) };
#endif
static struct user_struct user_shared = { .__count = REFCOUNT_INIT(3) };
struct user_struct root_user = { .__count = REFCOUNT_INIT(3) };
static struct cred credentials = { .user_ns = &init_user_ns, .user = &user_shared };
struct thread_info shim_thread_info;
struct task_struct shim_task = {
	.stack = &shim_thread_info,
	.signal = &signal_shared,
	.prio = 120,
	.static_prio = 120,
	.normal_prio = 120,
	.cred = &credentials,
	.real_cred = &credentials,
	.pid = 1,
	.tgid = 1,
};
unsigned long uml_physmem, task_size, totalreserve_pages;
unsigned long volatile jiffies;
enum system_states system_state = SYSTEM_RUNNING;
atomic_long_t _totalram_pages;
struct cpumask __cpu_online_mask = { .bits = { 1 } };
DEFINE_MUTEX(oom_lock);
DEFINE_MUTEX(oom_adj_mutex);
const int sysctl_vals[] = { 0, 1, 2, 3, 4, 100, 200, 1000, 3000, INT_MAX, 65535, -1 };

/* Nothing to do here. */
STUB(___ratelimit, 0)
STUB(__cond_resched, 0)
STUB(__cpuhp_setup_state, 0)
STUB(__mark_inode_dirty, 0)
STUB(__printk_deferred_enter, 0)
STUB(__printk_deferred_exit, 0)
STUB(__register_sysctl_init, 0)
STUB(__show_mem, 0)
STUB(__wake_up, 0)
STUB(_printk, 0)
STUB(dump_stack, 0)
STUB(file_modified, 0)
STUB(file_remove_privs, 0)
STUB(file_update_time, 0)
STUB(free_percpu, 0)
STUB(futex_hash_allocate_default, 0)
STUB(futex_hash_free, 0)
STUB(futex_mm_init, 0)
STUB(get_file_rcu, 0)
STUB(get_random_u32, 0)
STUB(inode_io_list_del, 0)
STUB(inode_maybe_inc_iversion, 1)
STUB(inode_set_ctime_current, 0)
STUB(inode_wait_for_writeback, 0)
STUB(is_vmalloc_addr, 0)
STUB(ktime_get, 0)
STUB(ktime_get_with_offset, 0)
STUB(memblock_estimated_nr_free_pages, 0)
STUB(print_hex_dump, 0)
STUB(schedule_on_each_cpu, 0)
STUB(simple_inode_init_ts, 0)
STUB(simple_xattrs_free, 0)
STUB(simple_xattrs_init, 0)
STUB(synchronize_rcu, 0)
STUB(touch_atime, 0)
STUB(vfs_fadvise, 0)
STUB(wake_up_bit, 0)
STUB(wake_up_var, 0)
/* Reclaim, compaction, the OOM killer: none. */
STUB(compaction_defer_reset, 0)
STUB(compaction_zonelist_suitable, 0)
STUB(out_of_memory, 0)
STUB(pagefault_out_of_memory, 0)
STUB(folio_isolate_lru, LINUX_VERSION_CODE < KERNEL_VERSION(6, 3, 0) ? -EBUSY : 0) /* not done */
STUB(reclaim_pages, 0)
STUB(schedule_timeout_uninterruptible, 0)
STUB(try_to_compact_pages, COMPACT_SKIPPED)
STUB(try_to_free_pages, 0)
STUB(wakeup_kswapd, 0)
STUB(zone_reclaimable_pages, 0)
/* No translation that a CPU could have cached. */
STUB(destroy_context, 0)
STUB(flush_tlb_mm, 0)
STUB(flush_tlb_page, 0)
STUB(flush_tlb_range, 0)
STUB(init_new_context, 0)
STUB(um_tlb_sync, 0)
/* The privileges of root, no security module; files are anybody's. */
STUB(cap_vm_enough_memory, 0)
STUB(capable, 1)
STUB(inode_owner_or_capable, 1)
STUB(path_noexec, 0)
/* Nobody listens to faults. */
STUB(dup_userfaultfd, 0)
STUB(dup_userfaultfd_complete, 0)
STUB(dup_userfaultfd_fail, 0)
STUB(mremap_userfaultfd_complete, 0)
STUB(mremap_userfaultfd_prep, 0)
STUB(userfaultfd_remove, 1)
STUB(userfaultfd_unmap_complete, 0)
STUB(userfaultfd_unmap_prep, 0)
STUB(vma_has_uffd_without_event_remap, 0)

static struct backing_dev_info no_device;
FUNCTION(void *, inode_to_bdi, (void))
{
	return &no_device;
}

FUNCTION(void, ktime_get_coarse_real_ts64, (struct timespec64 * time))
{
	time->tv_sec = 0;
	time->tv_nsec = 0;
}

FUNCTION(int, cap_mmap_addr, (unsigned long addr))
{
	return addr < 65536 ? -EPERM : 0;
}

FUNCTION(void, __init_waitqueue_head, (struct wait_queue_head * queue))
{
	spin_lock_init(&queue->lock);
	INIT_LIST_HEAD(&queue->head);
}

FUNCTION(int, vfs_fallocate, (struct file * file, int mode, loff_t offset, loff_t bytes))
{
	return file->f_op->fallocate(file, mode, offset, bytes);
}

FUNCTION(bool, should_fail_alloc_page, (gfp_t gfp, unsigned int order))
{
	return false;
}

/* ---- what must not happen */
static char said[160];

static char *text_add(char *at, const char *text)
{
	while (*text && at < said + sizeof(said) - 1)
		*at++ = *text++;
	*at = '\0';
	return at;
}

void shim_die(const char *what, const char *file, long line)
{
	char digits[24], *digit = digits + sizeof(digits) - 1, *at = text_add(said, what);

	*digit = '\0';
	for (; line > 0; line /= 10)
		*--digit = '0' + line % 10;
	if (file)
		text_add(text_add(text_add(at, file), *digit ? ":" : ""), digit);
	shim_host.die(said);
}

FUNCTION(void, warn_slowpath_fmt, (const char *file, int line))
{
	shim_die("WARNING: ", file, line);
}

FUNCTION(void, panic, (const char *format))
{
	shim_die("kernel panic: ", format, 0);
}

FUNCTION(void, refcount_warn_saturate, (void))
{
	shim_die("WARNING: a reference count is out of range", NULL, 0);
}

FUNCTION(void, dump_page, (struct page * page, const char *why))
{
	shim_die("bad page: ", why, 0);
}

FUNCTION(void, add_taint, (void))
{
	shim_die("BUG: the kernel is tainted", NULL, 0);
}

/* A part of the kernel that is not here; the build makes a jump to this for each. */
FUNCTION(void, shim_trap, (const char *name))
{
	shim_die("not built in: ", name, 0);
}

/* ---- memory */
struct mm_host shim_host;
static unsigned long heap_used;

void shim_boot(const struct mm_host *host, const struct mm_layout *layout)
{
	shim_host = *host;
	for (int i = 0; i < RLIM_NLIMITS; i++)
		signal_shared.rlim[i].rlim_cur = signal_shared.rlim[i].rlim_max = RLIM_INFINITY;
	signal_shared.rlim[RLIMIT_STACK].rlim_cur = layout->stack_bytes;
}

unsigned long shim_allocated(void)
{
	return heap_used;
}

void *shim_allocate(unsigned long bytes)
{
	void *at = shim_host.heap + heap_used;

	heap_used += ALIGN(bytes, PAGE_SIZE);
	if (heap_used > shim_host.heap_bytes)
		shim_die("the kernel's heap is full", NULL, 0);
	return at;
}

/* ---- RCU: a grace period is over when the call is */
static struct rcu_head *rcu_first, **rcu_last = &rcu_first;

FUNCTION(void, call_rcu, (struct rcu_head * head, rcu_callback_t function))
{
	head->func = function;
	head->next = NULL;
	*rcu_last = head;
	rcu_last = &head->next;
}

FUNCTION(void, kvfree_call_rcu, (struct rcu_head * head, void *object))
{
	function_call_rcu(head, (rcu_callback_t)((void *)head - object));
}

/* A small number stands for the place of the head in what is to be freed. */
static void rcu_run(struct rcu_head *head)
{
	unsigned long offset = (unsigned long)head->func;

	if (offset < PAGE_SIZE)
		kfree((void *)head - offset);
	else
		head->func(head);
}

void shim_settle(void)
{
	shmem_settle();
	while (rcu_first) {
		struct rcu_head *head = rcu_first;

		rcu_first = head->next;
		if (!rcu_first)
			rcu_last = &rcu_first;
		rcu_run(head);
	}
}
