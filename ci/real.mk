# The model as a target (DOMAIN/model): a copy of the model as a shared object, plain or with a fault planted.
# SPDX-License-Identifier: MIT

# In the copy all names but the model's are local, and it asks the target, not the recorded results.
define REAL_MODEL
build/real/$1/$2.so: $3
	@mkdir -p $$(@D)
	$(CC) -fno-lto -r -nostdlib -o $$(@:.so=.o) $$^
	objcopy --keep-global-symbol=real_model --redefine-sym model_$1=real_model --redefine-sym os_request=real_request \
		--remove-section='.gnu.lto_*' $$(@:.so=.o)
	$(CC) -shared -o $$@ $$(@:.so=.o)
endef
real_objects = $(patsubst %.c,build/obj/plain/%.o,$(filter-out model/os.c,$(call model_sources,$1)))
$(foreach d,$(DOMAINS),$(eval $(call REAL_MODEL,$d,plain,$(call real_objects,$d)))\
	$(foreach f,$(FAULTS.$d),$(eval $(call REAL_MODEL,$d,$f,build/fault/$d/$f/changed.o \
		$(filter-out build/obj/plain/model/$d/$(FAULT_FILE.$d.$f:%.c=%.o),$(call real_objects,$d))))))
