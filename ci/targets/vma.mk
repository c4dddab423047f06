# vma/live: the running kernel, from a worker without libc whose address space is under test.
# SPDX-License-Identifier: MIT

DEFAULT.vma := vma-source
START.vma-live := harness/worker/stub.c
SOURCES.vma-live := harness/worker/mem.c harness/worker/guest.c harness/target/vma/proc.c harness/target/vma/probe.c harness/target/vma/host.c harness/target/vma/trouble.c harness/target/vma/apply.c harness/target/vma/observe.c
LDFLAGS.vma-live := -static -nostdlib -no-pie

# vma/source: mm/ of the distribution's kernel source, or of LINUX_SRC=DIR, in user space.
ENTRY.vma-source := local
SOURCES.vma-source := $(addprefix harness/target/vma/,inside.c probe.c host.c apply.c observe.c)
OBJECTS.vma-source := build/linux/plain/mm.o
OBJECTS.coverage.vma-source := build/linux/coverage/mm.o
OBJECTS.libfuzzer.vma-source := build/linux/guided/mm.o
OBJECTS.afl.vma-source := build/linux/guided/mm.o
OBJECTS.stable.vma-source := build/linux/guided/mm.o

build/linux/%/mm.o: ci/linux-kernel build/linux/wanted $(wildcard $(addprefix harness/shim/linux/,mm.h asm/* space/* space/asm/*)) | build/ready
	LINUX_SRC="$(LINUX_SRC)" ci/linux-kernel mm $* $@
