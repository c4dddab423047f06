# ptmalloc targets: the allocator of a static glibc as an object (GLIBC_A names it), and the running libc.
# SPDX-License-Identifier: MIT

DEFAULT.ptmalloc := ptmalloc-shipped
GLIBC_A ?= $(or $(shell $(CC) -print-file-name=libc.a 2>/dev/null),/usr/lib/x86_64-linux-gnu/libc.a)
SHIPPED := build/target/ptmalloc
SHIPPED_STUBS := build/obj/plain/harness/shim/glibc/stubs.o

SOURCES.ptmalloc-shipped := harness/target/ptmalloc/calls.c harness/target/ptmalloc/view.c $(addprefix harness/shim/glibc/,fake_os.c stubs.c edges.c)
OBJECTS.ptmalloc-shipped := $(SHIPPED)/malloc.o $(SHIPPED)/info.o
SOURCES.ptmalloc-live := harness/target/ptmalloc/calls.c harness/target/ptmalloc/view.c $(addprefix harness/shim/glibc/,fake_os.c trap.c edges.c package.c)

# The archive by name, size and date: a package's files are older than the day they are installed.
$(SHIPPED)/glibc_a: FORCE
	@mkdir -p $(@D)
	@{ echo '$(GLIBC_A)'; stat -L -c '%n %s %Y' '$(GLIBC_A)' 2>/dev/null || :; } > $@.now; cmp -s $@.now $@ || cp $@.now $@

$(SHIPPED)/info.c: ci/targets/ptmalloc-object $(SHIPPED)/glibc_a $(SHIPPED_STUBS)
	@ci/targets/ptmalloc-object '$(GLIBC_A)' $(SHIPPED_STUBS) $(@D)
$(SHIPPED)/malloc.o: $(SHIPPED)/info.c ;
$(SHIPPED)/info.o: $(SHIPPED)/info.c harness/shim/glibc/shipped.h
	$(CC) $(CFLAGS) $(FREESTANDING) -I. -c $< -o $@
ENTRY.ptmalloc-shipped := local

# A worker around another archive, beside a copy of the front: what ci/slips/ptmalloc.py runs.
SLIP := build/slip/ptmalloc
$(SLIP)/%/info.c: $(SLIP)/%/libc.a ci/targets/ptmalloc-object $(SHIPPED_STUBS)
	@ci/targets/ptmalloc-object $< $(SHIPPED_STUBS) $(@D)
$(SLIP)/%/info.o: $(SLIP)/%/info.c harness/shim/glibc/shipped.h
	$(CC) $(CFLAGS) $(FREESTANDING) -I. -c $< -o $@
$(SLIP)/%/worker/ptmalloc-shipped: $(SLIP)/%/info.o build/worker/ptmalloc-shipped
	@mkdir -p $(@D)
	$(LINK.plain) -o $@ $(filter-out $(OBJECTS.ptmalloc-shipped),$(call worker_objects,plain,ptmalloc-shipped)) $< $(<D)/malloc.o
$(SLIP)/%/cover: $(SLIP)/%/info.o build/obj/plain/harness/test/ptmalloc_cover.o build/worker/ptmalloc-shipped build/front.a
	$(CC) -o $@ build/obj/plain/harness/test/ptmalloc_cover.o $< $(<D)/malloc.o \
		$(filter-out %/main.o %/serve.o $(OBJECTS.ptmalloc-shipped),$(call worker_objects,plain,ptmalloc-shipped)) \
		$(patsubst %,build/obj/plain/model/%/tables.o,$(filter-out ptmalloc,$(DOMAINS))) build/front.a -ljansson -lz

build/test/ptmalloc_target: build/obj/plain/harness/test/ptmalloc_target.o build/worker/ptmalloc-shipped build/front.a
	@mkdir -p $(@D)
	$(CC) -o $@ $< $(filter-out %/main.o %/serve.o,$(call worker_objects,plain,ptmalloc-shipped)) \
		$(patsubst %,build/obj/plain/model/%/tables.o,$(filter-out ptmalloc,$(DOMAINS))) build/front.a -ljansson -lz
