# memoracle: `make fuzz` runs the main job, `make test` checks everything, `make help` lists the rest.
# SPDX-License-Identifier: MIT

VERSION := 0.1
CC := gcc
CLANG := clang
PYTHON := /usr/bin/python3
comma := ,
.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.SECONDARY:
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules

WARNINGS := -Wall -Wextra -Wconversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
	$(if $(WERROR),-Werror)
CFLAGS := -std=c11 -O2 -g $(WARNINGS)
FREESTANDING := -ffreestanding -fno-stack-protector -fno-strict-aliasing
# A model is many small functions in many files, for the sake of its proofs; the loop calls them and the target
# several times per op. So all of that is inlined when linked, but not with planted faults: hundreds of links.
INLINED.plain := -O3 -flto -ffat-lto-objects
INLINED.guided := -O3 -flto
INLINED_SOURCES := model/%.c harness/worker/lockstep.c harness/worker/serve.c harness/target/%.c \
	harness/shim/glibc/fake_os.c harness/shim/glibc/edges.c

-include $(wildcard ci/targets/*.mk)

# A domain counts once it has tables and a model; a target once it has its source.
DOMAINS := $(patsubst model/%/model.c,%,$(wildcard model/*/model.c))
TARGETS := $(foreach d,$(DOMAINS),$(patsubst harness/target/$(d)_%.c,$(d)-%,$(wildcard harness/target/$(d)_*.c)))
domain_of = $(firstword $(subst -, ,$1))
source_of = harness/target/$(subst -,_,$1).c
model_sources = model/op.c model/param.c model/os.c $(wildcard model/$1/*.c model/$1/*/*.c)
WORKER_SOURCES := $(addprefix harness/worker/,lockstep.c serve.c coverage.c)

# The target that a domain uses when none is named comes first.
TARGETS := $(foreach d,$(DOMAINS),$(filter $(DEFAULT.$(d)),$(filter $(d)-%,$(TARGETS))) $(filter-out $(DEFAULT.$(d)),$(filter $(d)-%,$(TARGETS))))

# Fragments say what a target needs beyond its source:
#   SOURCES.<target>  more sources          OBJECTS.<target>  objects with rules of their own
#   OBJECTS.<engine>.<target>  what replaces them in one kind of fuzz binary
#   DEFAULT.<domain>  the target that is used when none is named
#   START.<target>    entry instead of harness/worker/main.c   LDFLAGS.<target>
all: build/memoracle workers
workers: $(TARGETS:%=build/worker/%) $(DOMAINS:%=build/real/%/plain.so)
quick: $(if $(wildcard harness/front/cli.c harness/front/main.c),build/memoracle) workers unit
.PHONY: all workers quick help

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

# Counters and their places, nothing for comparisons: mutation is structure-aware, and tracing them costs a half.
MODEL_COVERAGE := -fsanitize-coverage=inline-8bit-counters$(comma)pc-table
# Decoding, views, loading and the run-time invariant decide nothing: their counters would only cost time.
NO_COVERAGE.guided := -fno-sanitize-coverage=inline-8bit-counters$(comma)pc-table
UNGUIDED := model/op.c model/os.c model/param.c $(wildcard model/*/tables.c model/*/adapter/view*.c model/*/adapter/load.c model/*/state/wf_*.c)

# ---- objects: one tree per way of compiling
define VARIANT
build/obj/$1/model/%.o: model/%.c
	@mkdir -p $$(@D)
	$2 $(CFLAGS) $(FREESTANDING) $(INLINED.$1) $3 $$(if $$(filter $(UNGUIDED),$$<),$$(NO_COVERAGE.$1)) -MMD -MP -c $$< -o $$@
build/obj/$1/harness/front/%.o: harness/front/%.c
	@mkdir -p $$(@D)
	$2 $(CFLAGS) -D_GNU_SOURCE -DMEMORACLE_VERSION='"$(VERSION)"' $4 -MMD -MP -c $$< -o $$@
build/obj/$1/harness/fuzz/%.o: harness/fuzz/%.c
	@mkdir -p $$(@D)
	$2 $(CFLAGS) -D_GNU_SOURCE $4 -MMD -MP -c $$< -o $$@
build/obj/$1/harness/bench/%.o: harness/bench/%.c
	@mkdir -p $$(@D)
	$2 $(CFLAGS) -D_GNU_SOURCE $4 -MMD -MP -c $$< -o $$@
