/* What a worker that is /init of a guest has to make for itself. */
/* SPDX-License-Identifier: MIT */
#ifndef MEMORACLE_WORKER_GUEST_H
#define MEMORACLE_WORKER_GUEST_H

/* What the front gives the guest (harness/front/guest.c): a device whose memory is the mailbox, in this slot of the bus. */
#define GUEST_MAILBOX_SLOT 0x10
#define GUEST_MAILBOX_FILE "/sys/bus/pci/devices/0000:00:10.0/resource2"
#define GUEST_WAKE_FILE "/dev/ttyS1" /* its serial line: the command and the answer bytes */
#define GUEST_WAKE_TRIGGER "/sys/class/tty/ttyS1/rx_trig_bytes"
#define GUEST_SAID "memoracle: " /* how a line of the console begins that the worker wrote */

/*
 * guest_enter() - nothing where this is not process 1. Otherwise file systems are mounted, and the descriptors that
 * mailbox.h names opened; what fails is said on the console, and ends the guest.
 */
void guest_enter(void);

#endif
