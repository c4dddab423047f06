# SPDX-License-Identifier: MIT
"""Slips of the hand in mm/ are found on vma/source, the kernel's and the target's own checks among them."""
import pytest
from conftest import command, require


@pytest.mark.parametrize("slip", ["none", "merge_after", "protect_lock", "page_leak", "warn"])
def test_slip(slip):
    """Among them each kind of check that the kernel or the target makes itself: a lock held, a page lost, a warning."""
    require("vma/source")
    done = command("ci/slips/vma.py", slip, "--seconds", "20")
    if "has no mm/" in done.stderr:
        pytest.skip("the distribution's tree is not unpacked")
    assert done.returncode == 0, done.stdout + done.stderr
    if slip in ("protect_lock", "page_leak", "warn"):
        assert "/crash" in done.stdout, done.stdout
