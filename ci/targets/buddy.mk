# buddy/source: page_alloc.c of the distribution's kernel source, or of LINUX_SRC=DIR, in user space.
# SPDX-License-Identifier: MIT
DEFAULT.buddy := buddy-source
ENTRY.buddy-source := local
OBJECTS.buddy-source := build/linux/plain/buddy.o
OBJECTS.coverage.buddy-source := build/linux/coverage/buddy.o

# What the objects were built from, by name, size and date: a package's files are older than the day they are installed.
LINUX_FILE := $(or $(LINUX_SRC:%=%/mm/page_alloc.c),/usr/src/linux-source-6.12.tar.xz)
build/linux/wanted: FORCE
	@mkdir -p $(@D)
	@{ echo "$(LINUX_SRC)"; stat -c '%n %s %Y' "$(LINUX_FILE)" 2>/dev/null || :; } > $@.now; cmp -s $@.now $@ || cp $@.now $@
build/linux/%/buddy.o: ci/linux-kernel build/linux/wanted $(wildcard harness/shim/linux/*.[ch] harness/shim/linux/asm/*.h) \
	model/os.h model/view.h model/buddy/gfp.h model/buddy/view.def | build/ready
	LINUX_SRC="$(LINUX_SRC)" ci/linux-kernel buddy $* $@

# A worker around another page_alloc.c, beside a copy of the front: what ci/slips/buddy.py runs.
build/slip/buddy/%/worker/buddy-source: build/slip/buddy/%/kernel.o build/worker/buddy-source
	@mkdir -p $(@D)
	$(LINK.plain) -o $@ $(filter-out build/linux/plain/buddy.o,$(call worker_objects,plain,buddy-source)) $<
