/* SplitMix64: small, fast, the same everywhere. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_GEN_RANDOM_H
#define MEMORACLE_GEN_RANDOM_H

#include <stdint.h>

struct random {
	uint64_t state;
};

static inline uint64_t random_next(struct random *random)
{
	uint64_t z = random->state += 0x9e3779b97f4a7c15u;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

/* random_below() - 0 .. bound - 1; 0 if @bound is 0. */
static inline uint64_t random_below(struct random *random, uint64_t bound)
{
	return bound < 2 ? 0 : random_next(random) % bound;
}

/* random_chance() - true once in @in calls. */
static inline int random_chance(struct random *random, uint64_t in)
{
	return random_below(random, in) == 0;
}

#endif
