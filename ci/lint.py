#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""House rules that a machine can check: format, dependency direction, freestanding code, tables."""
import collections
import glob
import os
import re
import subprocess
import sys

ALONE = {"stdbool.h", "stddef.h", "stdint.h"}  # headers that a compiler has without a libc
EMITTED = {"memcpy", "memmove", "memset", "memcmp"}  # what a compiler may call of itself
LINES_MAX = 70
FREESTANDING = ["model/**/*.[ch]", "harness/record.h", "harness/worker/*.[ch]", "harness/gen/*.[ch]"]


def files(*patterns):
    return sorted(f for p in patterns for f in glob.glob(p, recursive=True) if not f.startswith("build/"))


def check_format():
    sources = files("model/**/*.[ch]", "harness/**/*.[ch]")
    out = subprocess.run(["clang-format", "--dry-run", "-Werror", *sources], stderr=subprocess.PIPE, text=True).stderr
    for line in sorted(set(re.findall(r"^(\S+?:\d+):\d+: error", out, re.M))):
        yield f"{line}: not formatted (make fmt)"


def check_heads():
    for path in files("model/**/*.[ch]", "model/**/*.def", "model/**/*.inc", "harness/**/*.[ch]", "specs/*.acsl"):
        head = open(path).read(600)
        if not head.startswith("/*"):
            yield f"{path}:1: the first line says the file's job"
        if "SPDX-License-Identifier: MIT" not in head:
            yield f"{path}: no SPDX tag"


def check_dependencies():
    """harness -> model -> specs, never back; model and worker know no libc."""
    for path in files("model/**/*.[ch]", "model/**/*.def"):
        for number, line in enumerate(open(path), 1):
            if re.match(r'\s*#\s*include\s+["<].*(harness|front|worker|gen)/', line):
                yield f"{path}:{number}: model/ includes harness/"
    for path in files(*FREESTANDING):
        for number, line in enumerate(open(path), 1):
            m = re.match(r"\s*#\s*include\s+<(.*)>", line)
            if m and m.group(1) not in ALONE:
                yield f"{path}:{number}: freestanding code includes <{m.group(1)}>"


FLOORS = {"": 0, "state": 1, "algorithm": 2, "adapter": 3}  # of a domain, from the lowest; its model.c is above all


def model_includes():
    """Each include within model/: file, line, included file."""
    for path in files("model/**/*.[ch]"):
        for number, line in enumerate(open(path), 1):
            m = re.match(r'\s*#\s*include\s+"(.*)"', line)
            named = os.path.normpath(os.path.join(os.path.dirname(path), m.group(1))) if m else ""
            if named.startswith("model/") and named.endswith((".c", ".h")):
                yield path, number, named


def place(path):
    """The domain ("" for what they share) and the floor of a file under model/."""
    parts = path.split("/")[1:-1]
    return (parts + ["", ""])[:2]


def check_floors():
    """In a domain includes point to the same floor or down; the core knows no domain, and no domain another."""
    for path, number, named in model_includes():
        (domain, floor), (other, below) = place(path), place(named)
        if other and other != domain:
            yield f"{path}:{number}: {named} is of another domain"
        elif other and FLOORS[below] > FLOORS[floor] and os.path.basename(path) != "model.c":
            yield f"{path}:{number}: {floor or 'the top'} includes {below}, a higher floor"
    for path in files("model/*/*/**/*.[ch]"):
        if place(path)[1] not in FLOORS:
            yield f"{path}: no floor of that name (specs/decisions/0011-floors.md)"


def check_circles():
    """Modules (a source file with the header of its name) of a model do not need each other in a circle."""
    needs = collections.defaultdict(set)
    for path, _, named in model_includes():
        if path[:-2] != named[:-2]:
            needs[path[:-2]].add(named[:-2])
    done = set()

    def walk(module, way):
        if module in way:
            yield f"{module}.h: a circle: {' -> '.join([*way[way.index(module):], module])}"
        elif module not in done:
            for needed in sorted(needs[module]):
                yield from walk(needed, [*way, module])
            done.add(module)

    for module in sorted(needs):
        yield from walk(module, [])


