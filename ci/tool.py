# SPDX-License-Identifier: MIT
"""What the scripts in ci/ share: running a program to its end, and the targets of this host."""
import functools
import json
import subprocess


def output(*command, **options):
    """Runs a program to its end with its two outputs captured as text."""
    return subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          stdin=subprocess.DEVNULL, text=True, **options)


@functools.cache
def targets():
    """Rows of `memoracle list`: target, domain, available, why_not, version ... in the registry's order."""
    return json.loads(output("build/memoracle", "list", "--json", "-").stdout)["targets"]


def defaults(listed):
    """domain -> its default target: the registry lists it first."""
    chosen = {}
    for row in listed:
        chosen.setdefault(row["domain"], row["target"])
    return chosen
