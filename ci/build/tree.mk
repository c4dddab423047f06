# What this tree has. A domain counts once it has a model, a target once it has its source.
# SPDX-License-Identifier: MIT

DOMAINS := $(patsubst model/%/model.c,%,$(wildcard model/*/model.c))
targets_of = $(patsubst harness/target/$1_%.c,$1-%,$(wildcard harness/target/$1_*.c))
# The target that a domain uses when none is named comes first.
first = $(filter $1,$2) $(filter-out $1,$2)
TARGETS := $(foreach d,$(DOMAINS),$(call first,$(DEFAULT.$d),$(call targets_of,$d)))
GUESTS := $(foreach d,$(DOMAINS),$(GUEST.$d))
IN_PROCESS := $(foreach t,$(TARGETS),$(if $(filter local,$(ENTRY.$t)),$t))

domain_of = $(firstword $(subst -, ,$1))
source_of = harness/target/$(subst -,_,$1).c
model_sources = model/op.c model/param.c model/os.c $(wildcard model/$1/*.c model/$1/*/*.c)
WORKER_SOURCES := $(addprefix harness/worker/,lockstep.c serve.c coverage.c)
FRONT_SOURCES := $(filter-out harness/front/cli.c,$(wildcard harness/front/*.c)) harness/gen/generate.c harness/gen/mutate.c
TABLE_SOURCES := model/op.c model/param.c $(DOMAINS:%=model/%/tables.c)

# Generated: the domains, targets, faults and profiles of this tree, and the commit it is built from.
COMMIT := $(shell git rev-parse --short=12 HEAD 2>/dev/null)
build/gen/commit: FORCE
	@mkdir -p $(@D)
	@echo '$(COMMIT)' | cmp -s - $@ || echo '$(COMMIT)' > $@
build/gen/registry.c: ci/registry.sh build/gen/commit $(wildcard model/*/model.c model/*/*.def harness/target/*.c ci/targets/*.mk)
	@mkdir -p $(@D)
	@bash ci/registry.sh '$(DOMAINS)' '$(TARGETS)' '$(COMMIT)' '$(GUESTS)' '$(RELEASES_KNOWN)' > $@
build/obj/gen/registry.o: build/gen/registry.c harness/front/registry.h | build/ready
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -c $< -o $@
.PHONY: FORCE
