# Fuzz entries, build/ENGINE/TARGET. Only the model is instrumented: its coverage guides, from the same objects under both
# engines. `replay` runs files, `coverage` too, and counts lines; `stable` compares what a case covers after other cases.
# SPDX-License-Identifier: MIT

ENGINES := libfuzzer afl replay stable coverage
TREE.libfuzzer := guided
TREE.afl := guided
TREE.stable := guided
TREE.replay := plain
TREE.coverage := coverage
LINK.libfuzzer := $(CLANG) -O3 -flto -fsanitize=fuzzer
LINK.afl := $(CLANG) -O3 -flto
LINK.stable := $(CLANG) -O3 -flto
LINK.replay := $(CC)
LINK.coverage := $(CLANG) -fprofile-instr-generate
MAIN.afl := harness/fuzz/afl_main
MAIN.stable := harness/test/stable_main
MAIN.replay := harness/fuzz/replay_main
MAIN.coverage := $(MAIN.replay)

# $(call entry_objects,engine,target): the entry; then the loop and the target, or only the tables of all domains
entry_objects = $(patsubst %,build/obj/plain/%.o,$(addprefix harness/fuzz/,entry artifacts backend_$(or $(ENTRY.$2),remote) \
	$(subst -,_,$2)) $(MAIN.$1)) $(call entry_rest.$(or $(ENTRY.$2),remote),$1,$2)
entry_rest.remote = $(TABLE_SOURCES:%.c=build/obj/plain/%.o)
entry_rest.local = $(patsubst %.c,build/obj/$(TREE.$1)/%.o,$(call model_sources,$(call domain_of,$2))) \
	$(patsubst %.c,build/obj/$(or $(filter guided,$(TREE.$1)),plain)/%.o,harness/worker/lockstep.c harness/worker/coverage.c \
	$(call source_of,$2) $(SOURCES.$2)) $(or $(OBJECTS.$1.$2),$(OBJECTS.$2)) \
	$(patsubst %,build/obj/plain/model/%/tables.o,$(filter-out $(call domain_of,$2),$(DOMAINS)))

entry_parts = $(call entry_objects,$(firstword $(subst /, ,$1)),$(lastword $(subst /, ,$1)))
cover_of = $(if $(filter local,$(ENTRY.$(lastword $(subst /, ,$1)))),,build/cover/$(lastword $(subst /, ,$1)))
$(foreach e,$(ENGINES),$(TARGETS:%=build/$e/%)): build/%: $$(call entry_parts,$$*) build/front.a | $$(call cover_of,$$*)
	@mkdir -p $(@D)
	$(LINK.$(*D)) -o $@ $(filter %.o,$^) $(filter %.a,$^) $(LIBRARIES)
build/afl/mutator-%.so: harness/fuzz/afl_mutator.c harness/gen/mutate.c harness/gen/generate.c model/op.c model/param.c model/%/tables.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -fPIC -shared -DMUTATOR_TABLES=tables_$* -o $@ $^

FUZZED := $(filter-out %-model,$(TARGETS))
fuzzers: $(foreach e,libfuzzer afl replay,$(FUZZED:%=build/$e/%)) $(DOMAINS:%=build/afl/mutator-%.so) ## build all fuzz entries
.PHONY: fuzzers
