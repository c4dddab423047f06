# Planted faults, linked one at a time on demand: one changed file of the model, the rest as it is.
# SPDX-License-Identifier: MIT
#   build/fault/DOMAIN/NAME/TARGET          a worker        build/fault/DOMAIN/NAME/cover/TARGET   with the model's counters
#   build/fault/DOMAIN/NAME/ENGINE/TARGET   a fuzz entry

# FAULTS.<domain>, and FAULT_FILE.<domain>.<name>: which file of model/<domain>/ it changes.
build/gen/faults.mk: ci/faults.py $(wildcard model/*/fault.def model/*/*.c model/*/*/*.c)
	@mkdir -p $(@D)
	@$(PYTHON) ci/faults.py > $@
-include build/gen/faults.mk

# Of a path under build/fault/, as $1: its domain, domain and name, kind (empty: a worker), target; the changed source.
parts_of = $(subst /, ,$1)
fault_domain = $(word 1,$(parts_of))
fault_name = $(word 2,$(parts_of))
fault_kind = $(if $(word 4,$(parts_of)),$(word 3,$(parts_of)))
fault_target = $(lastword $(parts_of))
fault_source = model/$(fault_domain)/$(FAULT_FILE.$(fault_domain).$(fault_name))

build/fault/%/changed.c: $$(call fault_source,$$*) model/$$(call fault_domain,$$*)/fault.def ci/faults.py
	@$(PYTHON) ci/faults.py --apply $(call parts_of,$*) $@

# Beside it stands the object of the source as it is, which is made anew when a header changes.
twin = build/obj/$2/$(patsubst %.c,%.o,$(fault_source))
changed = -w -iquote $(dir $(fault_source))
build/fault/%/plain.o: build/fault/%/changed.c $$(call twin,$$*,plain)
	$(CC) $(CFLAGS) $(FREESTANDING) $(call changed,$*) -c $< -o $@
build/fault/%/guided.o: build/fault/%/changed.c $$(call twin,$$*,guided)
	$(call compile,guided,$(call fault_source,$*)) $(call changed,$*) -c $< -o $@

# $(call swapped,path,tree,objects): with the changed object in place of its twin
swapped = build/fault/$(fault_domain)/$(fault_name)/$2.o $(filter-out $(twin),$3)

# What is linked, and how. An entry whose target runs elsewhere has no model in it: it is the same program.
linked_as = $(if $(fault_kind),$(or $(filter local,$(ENTRY.$(fault_target))),remote),worker)
LINKED.worker = $(call swapped,$1,plain,$(call worker_objects,plain,$(fault_target)))
LINKED.local = $(call swapped,$1,$(TREE.$(fault_kind)),$(call entry_objects,$(fault_kind),$(fault_target))) build/front.a
LINKED.remote = build/$(fault_kind)/$(fault_target) build/fault/$(fault_domain)/$(fault_name)/cover/$(fault_target)
HOW.worker = $(CC) -fno-lto -o $@ $^ $(LDFLAGS.$(fault_target))
HOW.local = $(LINK.$(fault_kind)) -o $@ $(filter %.o,$^) $(filter %.a,$^) $(LIBRARIES)
HOW.remote = cp $< $@
build/fault/%: $$(call LINKED.$$(call linked_as,$$*),$$*)
	@mkdir -p $(@D)
	$(call HOW.$(call linked_as,$*),$*)

# A rule of its own: a remote entry needs it, and make uses no pattern twice in a chain.
define FAULT_COVER
build/fault/%/cover/$1: $$$$(call swapped,$$$$*/$1,guided,$$$$(call worker_objects,guided,$1))
	@mkdir -p $$(@D)
	$$(LINK.guided) -o $$@ $$^ $$(LDFLAGS.$1)
endef
$(foreach t,$(TARGETS),$(eval $(call FAULT_COVER,$t)))

faults: $(foreach d,$(DOMAINS),$(foreach f,$(FAULTS.$d),$(patsubst %,build/fault/$d/$f/%,$(filter-out %-model,$(filter $d-%,$(TARGETS)))))) ## link a worker for every planted fault
.PHONY: faults

# The model as a target (DOMAIN/model): build/real/DOMAIN/NAME.so is a copy with that fault, or plain. All names in it
# but the model's are local, and it asks the target, not the recorded results.
real_objects = $(patsubst %.c,build/obj/plain/%.o,$(filter-out model/os.c,$(call model_sources,$(fault_domain))))
real_parts = $(if $(filter plain,$(fault_name)),$(real_objects),$(call swapped,$1,plain,$(real_objects)))
build/real/%.so: $$(call real_parts,$$*)
	@mkdir -p $(@D)
	$(CC) -fno-lto -r -nostdlib -o $(@:.so=.o) $^
	objcopy --keep-global-symbol=real_model --redefine-sym model_$(call fault_domain,$*)=real_model \
		--redefine-sym os_request=real_request --remove-section='.gnu.lto_*' $(@:.so=.o)
	$(CC) -shared -o $@ $(@:.so=.o)
