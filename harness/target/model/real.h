/* The model as a target: a second copy of a domain's model, with a fault in it or without, is the real side. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_TARGET_MODEL_REAL_H
#define MEMORACLE_TARGET_MODEL_REAL_H

#include "../../target.h"

/*
 * The copy is a shared object (build/real/<domain>/<fault>.so, plain.so without a fault) that the front names in
 * the environment: REAL_MODEL_ENV its path, REAL_RELEASE_ENV what follows `@` in the target's name: changes joined
 * by commas, a fault or NAME=V for a switch that the real side has and the model does not know of.
 */
#define REAL_MODEL_ENV "MEMORACLE_REAL_MODEL"
#define REAL_RELEASE_ENV "MEMORACLE_REAL_RELEASE"

/*
 * struct real_system - what lies below the copy.
 * @reset:   the state at the start of a case. @begin: an op is about to be applied.
 * @request: answers a request: appends to os->seen[] unless it is full.
 */
struct real_system {
	int (*open)(void);
	void (*reset)(void);
	void (*begin)(const struct op *op, struct os *os);
	void (*request)(struct os *os, uint32_t kind, const uint64_t arg[OS_ARGS]);
};

/* Defined by the domain's file. */
extern const struct real_system real_system;

int real_open(void *rules, struct target_info *info);
int real_reset(const void *rules);
void real_apply(const struct op *op, struct outcome *seen, struct os *os);
void real_observe(const struct cell *cell, uint32_t count, uint64_t *seen);

/* real_request() - os_request() of the copy: asks real_system, and logs what the real side asked for. */
uint64_t real_request(struct os *os, uint32_t kind, uint64_t a, uint64_t b, uint64_t c,
		      int32_t *err);

#define REAL_TARGET(target_name, domain_model)                                                     \
	{                                                                                          \
		.name = target_name, .model = &domain_model, .open = real_open,                    \
		.reset = real_reset, .apply = real_apply, .observe = real_observe,                 \
	}

#endif