build/obj/$1/harness/docs/%.o: harness/docs/%.c
	@mkdir -p $$(@D)
	$2 $(CFLAGS) -D_GNU_SOURCE $4 -MMD -MP -c $$< -o $$@
build/obj/$1/harness/%.o: harness/%.c
	@mkdir -p $$(@D)
	$2 $(CFLAGS) $(FREESTANDING) $$(if $$(filter $(INLINED_SOURCES),$$<),$(INLINED.$1)) $4 -MMD -MP -c $$< -o $$@
endef
$(eval $(call VARIANT,plain,$(CC),,))
$(eval $(call VARIANT,werror,$(CC),,))
$(eval $(call VARIANT,asan,$(CLANG),-fsanitize=address$(comma)undefined -fno-sanitize-recover=all,-fsanitize=address$(comma)undefined -fno-sanitize-recover=all))
$(eval $(call VARIANT,guided,$(CLANG),$(MODEL_COVERAGE),))
$(eval $(call VARIANT,coverage,$(CLANG),-fprofile-instr-generate -fcoverage-mapping,))
-include $(shell find build/obj build/fault -name '*.d' 2>/dev/null)

# ---- workers: $(call worker_objects,variant,target)
worker_objects = $(patsubst %.c,build/obj/$1/%.o,$(call model_sources,$(call domain_of,$2)) $(WORKER_SOURCES) \
	$(or $(START.$2),harness/worker/main.c) $(call source_of,$2) $(SOURCES.$2)) $(OBJECTS.$2)
LINK.plain := $(CC) -O3 -flto
LINK.guided := $(CLANG) -O3 -flto -Wno-unused-command-line-argument
define WORKER
build/$3/$1: $$(call worker_objects,$2,$1)
	@mkdir -p $$(@D)
	$$(LINK.$2) -o $$@ $$^ $$(LDFLAGS.$1)
endef
$(foreach t,$(TARGETS),$(eval $(call WORKER,$t,plain,worker)))
$(foreach t,$(TARGETS),$(eval $(call WORKER,$t,guided,cover)))

# ---- the front: everything but main() is a library, which the fuzz entries use too
FRONT_SOURCES := $(filter-out harness/front/cli.c,$(wildcard harness/front/*.c)) harness/gen/generate.c harness/gen/mutate.c
TABLE_SOURCES := model/op.c model/param.c $(DOMAINS:%=model/%/tables.c)
build/front.a: $(FRONT_SOURCES:%.c=build/obj/plain/%.o) build/obj/gen/registry.o
	@rm -f $@
	ar rcs $@ $^
build/memoracle: build/obj/plain/harness/front/cli.o build/front.a $(TABLE_SOURCES:%.c=build/obj/plain/%.o)
	$(CC) -o $@ $(filter-out %.a,$^) $(filter %.a,$^) -ljansson -lz
build/bench: build/obj/plain/harness/bench/bench.o build/front.a $(TABLE_SOURCES:%.c=build/obj/plain/%.o)
	$(CC) -o $@ $(filter-out %.a,$^) $(filter %.a,$^) -ljansson -lz

build/tables: build/obj/plain/harness/docs/tables_print.o build/front.a $(TABLE_SOURCES:%.c=build/obj/plain/%.o)
	$(CC) -o $@ $(filter-out %.a,$^) $(filter %.a,$^) -ljansson -lz

# Generated: the domains, targets, faults and profiles of this tree, and the commit it is built from.
COMMIT := $(shell git rev-parse --short=12 HEAD 2>/dev/null)
build/gen/commit: FORCE
	@mkdir -p $(@D)
	@echo '$(COMMIT)' | cmp -s - $@ || echo '$(COMMIT)' > $@
build/gen/registry.c: ci/registry.sh build/gen/commit $(wildcard model/*/model.c model/*/*.def harness/target/*.c ci/targets/*.mk)
	@mkdir -p $(@D)
	@bash ci/registry.sh '$(DOMAINS)' '$(TARGETS)' '$(COMMIT)' > $@
build/obj/gen/registry.o: build/gen/registry.c harness/front/registry.h
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -c $< -o $@
.PHONY: FORCE

# ---- planted faults: one changed file, linked with the rest of the plain objects
build/gen/faults.mk: ci/faults.py $(wildcard model/*/fault.def model/*/*.c model/*/*/*.c)
	@mkdir -p $(@D)
	@$(PYTHON) ci/faults.py > $@
-include $(if $(wildcard model/*/fault.def),build/gen/faults.mk)
define FAULT_OBJECT
build/fault/$1/$2/changed.o: build/fault/$1/$2/$$(FAULT_FILE.$1.$2)
	$(CC) $(CFLAGS) $(FREESTANDING) -w -iquote model/$1/$$(dir $$(FAULT_FILE.$1.$2)) -MMD -MP -c $$< -o $$@
