/* The flags of data and of stacks on x86: to be executed only where reading implies it. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_SHIM_ASM_VM_FLAGS_H
#define MEMORACLE_SHIM_ASM_VM_FLAGS_H

#define VM_DATA_DEFAULT_FLAGS VM_DATA_FLAGS_TSK_EXEC
#define VMA_DATA_DEFAULT_FLAGS VMA_DATA_FLAGS_TSK_EXEC /* Linux 7.0 */

#endif
