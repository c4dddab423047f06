/* Error numbers of x86-64 Linux, for code that has no libc. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_MODEL_ERRNO_H
#define MEMORACLE_MODEL_ERRNO_H

#define MODEL_EPERM 1
#define MODEL_EAGAIN 11
#define MODEL_ENOMEM 12
#define MODEL_EACCES 13
#define MODEL_EFAULT 14
#define MODEL_EBUSY 16
#define MODEL_EEXIST 17
#define MODEL_EINVAL 22
#define MODEL_EOVERFLOW 75
#define MODEL_ENOTSUP 95

#endif
