#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Slips of the hand in copies of the kernel's mm/, each found by a campaign against vma/source; see ci/slip.py.

The tree is the one that the build unpacked (or LINUX_SRC=DIR): build/slip/vma/tree links to it, with files of its own
where a slip can be. Only the first slip costs a compilation of all of mm/.
"""
import os
import shutil
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from slip import Slip, Subject, edit, kernel_build, kernel_tree, link, main  # noqa: E402

WORK = "build/slip/vma"
TREE = f"{WORK}/tree"
FILES = ["vma.c", "mmap.c", "mprotect.c", "mremap.c", "mlock.c", "madvise.c", "util.c"]


def slip(file, function, old, new, what):
    return Slip(function, old, new, what, file=file)


SLIPS = {
    "merge_flags": slip("vma.c", "is_mergeable_vma", "~VM_SOFTDIRTY", "~(VM_SOFTDIRTY | VM_LOCKED)",
                        "neighbours merge though only one of them is locked"),
    "merge_before": slip("vma.c", "can_vma_merge_before", "vmg->pgoff + pglen", "vmg->pgoff + pglen + 1",
                         "a range merges with the next one if their offsets are a page apart"),
    "merge_after": slip("vma.c", "can_vma_merge_after", "vma_pages(vmg->prev) == vmg->pgoff", "vma_pages(vmg->prev) <= vmg->pgoff",
                        "a range merges with the one before at any later offset"),
    "merge_anon": slip("vma.c", "is_mergeable_anon_vma", "return anon_vma1 == anon_vma2", "return true",
                       "neighbours merge though their pages belong to different anon_vmas"),
    "brk_data": slip("mmap.c", "do_brk_flags", "mm->data_vm += len >> PAGE_SHIFT;", ";",
                     "the heap's growth does not count as data"),
    "noreplace": slip("mmap.c", "do_mmap", "find_vma_intersection(mm, addr, addr + len)", "find_vma_intersection(mm, addr, addr + len - PAGE_SIZE)",
                      "MAP_FIXED_NOREPLACE overlooks what lies in the range's last page"),
    "length_zero": slip("mmap.c", "do_mmap", "return -EINVAL", "return -ENOMEM", "a length of 0 is the wrong error"),
    "stack_stat": slip("mmap.c", "vm_stat_account", "mm->stack_vm += npages", "mm->exec_vm += npages",
                       "stacks count as executable (as data would not show: /proc tells the sum of both)"),
    "protect_end": slip("mprotect.c", "do_mprotect_pkey", "if (!error && tmp < end)", "if (!error && tmp + PAGE_SIZE < end)",
                        "a hole of one page at the end of the range is no error"),
    "protect_stat": slip("mprotect.c", "mprotect_fixup", "vm_stat_account(mm, oldflags, -nrpages);", ";",
                         "pages count twice after a change of protection"),
    "protect_account": slip("mprotect.c", "mprotect_fixup", "newflags |= VM_ACCOUNT;", ";",
                            "what becomes writable is charged and not marked so"),
    "protect_lock": slip("mprotect.c", "do_mprotect_pkey", "if (vma->vm_start > start)\n\t\t\tgoto out;",
                         "if (vma->vm_start > start)\n\t\t\treturn error;",
                         "the address space stays locked if the range begins in a hole"),
    "remap_overlap": slip("mremap.c", "mremap_to", "new_addr + new_len > addr", "new_addr + new_len >= addr",
                          "a new place that ends where the old one begins is refused"),
    "remap_span": slip("mremap.c", "vma_to_resize", "return ERR_PTR(-EFAULT);\n\n\tif (new_len == old_len)",
                       "return ERR_PTR(-EINVAL);\n\n\tif (new_len == old_len)", "the wrong error for a range across two mappings"),
    "remap_locked": slip("mremap.c", "move_vma", "mm->locked_vm += new_len", "mm->locked_vm += old_len",
                         "a locked range that grows and moves counts its old length"),
    "remap_pgoff": slip("mremap.c", "move_vma", "((old_addr - vma->vm_start) >> PAGE_SHIFT)", "0",
                        "what is moved out of the middle of a mapping has the offset of its start"),
    "lock_again": slip("mlock.c", "mlock_fixup", "else if (oldflags & VM_LOCKED)", "else if (oldflags & VM_LOCKONFAULT)",
                       "locking what is locked counts again"),
    "lock_hole": slip("mlock.c", "apply_vma_lock_flags", "if (vma->vm_start != tmp)", "if (vma->vm_start > tmp + PAGE_SIZE)",
                      "a hole of one page is locked over"),
    "advise_random": slip("madvise.c", "madvise_vma_behavior", "(new_flags & ~VM_SEQ_READ) | VM_RAND_READ", "new_flags | VM_RAND_READ",
                          "MADV_RANDOM leaves MADV_SEQUENTIAL's flag"),
    "advise_hole": slip("madvise.c", "madvise_walk_vmas", "unmapped_error = -ENOMEM", "unmapped_error = 0",
                        "holes before a mapping are no error"),
    "advise_wrap": slip("madvise.c", "do_madvise", "if (len_in && !len)", "if (0)", "a length that rounds up to 0 is no error"),
    "populate": slip("util.c", "vm_mmap_pgoff", "if (populate)", "if (0)", "MAP_POPULATE and MAP_LOCKED fault nothing in"),
    "warn": slip("vma.c", "can_vma_merge_after", "\treturn false;", "\tWARN_ON_ONCE(vmg->prev->vm_flags == vmg->flags);\n\treturn false;",
                 "a warning where a range could nearly merge with the one before"),
    "unmap_page": slip("vma.c", "vms_clear_ptes", "unmap_vmas(", "if (vms->nr_pages != 1) unmap_vmas(",
                       "munmap of one page takes the page table away and leaves the page"),
    "page_leak": slip("mremap.c", "move_ptes", "set_pte_at(mm, new_addr, new_pte, pte);", ";",
                      "pages that move are dropped on the way"),
}


def source():
    """The unchanged tree."""
    return kernel_tree([f"mm/{name}" for name in FILES])


def prepare():
    """Links to all of the tree but FILES; what was compiled for the same tree before stays."""
    original = source()
    if os.path.realpath(f"{TREE}/Makefile") != f"{original}/Makefile":
        shutil.rmtree(TREE, ignore_errors=True)
    link(original, TREE, ["mm"])
    link(f"{original}/mm", f"{TREE}/mm", FILES)


def build(name):
    folder = f"{WORK}/{name}"
    os.makedirs(f"{folder}/worker", exist_ok=True)
    for file in FILES:
        edit(f"{source()}/mm/{file}", f"{TREE}/mm/{file}", name if name in SLIPS and SLIPS[name].file == file else "none", SLIPS)
    return kernel_build("mm", "vma/source", TREE, folder)


if __name__ == "__main__":
    sys.exit(main(Subject("vma/source", "mm/", SLIPS, prepare, build)))
