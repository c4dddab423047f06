/* Stubs are bound by symbol name, so that a prototype that changes between versions does not matter. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_SHIM_BIND_H
#define MEMORACLE_SHIM_BIND_H

#define STUB(name, value)                                                                          \
	long stub_##name(void) __asm__(#name);                                                     \
	long stub_##name(void)                                                                     \
	{                                                                                          \
		return value;                                                                      \
	}

#define FUNCTION(type, name, args) FUNCTION_NAMED(type, name, args)
#define FUNCTION_NAMED(type, name, args)                                                           \
	type function_##name args __asm__(#name);                                                  \
	type function_##name args

#endif
