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

# VARIANT, or VARIANT@RELEASE: of the source that `make releases` fetched.
release_of = $(word 2,$(subst @, ,$1))
archive_of = $(if $(call release_of,$1),build/releases/$(call release_of,$1)/linux-source-$(call release_of,$1).tar.xz,build/linux/wanted)
build/linux/%/mm.o: ci/linux-kernel $$(call archive_of,$$*) $(wildcard $(addprefix harness/shim/linux/,mm.h bind.h node.h asm/* space/* space/asm/*)) | build/ready
	LINUX_SRC="$(LINUX_SRC)" ci/linux-kernel mm $(firstword $(subst @, ,$*)) $@ $(call release_of,$*)

# vma/source@RELEASE
build/worker/vma-source@%: build/linux/plain@%/mm.o $$(filter-out $(OBJECTS.vma-source),$$(call worker_objects,plain,vma-source))
	@mkdir -p $(@D)
	$(LINK.plain) -o $@ $^
SOURCES_HERE = $(foreach archive,$(wildcard build/releases/*/linux-source-*.tar.xz),$(word 3,$(subst /, ,$(archive))))
sources: $(patsubst %,build/worker/vma-source@%,$(filter $(or $(RELEASES),%),$(SOURCES_HERE))) ## vma/source of every release whose source is in build/releases/
.PHONY: sources

# A worker around another mm/, beside a copy of the front: what ci/slips/vma.py runs.
build/slip/vma/%/worker/vma-source: build/slip/vma/%/kernel.o build/worker/vma-source
	@mkdir -p $(@D)
	$(LINK.plain) -o $@ $(filter-out build/linux/plain/mm.o,$(call worker_objects,plain,vma-source)) $<
