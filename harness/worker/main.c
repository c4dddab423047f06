/* Entry of a worker that runs on a libc: the libc is never used after start-up. */
/* SPDX-License-Identifier: MIT */
#include "mailbox.h"

int main(void)
{
	worker_serve();
}
