/* Names of VMA flags, page geometry and errno values of x86-64 Linux that the VMA model needs. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_VMA_VMFLAG_H
#define MEMORACLE_MODEL_VMA_VMFLAG_H

#include <stdint.h>
#include "../errno.h"

#define PAGE_BYTES 4096ull

/* Bit values are those of the kernel ABI as /proc/PID/smaps names them; the comment gives that name. */
#define VMA_READ 0x1ull              /* rd */
#define VMA_WRITE 0x2ull             /* wr */
#define VMA_EXEC 0x4ull              /* ex */
#define VMA_SHARED 0x8ull            /* sh */
#define VMA_MAYREAD 0x10ull          /* mr */
#define VMA_MAYWRITE 0x20ull         /* mw */
#define VMA_MAYEXEC 0x40ull          /* me */
#define VMA_MAYSHARE 0x80ull         /* ms */
#define VMA_GROWSDOWN 0x100ull       /* gd */
#define VMA_LOCKED 0x2000ull         /* lo */
#define VMA_SEQ_READ 0x8000ull       /* sr */
#define VMA_RAND_READ 0x10000ull     /* rr */
#define VMA_DONTCOPY 0x20000ull      /* dc */
#define VMA_LOCKONFAULT 0x80000ull   /* lf */
#define VMA_ACCOUNT 0x100000ull      /* ac */
#define VMA_NORESERVE 0x200000ull    /* nr */
#define VMA_WIPEONFORK 0x2000000ull  /* wf */
#define VMA_DONTDUMP 0x4000000ull    /* dd */
#define VMA_HUGEPAGE 0x20000000ull   /* hg */
#define VMA_NOHUGEPAGE 0x40000000ull /* nh */
#define VMA_MERGEABLE 0x80000000ull  /* mg */

#define VMA_ACCESS (VMA_READ | VMA_WRITE | VMA_EXEC)
#define VMA_MAYACCESS (VMA_MAYREAD | VMA_MAYWRITE | VMA_MAYEXEC)
#define VMA_LOCK_MASK (VMA_LOCKED | VMA_LOCKONFAULT)

#define MODEL_EBADF 9

#endif
