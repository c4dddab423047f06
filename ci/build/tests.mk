# Programs that only tests run.
# SPDX-License-Identifier: MIT

UNIT := $(patsubst harness/test/%.c,build/test/%,$(wildcard harness/test/unit_*.c))
build/test/unit_%: build/obj/plain/harness/test/unit_%.o build/obj/gen/registry.o \
	$(patsubst %.c,build/obj/plain/%.o,model/os.c $(TABLE_SOURCES) harness/gen/generate.c harness/gen/mutate.c)
	@mkdir -p $(@D)
	$(CC) -o $@ $^ -lcmocka
unit: $(UNIT)
	@for t in $(UNIT); do $$t >build/test/log 2>&1 || { cat build/test/log; exit 1; }; done

# Everything compiled once more, warnings as errors.
werror: $(patsubst %.c,build/obj/werror/%.o,$(sort harness/front/cli.c $(FRONT_SOURCES) $(WORKER_SOURCES) \
	$(wildcard harness/fuzz/*.c harness/bench/*.c harness/docs/*.c) \
	$(foreach t,$(TARGETS),$(call model_sources,$(call domain_of,$t)) $(call source_of,$t) $(SOURCES.$t)))) ## compile everything with warnings as errors
.PHONY: unit werror
