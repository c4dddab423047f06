# SPDX-License-Identifier: MIT
"""House rules: one test per check of ci/lint.py, and a build with warnings as errors."""
import sys

import pytest
from conftest import command

sys.path.insert(0, "ci")
import lint  # noqa: E402


@pytest.mark.parametrize("check", lint.CHECKS)
def test_lint(check):
    complaints = list(lint.CHECKS[check]())
    assert not complaints, "\n".join(complaints)


def test_no_warnings():
    done = command("make", "-s", "-j2", "WERROR=1", "BUILD_TAG=werror", "werror")
    assert done.returncode == 0, done.stdout + done.stderr
