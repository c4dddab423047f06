/* The unmodified mm/shmem.c on a superblock and files of our own: no mount, no dentries. */
/* SPDX-License-Identifier: MIT */
#include <mm/shmem.c>
#include <linux/version.h>
#include "glue.h"

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 13, 0)
#define COUNT_INIT(file) file_ref_init(&(file)->f_ref, 1)
#define COUNT_PUT(file) file_ref_put(&(file)->f_ref)
bool __file_ref_put(file_ref_t *ref, unsigned long count)
{
	return count == FILE_REF_NOREF;
}
#else
#define COUNT_INIT(file) atomic_long_set(&(file)->f_count, 1)
#define COUNT_PUT(file) atomic_long_dec_and_test(&(file)->f_count)
#endif
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 18, 0)
#define f_path __f_path
#endif

static struct shmem_sb_info info;
static struct super_block super = {
	.s_flags = SB_KERNMOUNT,
	.s_op = &shmem_ops,
	.s_type = &shmem_fs_type,
	.s_fs_info = &info,
	.s_time_gran = 1,
	.s_user_ns = &init_user_ns,
};
static struct vfsmount mount = {
	.mnt_sb = &super,
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 3, 0)
	.mnt_idmap = &nop_mnt_idmap,
#else
	.mnt_userns = &init_user_ns,
#endif
};
static ino_t inode_batch;
static struct kmem_cache *files;
static struct file *closing; /* by private_data */

void shmem_boot(void)
{
	INIT_LIST_HEAD(&super.s_inodes);
	INIT_LIST_HEAD(&info.shrinklist);
	raw_spin_lock_init(&info.stat_lock);
	info.next_ino = 1;
	info.ino_batch = &inode_batch;
	shmem_init_inodecache();
	shm_mnt = &mount;
	files = kmem_cache_create("filp", sizeof(struct file), 0, SLAB_HWCACHE_ALIGN, NULL);
}

FUNCTION(struct file *, alloc_file_pseudo,
	 (struct inode * inode, struct vfsmount *where, const char *name, int flags,
	  const struct file_operations *operations))
{
	struct file *file = kmem_cache_zalloc(files, GFP_KERNEL);

	if (!file)
		return ERR_PTR(-ENOMEM);
	COUNT_INIT(file);
	file->f_mode = FMODE_READ | FMODE_WRITE | FMODE_CAN_READ | FMODE_CAN_WRITE | FMODE_LSEEK |
		       FMODE_OPENED;
	file->f_flags = flags;
	file->f_inode = inode;
	file->f_mapping = inode->i_mapping;
	file->f_op = operations;
	file->f_path.mnt = where;
	return file;
}

/* As task work would, the last one closes when the call is over. */
FUNCTION(void, fput, (struct file * file))
{
	if (!COUNT_PUT(file))
		return;
	file->private_data = closing;
	closing = file;
}

void shmem_settle(void)
{
	while (closing) {
		struct file *file = closing;

		closing = file->private_data;
		iput(file->f_inode);
		kmem_cache_free(files, file);
	}
}

/* As memfd_create() and ftruncate() make it. */
struct file *shmem_object(unsigned long bytes)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(7, 0, 0)
	return shmem_file_setup("object", bytes, mk_vma_flags(VMA_NORESERVE_BIT));
#else
	return shmem_file_setup("object", bytes, VM_NORESERVE);
#endif
}
