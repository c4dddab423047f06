# DOMAIN/model: a copy of our own model as the real side (ci/real.mk), for tests that need no particular kernel or libc.
# SPDX-License-Identifier: MIT
SOURCES.vma-model := harness/target/model/real.c
SOURCES.buddy-model := harness/target/model/real.c
SOURCES.ptmalloc-model := harness/target/model/real.c harness/target/ptmalloc/calls.c harness/target/ptmalloc/view.c $(addprefix harness/shim/glibc/,fake_os.c edges.c)
LDFLAGS.vma-model := -rdynamic
LDFLAGS.buddy-model := -rdynamic
LDFLAGS.ptmalloc-model := -rdynamic
