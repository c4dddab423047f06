# SPDX-License-Identifier: MIT
"""The cmocka programs: parts that need no target."""
import glob
import re

import pytest
from conftest import command

PROGRAMS = sorted(glob.glob("build/test/unit_*[!.d]"))


@pytest.mark.parametrize("program", PROGRAMS)
def test_unit(program):
    done = command(program)
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"\[  PASSED  \] [1-9]", done.stderr + done.stdout), "no test ran"
