# SPDX-License-Identifier: MIT
"""The layout of the models: each check of ci/lint.py about it finds a planted breach, and only that."""
import sys

import pytest

sys.path.insert(0, "ci")
import lint  # noqa: E402

# A small model: two domains on three floors.
TREE = {
    "model/op.h": "",
    "model/d/state.h": '#include "../op.h"\n',
    "model/d/state/list.h": '#include "../state.h"\n/* x */\nint d_put(int i);\n',
    "model/d/state/list.c": '#include "list.h"\n\nint d_put(int i)\n{\n\treturn i;\n}\n',
    "model/d/algorithm/free.h": '#include "../state.h"\nvoid d_free(int i);\n',
    "model/d/algorithm/free.c": '#include "free.h"\n#include "../state/list.h"\n\nvoid d_free(int i)\n{\n\td_put(i);\n}\n',
    "model/d/adapter/step.c": '#include "../algorithm/free.h"\n',
    "model/d/model.c": '#include "algorithm/free.h"\n',
    "model/e/state.h": "",
}

BREACHES = [
    ("floors", "model/d/state/list.c", '#include "list.h"\n#include "../algorithm/free.h"\n', "list.c:2: state includes algorithm"),
    ("floors", "model/d/state.h", '#include "state/list.h"\n', "state.h:1: the top includes state"),
    ("floors", "model/d/algorithm/free.h", '#include "../../e/state.h"\n', "model/e/state.h is of another domain"),
    ("floors", "model/op.h", '#include "d/state.h"\n', "model/d/state.h is of another domain"),
    ("floors", "model/d/attic/old.c", "", "no floor of that name"),
    ("circles", "model/d/state/list.c", '#include "../algorithm/free.h"\n', "a circle: model/d/algorithm/free -> model/d/state/list -> model/d/algorithm/free"),
    ("headers", "model/d/state/list.h", "int d_put(int i);\nint d_take(int i);\n", "declares d_take()"),
    ("headers", "model/d/state/list.c", "static int d_put(int i)\n{\n\treturn i;\n}\n", "declares d_put()"),
]


def complaints(monkeypatch, folder, check, changed):
    for name, text in {**TREE, **changed}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    monkeypatch.chdir(folder)
    return list(lint.CHECKS[check]())


@pytest.mark.parametrize("check", ["floors", "circles", "headers"])
def test_small_model_is_clean(monkeypatch, tmp_path, check):
    assert complaints(monkeypatch, tmp_path, check, {}) == []


@pytest.mark.parametrize("check, name, text, said", BREACHES)
def test_breach_is_found(monkeypatch, tmp_path, check, name, text, said):
    found = complaints(monkeypatch, tmp_path, check, {name: text})
    assert len(found) == 1 and said in found[0], found
