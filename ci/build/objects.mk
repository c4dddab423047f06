# How a source becomes an object, build/obj/TREE/PATH.o: a tree for each way of compiling.
# SPDX-License-Identifier: MIT
#   plain     workers, the front, everything that is linked once
#   guided    the model counts what it reaches: workers and entries that an engine is guided by
#   asan      ASan and UBSan                    parse     the same, and libFuzzer's counters in the parsers
#   coverage  lines, for a report               werror    warnings are errors

COMPILER.plain := $(CC)
COMPILER.werror := $(CC)
COMPILER.guided := $(CLANG)
COMPILER.asan := $(CLANG)
COMPILER.parse := $(CLANG)
COMPILER.coverage := $(CLANG)

WARNINGS := -Wall -Wextra -Wconversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes
CFLAGS := -std=c11 -O2 -g $(WARNINGS)
FREESTANDING := -ffreestanding -fno-stack-protector -fno-strict-aliasing
HOSTED := -D_GNU_SOURCE -DMEMORACLE_VERSION='"$(VERSION)"'
HOSTED_SOURCES := $(addprefix harness/,front/% fuzz/% bench/% docs/% test/%)

# A model is many small functions in many files, for the sake of its proofs; the loop calls them and the target
# several times per op. So all of that is inlined when linked, but not with planted faults: hundreds of links.
INLINED.plain := -O3 -flto -ffat-lto-objects
INLINED.guided := -O3 -flto
INLINED_SOURCES := model/% harness/worker/lockstep.c harness/worker/serve.c harness/target/% \
	harness/shim/glibc/fake_os.c harness/shim/glibc/edges.c

# Counters and their places, nothing for comparisons: mutation is structure-aware, and tracing them costs a half.
# Decoding, views, loading and the run-time invariant decide nothing: their counters would only cost time.
comma := ,
COUNTED.guided := -fsanitize-coverage=inline-8bit-counters$(comma)pc-table
COUNTED.coverage := -fprofile-instr-generate -fcoverage-mapping
UNCOUNTED := model/op.c model/os.c model/param.c $(wildcard model/*/tables.c model/*/adapter/view*.c model/*/adapter/load.c model/*/state/wf_*.c)
UNCOUNTED.guided := -fno-sanitize-coverage=inline-8bit-counters$(comma)pc-table

EXTRA.asan := -w -fsanitize=address$(comma)undefined -fno-sanitize-recover=all
EXTRA.parse := -w -DTRACE_RECORDS_MAX=4096u -fsanitize=fuzzer-no-link$(comma)address$(comma)undefined -fno-sanitize-recover=all
# Warnings are the business of one tree; the others say them once, in plain.
EXTRA.werror := -Werror

# $(call compile,tree,source): the compiler and all its flags
for_sources = $(if $(filter $1,$3),$2)
compile = $(COMPILER.$1) $(CFLAGS) $(or $(call for_sources,$(HOSTED_SOURCES),$(HOSTED),$2),$(FREESTANDING)) $(EXTRA.$1) \
	$(call for_sources,$(INLINED_SOURCES),$(INLINED.$1),$2) $(call for_sources,model/%,$(COUNTED.$1),$2) \
	$(call for_sources,$(UNCOUNTED),$(UNCOUNTED.$1),$2)

tree_of = $(firstword $(subst /, ,$1))
path_of = $(patsubst $(call tree_of,$1)/%,%,$1)
build/obj/%.o: $$(call path_of,$$*).c | build/ready
	@mkdir -p $(@D)
	$(call compile,$(call tree_of,$*),$<) -MMD -MP -c $< -o $@
-include $(shell find build/obj -name '*.d' 2>/dev/null)

# Once: that what is compiled with is there.
build/ready: ci/setup
	@mkdir -p $(@D)
	@CC="$(CC)" PYTHON="$(PYTHON)" ci/setup --check
	@touch $@
