# Workers, plain (build/worker/TARGET) and with the model's counters (build/cover/TARGET), and the programs of the front.
# SPDX-License-Identifier: MIT
# Fragments in ci/targets/ say what a target needs beyond its source:
#   SOURCES.<target>  more sources          OBJECTS.<target>  objects with rules of their own
#   OBJECTS.<engine>.<target>  what replaces them in one kind of fuzz binary
#   DEFAULT.<domain>  the target that is used when none is named
#   START.<target>    entry instead of harness/worker/main.c   LDFLAGS.<target>
#   ENTRY.<target> := local   the target runs in the fuzz entry's own process, otherwise in build/cover/<target>

worker_objects = $(patsubst %.c,build/obj/$1/%.o,$(call model_sources,$(call domain_of,$2)) $(WORKER_SOURCES) \
	$(or $(START.$2),harness/worker/main.c) $(call source_of,$2) $(SOURCES.$2)) $(OBJECTS.$2)
LINK.plain := $(CC) -O3 -flto=auto
LINK.guided := $(CLANG) -O3 -flto -Wno-unused-command-line-argument
LIBRARIES := -ljansson -lz

$(TARGETS:%=build/worker/%): build/worker/%: $$(call worker_objects,plain,$$*)
	@mkdir -p $(@D)
	$(LINK.plain) -o $@ $^ $(LDFLAGS.$*)
$(TARGETS:%=build/cover/%): build/cover/%: $$(call worker_objects,guided,$$*)
	@mkdir -p $(@D)
	$(LINK.guided) -o $@ $^ $(LDFLAGS.$*)

# Everything but main() is a library, which the fuzz entries use too.
build/front.a: $(FRONT_SOURCES:%.c=build/obj/plain/%.o) build/obj/gen/registry.o
	@rm -f $@
	ar rcs $@ $^
FRONT_PROGRAMS := build/memoracle build/bench build/tables
build/memoracle: build/obj/plain/harness/front/cli.o
build/bench: build/obj/plain/harness/bench/bench.o
build/tables: build/obj/plain/harness/docs/tables_print.o
$(FRONT_PROGRAMS): $(TABLE_SOURCES:%.c=build/obj/plain/%.o) build/front.a
	$(CC) -o $@ $(filter %.o,$^) $(filter %.a,$^) $(LIBRARIES)