build/fault/$1/$2/$$(FAULT_FILE.$1.$2): model/$1/$$(FAULT_FILE.$1.$2) model/$1/fault.def ci/faults.py
	@$(PYTHON) ci/faults.py --apply $1 $2 $$@
endef
$(foreach d,$(DOMAINS),$(foreach f,$(FAULTS.$d),$(eval $(call FAULT_OBJECT,$d,$f))))
define FAULT_WORKER
build/fault/$1/$2/$3: build/fault/$1/$2/changed.o $$(filter-out build/obj/plain/model/$1/$$(FAULT_FILE.$1.$2:%.c=%.o),$$(call worker_objects,plain,$3))
	$(CC) -fno-lto -o $$@ $$^ $$(LDFLAGS.$3)
FAULT_WORKERS += build/fault/$1/$2/$3
endef
$(foreach d,$(DOMAINS),$(foreach f,$(FAULTS.$d),$(foreach t,$(filter $d-%,$(TARGETS)),$(eval $(call FAULT_WORKER,$d,$f,$t)))))
faults: $(filter-out %-model,$(FAULT_WORKERS)) ## link a worker for every planted fault
.PHONY: faults
include ci/real.mk

# ---- fuzz entries: $(call fuzz_objects,engine,target). Only the model is instrumented: its coverage guides, and
# both engines take it from the same objects.
# ENTRY.<target> := local links the target into the binary; otherwise it runs in build/cover/<target>.
ENGINES := libfuzzer afl replay stable
TREE := libfuzzer=guided afl=guided stable=guided replay=plain coverage=coverage
tree_of = $(patsubst $1=%,%,$(filter $1=%,$(TREE)))
LINK.libfuzzer := $(CLANG) -O3 -flto -fsanitize=fuzzer
LINK.afl := $(CLANG) -O3 -flto
LINK.stable := $(CLANG) -O3 -flto
LINK.replay := $(CC)
LINK.coverage := $(CLANG) -fprofile-instr-generate
MAIN.replay := build/obj/plain/harness/fuzz/replay_main.o
MAIN.coverage := $(MAIN.replay)
MAIN.afl := build/obj/plain/harness/fuzz/afl_main.o
MAIN.stable := build/obj/plain/harness/test/stable_main.o
entry_objects = $(patsubst %,build/obj/plain/harness/fuzz/%.o,entry artifacts backend_$(or $(ENTRY.$2),remote) $(subst -,_,$2)) $(MAIN.$1)
local_objects = $(if $(filter local,$(ENTRY.$2)),$(patsubst %.c,build/obj/$(tree_of)/%.o,$(call model_sources,$(call domain_of,$2))) \
	$(patsubst %.c,build/obj/$(or $(filter guided,$(tree_of)),plain)/%.o,harness/worker/lockstep.c harness/worker/coverage.c $(call source_of,$2) $(SOURCES.$2)) $(or $(OBJECTS.$1.$2),$(OBJECTS.$2)) \
	$(patsubst %,build/obj/plain/model/%/tables.o,$(filter-out $(call domain_of,$2),$(DOMAINS))),\
	$(TABLE_SOURCES:%.c=build/obj/plain/%.o))
fuzz_objects = $(call entry_objects,$1,$2) $(call local_objects,$1,$2)
define FUZZ
build/$1/$2: $$(call fuzz_objects,$1,$2) build/front.a | $(if $(filter local,$(ENTRY.$2)),,build/cover/$2)
	@mkdir -p $$(@D)
	$$(LINK.$1) -o $$@ $$(filter-out %.a,$$^) build/front.a -ljansson -lz
