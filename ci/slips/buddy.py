#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Slips of the hand in a copy of the kernel's page_alloc.c, each found by a campaign against buddy/source; see ci/slip.py.

The tree is the one that the build unpacked (or LINUX_SRC=DIR): build/slip/buddy/tree links to it, with a
page_alloc.c of its own, and is what `make LINUX_SRC=DIR` takes.
"""
import os
import shutil
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from slip import Slip, Subject, edit, kernel_build, kernel_tree, link, main  # noqa: E402

WORK = "build/slip/buddy"
TREE = f"{WORK}/tree"
FILE = "mm/page_alloc.c"

SLIPS = {
    "merge_likely": Slip("buddy_merge_likely", "MAX_PAGE_ORDER - 1", "MAX_PAGE_ORDER - 2",
                         "the second largest order but one no longer waits at the tail for its buddy"),
    "claim_order": Slip("can_steal_fallback", "order >= pageblock_order / 2", "order > pageblock_order / 2",
                        "a movable allocation claims nothing at exactly half a pageblock's order"),
    "claim_half": Slip("try_to_steal_block", "free_pages + alike_pages >=", "free_pages + alike_pages >",
                       "a pageblock of which exactly half is free or alike is not claimed"),
    "refill_order": Slip("rmqueue_bulk", "list_add_tail(", "list_add(",
                         "a refill fills the per-cpu list from the wrong end"),
    "reserve_share": Slip("__zone_watermark_ok", "min -= min / 4", "min -= min / 8",
                          "allocations that cannot wait may dip less deep into the reserve"),
    "alloc_factor": Slip("nr_pcp_alloc", "pcp->alloc_factor++", "pcp->alloc_factor += 2",
                         "batches grow fourfold instead of doubling"),
    # Both looks at the limit must have it, or nothing changes.
    "reserve_limit": Slip("reserve_highatomic_pageblock", "nr_reserved_highatomic >= max_managed",
                          "nr_reserved_highatomic > max_managed",
                          "the first look at the limit of the atomic reserve is one pageblock late", everywhere=True),
}


def prepare():
    """Links to all of the tree but page_alloc.c."""
    original = kernel_tree([FILE])
    shutil.rmtree(TREE, ignore_errors=True)
    link(original, TREE, ["mm"])
    link(f"{original}/mm", f"{TREE}/mm", [os.path.basename(FILE)])


def build(name):
    folder = f"{WORK}/{name}"
    os.makedirs(f"{folder}/worker", exist_ok=True)
    edit(f"{kernel_tree([FILE])}/{FILE}", f"{TREE}/{FILE}", name, SLIPS)
    return kernel_build("buddy", "buddy/source", TREE, folder)


if __name__ == "__main__":
    sys.exit(main(Subject("buddy/source", FILE, SLIPS, prepare, build)))
