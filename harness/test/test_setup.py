# SPDX-License-Identifier: MIT
"""ci/setup on machines that lack packages: stand-ins for apt and dpkg, in front of PATH, play them."""
import os
import stat

import pytest
from conftest import ROOT, command

STAND_INS = {
    "id": "echo ${PLAYED_ID:-0}",
    "sudo": "exit 1",
    "dpkg-query": 'case " $(cat "$0.installed" 2>/dev/null) " in *" ${!#} "*) echo -n installed ;; esac',
    "apt-cache": 'case $2 in glibc-source) echo "  Candidate: (none)" ;; *) echo "  Candidate: 1" ;; esac',
    "apt-get": """echo "$*" >> "$0.log"
case " $* " in
*" update "*) echo dlstatus:1:100:Retrieving file 1 of 1; exit ${PLAYED_UPDATE:-0} ;;
*" --assume-no "*) echo 'Need to get 512 MB of archives.'; exit 1 ;;
esac
for i in $(seq 0 100); do echo "dlstatus:$i:$i.5:Retrieving file $i of 101"; done
for i in $(seq 0 100); do echo "pmstatus:clang:$i.1:Unpacking clang"; done
echo "Setting up clang"
[ "${PLAYED_INSTALL:-0}" = 0 ] || { echo "E: no space left" >&2; exit 100; }
echo "$*" > "${0%/*}/dpkg-query.installed"
""",
}


@pytest.fixture
def setup(tmp_path):
    for name, body in STAND_INS.items():
        path = tmp_path / name
        path.write_text(f"#!/bin/bash\n{body}\n")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)

    def run(**played):
        return command("ci/setup", env={**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}", "GLIBC_A": "", **played})
    return run


def test_setup_shows_what_it_is_at(setup, tmp_path):
    done = setup()
    assert done.returncode == 0 and not done.stderr, done.stdout + done.stderr
    lines = done.stdout.splitlines()
    assert "setup: glibc-source is not offered by apt here; what needs it will be skipped" in done.stdout
    assert any(line.startswith("setup: installing gcc ") and line.endswith("(512 MB to fetch)") for line in lines)
    steps = [line for line in lines if "Retrieving file" in line and "of 101" in line]
    assert 10 <= len(steps) <= 12 and steps[3].startswith("setup: 30 % Retrieving"), "a line for each tenth"
    assert sum("Unpacking clang" in line for line in lines) >= 10 and "Setting up" not in done.stdout
    assert "glibc-source" not in (tmp_path / "apt-get.log").read_text().split("--assume-no")[1]


def test_setup_is_silent_when_nothing_is_missing(setup, tmp_path):
    assert setup().returncode == 0
    installed = tmp_path / "dpkg-query.installed"
    installed.write_text(installed.read_text().strip() + " glibc-source")
    done = setup()
    assert done.returncode == 0 and not done.stdout and not done.stderr


@pytest.mark.parametrize("played, says", [
    ({"PLAYED_UPDATE": "100"}, "setup: apt-get update failed"),
    ({"PLAYED_INSTALL": "100"}, "E: no space left\nsetup: apt-get install failed (see above)"),
    ({"PLAYED_ID": "1000"}, "setup: missing packages; run: sudo apt-get install --no-install-recommends gcc"),
    ({"GLIBC_A": "/nowhere/libc.a"}, "setup: GLIBC_A=/nowhere/libc.a: cannot be read"),
])
def test_setup_says_why_not(setup, played, says):
    done = setup(**played)
    assert done.returncode == 2 and says in done.stderr, done.stdout + done.stderr


@pytest.mark.parametrize("make, says", [
    (["CC=gcc -nostdinc"], "make: not found: stdio.h, jansson.h, zlib.h; run: "),
    (["CC=no-such-compiler"], "make: not found: no-such-compiler, stdio.h, jansson.h, zlib.h; run: "),
])
def test_make_names_the_command_that_installs(make, says, tmp_path):
    for name in os.listdir(ROOT):
        if name not in ("build", ".git"):
            (tmp_path / name).symlink_to(f"{ROOT}/{name}")
    done = command("make", "-s", "-j2", *make, cwd=tmp_path)
    lines = done.stderr.splitlines()
    assert done.returncode == 2 and lines[0].startswith(says) and " apt-get install --no-install-recommends gcc" in f" {lines[0][len(says):]}", done.stderr
    assert "fatal error" not in done.stderr, "the compiler is not asked at all"
