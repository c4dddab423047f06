# SPDX-License-Identifier: MIT
"""What the scripts in ci/ share: running a program to its end, the targets of this host, AFL++'s settings."""
import functools
import json
import subprocess


# What AFL++ is told in any case: the mutator knows the records, and the settings of the machine stay as they are.
AFL = {"AFL_NO_UI": "1", "AFL_SKIP_CPUFREQ": "1", "AFL_NO_AFFINITY": "1", "AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES": "1",
       "AFL_CUSTOM_MUTATOR_ONLY": "1", "AFL_FAST_CAL": "1", "AFL_NO_STARTUP_CALIBRATION": "1"}


def output(*command, **options):
    """Runs a program to its end with its two outputs captured as text."""
    return subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          stdin=subprocess.DEVNULL, text=True, **options)


@functools.cache
def targets():
    """Rows of `memoracle list`: target, domain, available, why_not, version ... in the registry's order; no guests."""
    return json.loads(output("build/memoracle", "list", "--no-guests", "--json", "-").stdout)["targets"]


def defaults(listed):
    """domain -> its default target: the registry lists it first."""
    chosen = {}
    for row in listed:
        chosen.setdefault(row["domain"], row["target"])
    return chosen