endef
$(foreach e,$(ENGINES) coverage,$(foreach t,$(TARGETS),$(eval $(call FUZZ,$e,$t))))
build/afl/mutator-%.so: harness/fuzz/afl_mutator.c harness/gen/mutate.c harness/gen/generate.c model/op.c model/param.c model/%/tables.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -fPIC -shared -DMUTATOR_TABLES=tables_$* -o $@ $^
define FAULT_FUZZ
build/fault/$1/$2/$3/$4: build/fault/$1/$2/$(call tree_of,$3)/changed.o $$(filter-out build/obj/$(call tree_of,$3)/model/$1/$$(FAULT_FILE.$1.$2:%.c=%.o),$$(call fuzz_objects,$3,$4)) build/front.a | $(if $(filter local,$(ENTRY.$4)),,build/fault/$1/$2/cover/$4)
	@mkdir -p $$(@D)
	$$(LINK.$3) -o $$@ $$(filter-out %.a,$$(if $(filter local,$(ENTRY.$4)),$$^,$$(filter-out %changed.o,$$^))) build/front.a -ljansson -lz
endef
define FAULT_ENGINE
build/fault/$1/$2/$3/changed.o: build/fault/$1/$2/$$(FAULT_FILE.$1.$2)
	@mkdir -p $$(@D)
	$5 $(CFLAGS) $(FREESTANDING) $(INLINED.$3) $4 -w -iquote model/$1/$$(dir $$(FAULT_FILE.$1.$2)) -c $$< -o $$@
endef
define FAULT_COVER
build/fault/$1/$2/cover/$3: build/fault/$1/$2/guided/changed.o $$(filter-out build/obj/guided/model/$1/$$(FAULT_FILE.$1.$2:%.c=%.o),$$(call worker_objects,guided,$3))
	@mkdir -p $$(@D)
	$$(LINK.guided) -o $$@ $$^ $$(LDFLAGS.$3)
endef
$(foreach d,$(DOMAINS),$(foreach f,$(FAULTS.$d),\
	$(eval $(call FAULT_ENGINE,$d,$f,guided,$(MODEL_COVERAGE),$(CLANG)))\
	$(eval $(call FAULT_ENGINE,$d,$f,plain,,$(CC)))\
	$(foreach t,$(filter $d-%,$(TARGETS)),$(eval $(call FAULT_COVER,$d,$f,$t))\
		$(foreach e,$(ENGINES),$(eval $(call FAULT_FUZZ,$d,$f,$e,$t))))))
# ---- fuzz entries of the parsers, under sanitizers
PARSE_SANITIZE := -fsanitize=fuzzer-no-link$(comma)address$(comma)undefined -fno-sanitize-recover=all
$(eval $(call VARIANT,parse,$(CLANG),$(PARSE_SANITIZE),$(PARSE_SANITIZE)))
build/fuzz/parse_%: build/obj/parse/harness/fuzz/parse_%.o build/obj/parse/harness/fuzz/artifacts.o $(patsubst %.c,build/obj/parse/%.o,$(FRONT_SOURCES) $(TABLE_SOURCES)) build/obj/gen/registry.o
	@mkdir -p $(@D)
	$(CLANG) -fsanitize=fuzzer,address,undefined -o $@ $^ -ljansson -lz
fuzzers: $(foreach t,$(filter-out %-model,$(TARGETS)),build/libfuzzer/$t build/afl/$t build/replay/$t) $(DOMAINS:%=build/afl/mutator-%.so) ## build all fuzz entries
.PHONY: fuzzers

# ---- our own code under ASan and UBSan: the lockstep loop in process, and each model without a target
SANITIZE := -fsanitize=address,undefined
define SANITIZED
build/asan/$1: $$(patsubst build/obj/plain/%,build/obj/asan/%,$$(filter-out $$(OBJECTS.$1),$$(call fuzz_objects,replay,$1))) $$(OBJECTS.$1) $$(FRONT_SOURCES:%.c=build/obj/asan/%.o) build/obj/gen/registry.o
	@mkdir -p $$(@D)
	$(CLANG) $(SANITIZE) -o $$@ $$^ -ljansson -lz
SANITIZED_ALL += build/asan/$1
endef
$(foreach t,$(TARGETS),$(if $(filter local,$(ENTRY.$t)),$(eval $(call SANITIZED,$t))))
define ALONE
build/asan/alone-$1: harness/test/model_alone.c $$(patsubst %.c,build/obj/asan/%.o,$$(call model_sources,$1) harness/gen/generate.c)
	@mkdir -p $$(@D)
	$(CLANG) $(CFLAGS) -D_GNU_SOURCE -DMODEL=model_$1 $(SANITIZE) -o $$@ $$^
