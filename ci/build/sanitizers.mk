# Our own code under ASan and UBSan: the lockstep loop in process, each model without a target, the parsers under libFuzzer.
# SPDX-License-Identifier: MIT

LINK.asan := $(CLANG) -fsanitize=address,undefined
asan_objects = $(patsubst build/obj/plain/%,build/obj/asan/%,$(call entry_objects,replay,$1) $(FRONT_SOURCES:%.c=build/obj/plain/%.o))
$(IN_PROCESS:%=build/asan/%): build/asan/%: $$(call asan_objects,$$*) build/obj/gen/registry.o
	@mkdir -p $(@D)
	$(LINK.asan) -o $@ $^ $(LIBRARIES)
build/asan/alone-%: harness/test/model_alone.c $$(patsubst %.c,build/obj/asan/%.o,$$(call model_sources,$$*) harness/gen/generate.c)
	@mkdir -p $(@D)
	$(LINK.asan) $(CFLAGS) $(HOSTED) -DMODEL=model_$* -o $@ $^
build/fuzz/parse_%: build/obj/parse/harness/fuzz/parse_%.o build/obj/parse/harness/fuzz/artifacts.o \
	$(patsubst %.c,build/obj/parse/%.o,$(FRONT_SOURCES) $(TABLE_SOURCES)) build/obj/gen/registry.o
	@mkdir -p $(@D)
	$(CLANG) -fsanitize=fuzzer,address,undefined -o $@ $^ $(LIBRARIES)

sanitized: $(IN_PROCESS:%=build/asan/%) $(DOMAINS:%=build/asan/alone-%) build/fuzz/parse_ops build/fuzz/parse_case build/fuzz/parse_import ## our own code under ASan and UBSan
.PHONY: sanitized
