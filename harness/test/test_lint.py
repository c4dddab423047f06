# SPDX-License-Identifier: MIT
"""House rules: each check of ci/lint.py holds for this tree and reports a planted breach; warnings are errors."""
import os
import subprocess
import sys

import pytest
from conftest import ROOT, command

sys.path.insert(0, "ci")
import lint  # noqa: E402
import test_floors  # noqa: E402

HEAD = "/* A file. */\n/* SPDX-License-Identifier: MIT */\n"
FUNCTION = "int f(int a)\n{\n" + "\ta++;\n" * 71 + "\treturn a;\n}\n"
SHORT = "int g(int a)\n{\n\treturn a;\n}\n"

# check, file, its text, what the complaint says
BREACHES = [
    ("format", "model/x.c", HEAD + "int  x(void);\n", "model/x.c:3: not formatted"),
    ("heads", "model/x.c", "#include <stdint.h>\n" + HEAD, "model/x.c:1: the first line"),
    ("heads", "specs/x.acsl", "/* A file. */\n", "specs/x.acsl: no SPDX tag"),
    ("dependencies", "model/d/x.h", HEAD + '#include "../../harness/record.h"\n', "model/d/x.h:3: model/ includes harness/"),
    ("dependencies", "harness/worker/x.c", HEAD + "\n#include <stdlib.h>\n", "harness/worker/x.c:4: freestanding code includes <stdlib.h>"),
    ("dependencies", "model/x.c", HEAD + "#include <sys/types.h>\n", "model/x.c:3: freestanding code includes <sys/types.h>"),
    ("globals", "model/x.c", "static int count = 1;\nint f(void) { return count++; }\n", "model/x.c: count is a variable"),
    ("globals", "model/x.c", "int count;\n", "model/x.c: count is a variable"),
    ("globals", "model/x.c", "void *calloc(unsigned long, unsigned long);\nvoid *f(void) { return calloc(1, 1); }\n", "model/x.c: calls calloc"),
    ("length", "model/x.c", HEAD + FUNCTION + SHORT, "model/x.c:4: function of 72 lines"),
    ("length", "harness/x.c", HEAD + SHORT + FUNCTION + SHORT + FUNCTION, "harness/x.c:8: function of 72 lines"),
    ("length", "harness/x.h", HEAD + FUNCTION, "harness/x.h:4: function of 72 lines"),
    ("words", "harness/x.c", HEAD + "/* TO" + "DO: later */\n", "harness/x.c:3: 'TO" + "DO' does not belong here"),
    ("docs", "specs/rules.md", "# Rules of another tree\n", "specs/rules.md: not what the tables say (make docs)"),
    ("docs", "specs/ops.md", "", "specs/ops.md: not what the tables say (make docs)"),
    ("docs", "specs/coverage.md", "", "specs/coverage.md: not what the tables say (make docs)"),
]


@pytest.mark.parametrize("check", lint.CHECKS)
def test_lint(check):
    complaints = list(lint.CHECKS[check]())
    assert not complaints, "\n".join(complaints)


def tree(tmp_path, path, text):
    """A tree with one file in it, and what the checks need beside it."""
    for name in ("model", "specs", "harness", "build/obj/plain/model"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / ".clang-format").symlink_to(f"{ROOT}/.clang-format")
    (tmp_path / path).parent.mkdir(exist_ok=True)
    (tmp_path / path).write_text(text)


def compiled(path):
    subprocess.run(["gcc", "-w", "-c", path, "-o", f"build/obj/plain/{path[:-2]}.o"], check=True)


def documents(tmp_path):
    """The tree itself, by links, but for its documents."""
    for name in ("ci", "model", "harness", "build"):
        (tmp_path / name).symlink_to(f"{ROOT}/{name}")
    (tmp_path / "specs").mkdir()
    for name in os.listdir(f"{ROOT}/specs"):
        (tmp_path / "specs" / name).symlink_to(f"{ROOT}/specs/{name}")


@pytest.mark.parametrize("check, path, text, says", BREACHES, ids=[f"{b[0]}-{i}" for i, b in enumerate(BREACHES)])
def test_breach_is_reported(check, path, text, says, tmp_path, monkeypatch):
    if check == "docs":
        documents(tmp_path)
        (tmp_path / path).unlink()
        (tmp_path / path).write_text(text)
    else:
        tree(tmp_path, path, text)
    monkeypatch.chdir(tmp_path)
    if check == "globals":
        compiled(path)
    complaints = list(lint.CHECKS[check]())
    assert any(c.startswith(says) for c in complaints), complaints
    assert all(c.startswith(path) for c in complaints), complaints


def test_every_check_has_a_breach():
    assert {b[0] for b in BREACHES + test_floors.BREACHES} == set(lint.CHECKS)


def test_every_function_is_measured(tmp_path, monkeypatch):
    """With a limit of nothing each function of the tree is too long."""
    monkeypatch.setattr(lint, "LINES_MAX", -1)
    sources = lint.files("model/**/*.[ch]", "harness/**/*.[ch]", "harness/**/*.inc")
    assert len(list(lint.check_length())) == sum(open(p).read().count("\n{\n") for p in sources) > 1400


def test_unknown_check_is_refused():
    done = command("/usr/bin/python3", "ci/lint.py", "spelling")
    assert done.returncode == 2 and done.stderr.count("\n") == 1 and "no check spelling" in done.stderr


def test_no_warnings():
    done = command("make", "-s", "-j2", "werror")
    assert done.returncode == 0, done.stdout + done.stderr
