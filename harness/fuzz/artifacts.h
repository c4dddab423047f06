/* Where libFuzzer's own files go. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_FUZZ_ARTIFACTS_H
#define MEMORACLE_FUZZ_ARTIFACTS_H

#include <stddef.h>
#include <stdint.h>

/*
 * artifacts_place() - has libFuzzer put crash-*, timeout-* and the like under build/fuzz/, wherever it was started
 * from; -artifact_prefix on the command line counts all the same. Other engines leave none.
 */
void artifacts_place(int *argc, char ***argv);

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
