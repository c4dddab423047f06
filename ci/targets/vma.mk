# vma/live: the running kernel, from a worker without libc whose address space is under test.
# SPDX-License-Identifier: MIT

DEFAULT.vma := vma-live
START.vma-live := harness/worker/stub.c
SOURCES.vma-live := harness/worker/mem.c harness/target/vma/proc.c harness/target/vma/probe.c harness/target/vma/host.c harness/target/vma/trouble.c
LDFLAGS.vma-live := -static -nostdlib -no-pie