def check_headers():
    """A model's header declares what the source file of its name defines, and nothing else."""
    prototype = re.compile(r"^(?!static|typedef|extern)\w[\w *]*?\b(\w+)\([^;{}]*\);", re.M)
    for path in files("model/**/*.h"):
        declared = prototype.findall(re.sub(r"/\*.*?\*/|#define(?:[^\n]*\\\n)*[^\n]*", "", open(path).read(), flags=re.S))
        source = path[:-2] + ".c"
        text = open(source).read() if os.path.exists(source) else ""
        for name in declared:
            if not re.search(r"^(?!static)\w[\w *]*?\b" + name + r"\([^;{}]*\)\n\{", text, re.M):
                yield f"{path}: declares {name}(), which {source} does not define"


def check_globals():
    """The models hold no state of their own and call nothing but each other."""
    defined, called = set(EMITTED), []
    for path in files("model/**/*.c"):
        built = f"build/obj/plain/{path[:-2]}.o"
        if not os.path.exists(built):
            yield f"{path}: not built (make)"
            continue
        table = subprocess.run(["nm", "--format=sysv", built], stdout=subprocess.PIPE, text=True).stdout
        for name, _, kind, _, _, _, section in (map(str.strip, line.split("|")) for line in table.splitlines() if line.count("|") == 6):
            if section in (".data", ".bss", "*COM*"):
                yield f"{path}: {name} is a variable; pass state"
            if kind == "U":
                called.append((path, name))
            else:
                defined.add(name)
    for path, name in called:
        if name not in defined:
            yield f"{path}: calls {name}: the models are freestanding"


def check_length():
    """A function's braces are the only ones that stand in the first column by themselves."""
    for path in files("model/**/*.[ch]", "harness/**/*.[ch]", "harness/**/*.inc"):
        text = open(path).read()
        for m in re.finditer(r"^\{\n(.*?)^\}", text, re.M | re.S):
            lines = re.sub(r"/\*@.*?\*/", "", m.group(1), flags=re.S).count("\n")
            if lines > LINES_MAX:
                yield f"{path}:{text.count(chr(10), 0, m.start()) + 1}: function of {lines} lines (at most {LINES_MAX})"


def check_words():
    """The project speaks of itself alone."""
    words = re.compile(r"/work/|\bspike\b|\bTODO\b|FIXME")
    for path in (p for p in files("**/*", ".ci/*") if os.path.isfile(p)):
        if path == "ci/lint.py" or path.startswith("corpus/seed") or path.startswith("specs/proof/cache") or "__pycache__" in path:
            continue
        try:
            for number, line in enumerate(open(path), 1):
                if words.search(line):
                    yield f"{path}:{number}: {words.search(line).group()!r} does not belong here"
        except UnicodeDecodeError:
            pass


def check_docs():
    """What is generated from the tables says what the tables say."""
    makers = {"rules": ["build/tables", "rules"], "ops": ["build/tables", "ops"],
              "coverage": [sys.executable, "ci/proof/prove.py", "--coverage"]}
    for name, maker in makers.items():
        made = subprocess.run(maker, stdout=subprocess.PIPE, text=True).stdout
        path = f"specs/{name}.md"
        if not os.path.exists(path) or open(path).read() != made:
            yield f"{path}: not what the tables say (make docs)"


CHECKS = {f.__name__[6:]: f for f in (check_format, check_heads, check_dependencies, check_floors, check_circles, check_headers, check_globals, check_length, check_words, check_docs)}


def main():
    names = sys.argv[1:] or list(CHECKS)
    unknown = [n for n in names if n not in CHECKS]
    if unknown:
        print(f"lint: no check {unknown[0]}: choose from {', '.join(CHECKS)}", file=sys.stderr)
        return 2
    complaints = [c for name in names for c in CHECKS[name]()]
    for c in complaints:
        print(c)
    print(f"lint: {len(complaints)} complaints, {len(names)} checks")
    return 1 if complaints else 0


if __name__ == "__main__":
    os.chdir(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
    sys.exit(main())