SANITIZED_ALL += build/asan/alone-$1
endef
$(foreach d,$(DOMAINS),$(eval $(call ALONE,$d)))
sanitized: $(SANITIZED_ALL) ## our own code under ASan and UBSan
.PHONY: sanitized

# ---- tests of single parts
UNIT := $(patsubst harness/test/%.c,build/test/%,$(wildcard harness/test/unit_*.c))
build/test/tables.c: Makefile $(wildcard model/*/tables.c)
	@mkdir -p $(@D)
	@{ echo '#include "../../model/model.h"'; $(foreach d,$(DOMAINS),echo "extern const struct tables tables_$d;";) \
	echo 'extern const struct tables *const unit_tables[];'; echo 'const struct tables *const unit_tables[] = {'; \
	$(foreach d,$(DOMAINS),echo "	&tables_$d,";) echo '	0 };'; } > $@
build/test/tables.o: build/test/tables.c
	$(CC) $(CFLAGS) -c $< -o $@
build/test/unit_%: build/obj/plain/harness/test/unit_%.o build/test/tables.o $(patsubst %.c,build/obj/plain/%.o,model/op.c model/param.c model/os.c harness/gen/generate.c harness/gen/mutate.c $(DOMAINS:%=model/%/tables.c))
	@mkdir -p $(@D)
	$(CC) -o $@ $^ -lcmocka
unit: $(UNIT)
	@for t in $(UNIT); do $$t >build/test/log 2>&1 || { cat build/test/log; exit 1; }; done
.PHONY: unit

# ---- the jobs
export TIME JOBS DOMAIN TARGET ENGINE OUT FRESH
fuzz: setup ## a campaign over every target: TIME=300 JOBS=2 DOMAIN= TARGET= ENGINE=libfuzzer,afl,generator
	@$(MAKE) -s all fuzzers
	@$(PYTHON) ci/fuzz.py
setup: ## install what is missing
	@ci/setup
werror: ## compile everything with warnings as errors
	@$(MAKE) -s WERROR=1 $(addprefix build/obj/werror/,$(patsubst %.c,%.o,$(sort harness/front/cli.c $(FRONT_SOURCES) $(wildcard harness/fuzz/*.c harness/bench/*.c harness/docs/*.c) $(foreach t,$(TARGETS),$(call model_sources,$(call domain_of,$t)) $(call source_of,$t) $(SOURCES.$t)) $(WORKER_SOURCES))))
test: setup ## everything that CI checks
	@$(MAKE) -s all faults build/tables build/bench $(UNIT)
	@$(PYTHON) -m pytest -q -p no:cacheprovider harness/test
prove: ## the proofs of what changed, from the cache and then by live provers
	@$(PYTHON) ci/proof/prove.py
prove-all: ## the proofs from scratch, with all smoke tests and canaries
	@$(PYTHON) ci/proof/prove.py --full
bench: setup ## speed as ratios in one run, and ops until each planted fault is found
	@$(MAKE) -s all faults fuzzers build/bench
	@$(PYTHON) ci/bench.py --faults
accept: setup ## what is slow: long campaigns, shrinking, kill -9, engines from an empty corpus, slips
	@$(MAKE) -s all faults fuzzers
	@$(PYTHON) ci/accept.py
LOCAL := $(foreach t,$(TARGETS),$(if $(filter local,$(ENTRY.$t)),$t))
coverage: $(LOCAL:%=build/coverage/%) ## line coverage of the models and of the real code that is compiled here
	@$(PYTHON) ci/coverage.py $(LOCAL)
replay: all ## the corpus on every target of its domain
	@build/memoracle replay corpus/regress/*/*.ops corpus/finding/*.ops
lint: all build/tables ## format, dependency direction, freestanding code, words
	@$(PYTHON) ci/lint.py
docs: build/tables ## write specs/rules.md, ops.md and coverage.md from the tables
	@build/tables rules > specs/rules.md
	@build/tables ops > specs/ops.md
	@$(PYTHON) ci/proof/prove.py --coverage > specs/coverage.md
fmt: ## format the sources
	clang-format -i $(shell find model harness -name '*.[ch]')
clean: ## remove everything built
	rm -rf build
.PHONY: fuzz bench accept coverage replay setup werror test prove prove-all lint docs fmt clean
