# DOMAIN/guest@RELEASE: the worker of a live target as /init of a distribution's kernel under QEMU.
# SPDX-License-Identifier: MIT

# The worker that runs in it.
GUEST.vma := vma-live
# The releases that `make releases` looks for, oldest first; what it found lies in build/releases/RELEASE/.
RELEASES_KNOWN := 5.10 6.1 6.12 6.16 6.17 6.18 6.19 7.0 7.1 7.2 7.3
