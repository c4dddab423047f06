# SPDX-License-Identifier: MIT
"""Our own code under ASan and UBSan stays silent."""
import pytest
from conftest import case_files, command, require


@pytest.fixture(scope="module")
def built():
    done = command("make", "-s", "-j2", "sanitized")
    assert done.returncode == 0, done.stderr[-2000:]


@pytest.mark.parametrize("domain, rules", [("ptmalloc", []), ("vma", []), ("vma", ["zero_page=0"]), ("buddy", [])])
def test_model_alone(built, domain, rules):
    done = command(f"build/asan/alone-{domain}", "100", *rules)
    assert done.returncode == 0 and "100 cases" in done.stdout and not done.stderr, done.stdout + done.stderr[:3000]


@pytest.mark.parametrize("target", ["ptmalloc/shipped", "buddy/source"])
def test_lockstep(built, target, tmp_path):
    require(target)
    inputs = case_files(target.split("/")[0], tmp_path, 60)
    done = command("build/asan/" + target.replace("/", "-"), *inputs)
    assert done.returncode == 0 and "60 inputs replayed" in done.stdout and not done.stderr, done.stdout + done.stderr[:3000]
