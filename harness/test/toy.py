# SPDX-License-Identifier: MIT
"""Builds the toy domain: the front with a registry of its own, a worker, and workers with a fault."""
import glob
import os
import re
import subprocess

FLAGS = ["-std=c11", "-O1", "-g", "-Wall", "-Wextra", "-Werror"]
FREE = ["-ffreestanding", "-fno-stack-protector", "-fno-strict-aliasing", "-Wno-implicit-fallthrough"]
SOURCE = "harness/test/toy"
OUT = "build/test/toy"
KINDS = {"live": "", "troubled": "-DTOY_TROUBLE", "fickle": "-DTOY_FICKLE", "odd": "-DTOY_ODD", "alien": "-DTOY_ALIEN"}
FAULTY = ("live", "odd", "alien")  # with workers for the planted faults


def run(*words):
    subprocess.run([w for w in words if w], check=True)


def link(out, model, *flags):
    worker = [f"harness/worker/{n}.c" for n in ("lockstep", "serve", "coverage", "main")]
    os.makedirs(os.path.dirname(out), exist_ok=True)
    run("gcc", *FLAGS, *FREE, *flags, "-iquote", SOURCE, "-o", out, model, f"{SOURCE}/tables.c", f"{SOURCE}/target.c",
        *sorted(glob.glob("model/*.c")), *worker)


def faults():
    """(name, old text, new text) of the registry's rows that are no equivalent edits."""
    text = re.sub(r'"\s*\n\s*"', "", open(f"{SOURCE}/registry.c").read())
    rows = re.findall(r'\{\s*"(\w+)", "toy", "model.c", "\w+", "\w+",\s*"([^"]*)",\s*"([^"]*)",\s*NULL', text)
    return rows


def build():
    """Returns the program's path."""
    out = f"{OUT}/memoracle"
    newest = max(os.path.getmtime(os.path.join(d, f)) for top in ("harness", "model") for d, _, fs in os.walk(top)
                 for f in fs if not f.endswith((".pyc", ".py")))
    if os.path.exists(out) and os.path.getmtime(out) >= newest:
        return out
    for kind, flag in KINDS.items():
        link(f"{OUT}/worker/toy-{kind}", f"{SOURCE}/model.c", flag)
    model = open(f"{SOURCE}/model.c").read()
    for name, old, new in faults():
        assert model.count(old) == 1, name
        changed = f"{OUT}/{name}.c"
        with open(changed, "w") as f:
            f.write(model.replace(old, new).replace('"toy.h"', '"../../../harness/test/toy/toy.h"'))
        for kind in FAULTY:
            link(f"{OUT}/fault/toy/{name}/toy-{kind}", changed, KINDS[kind])
    front(out)
    return out


def front(out, *flags):
    """The front with the toy domain's registry."""
    sources = sorted(os.path.join("harness/front", f) for f in os.listdir("harness/front") if f.endswith(".c"))
    run("gcc", *FLAGS, *flags, "-D_GNU_SOURCE", "-DMEMORACLE_VERSION=\"test\"", "-o", out, *sources,
        f"{SOURCE}/registry.c", f"{SOURCE}/tables.c", *sorted(glob.glob("model/*.c")), "harness/gen/generate.c", "harness/gen/mutate.c", "-ljansson", "-lz")


def sanitized():
    """The program's path; its workers are those of build()."""
    out = os.path.join(os.path.dirname(build()), "memoracle-sanitized")
    front(out, "-fsanitize=address,undefined", "-fno-sanitize-recover=undefined")
    return out
