#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Line coverage of the models, and of real code that is compiled here: coverage.py TARGET...

Inputs are the fuzz corpora in build/corpus, the seeds and the measurement sets. Needs llvm-cov and llvm-profdata (clang's).
"""
import glob
import json
import os
import re
import shutil
import struct
import subprocess
import sys

TOOL = {n: shutil.which(n) or shutil.which(n + "-14") for n in ("llvm-cov", "llvm-profdata")}


def set_files(domain, folder):
    """The measurement set, a file each."""
    path, at = f"corpus/bench/{domain}.set", 0
    data = open(path, "rb").read() if os.path.exists(path) else b""
    for number in range(1 << 16):
        if at >= len(data):
            return
        records, = struct.unpack_from("<I", data, at)
        with open(f"{folder}/{number}", "wb") as f:
            f.write(data[at + 4:at + 4 + 16 * records])
        yield f"{folder}/{number}"
        at += 4 + 16 * records


def cover(target):
    domain, program = target.split("-")[0], f"build/coverage/{target}"
    folder = f"build/coverage/{target}.inputs"
    os.makedirs(folder, exist_ok=True)
    inputs = glob.glob(f"build/corpus/{target}/*") + glob.glob(f"corpus/seed/{domain}/*") + list(set_files(domain, folder))
    profile = f"{program}.profdata"
    for at in range(0, len(inputs), 2000):
        done = subprocess.run([program, *inputs[at:at + 2000]], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
                              env={**os.environ, "LLVM_PROFILE_FILE": f"{program}.%m.profraw"})
        if done.returncode:
            sys.exit(f"coverage: {target}: {done.stderr.strip()[-300:]}")
    subprocess.run([TOOL["llvm-profdata"], "merge", "-o", profile, *glob.glob(f"{program}.*.profraw")], check=True)
    out = subprocess.run([TOOL["llvm-cov"], "export", "-summary-only", f"-instr-profile={profile}", program], stdout=subprocess.PIPE,
                         stderr=subprocess.DEVNULL, text=True, check=True).stdout
    for f in json.loads(out)["data"][0]["files"]:
        name = f["filename"]
        short = name[name.index("model/"):] if "model/" in name else re.sub(r".*/(mm/|harness/)", r"\1", name)
        lines = f["summary"]["lines"]
        if re.match(r"(model|mm)/", short) and f["summary"]["lines"]["count"]:
            yield {"target": target.replace("-", "/", 1), "file": short, "lines": lines["count"], "covered": lines["covered"]}


def main():
    missing = [n for n, path in TOOL.items() if path is None]
    if missing:
        print(f"coverage: {missing[0]} is missing: apt-get install llvm", file=sys.stderr)
        return 2
    rows = [r for target in sys.argv[1:] for r in cover(target)]
    for r in rows:
        print(f"{r['target']:18} {r['file']:36} {r['covered']:5} of {r['lines']:5} lines  {100 * r['covered'] / max(1, r['lines']):5.1f} %")
    with open("build/coverage.json", "w") as f:
        json.dump({"schema": 1, "rows": rows}, f, indent=1)
    return 0


if __name__ == "__main__":
    sys.exit(main())
