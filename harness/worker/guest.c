/* A worker that is /init of a guest: the mailbox is a device's memory, the bytes go over a serial line. */
/* SPDX-License-Identifier: MIT */
#include "guest.h"
#include "mailbox.h"
#include "sys.h"

#define OPEN_READ_WRITE 02u
#define OPEN_NOCTTY 0400u
#define TERMINAL_SET 0x5402u       /* TCSETS */
#define TERMINAL_PLAIN 0x000018b2u /* B115200, 8 bits, receiver on, no modem lines */
#define TERMINAL_BYTES_AT_LEAST 6  /* VMIN */

/* struct terminal - as the kernel has it. All flags off: bytes pass as they are. */
struct terminal {
	uint32_t input, output, control, local;
	uint8_t line, character[19];
};

static uint64_t length_of(const char *text)
{
	uint64_t length = 0;

	while (text[length] != '\0')
		length++;
	return length;
}

/* The end of process 1 is the end of the guest. */
__attribute__((noreturn)) static void give_up(const char *what)
{
	int64_t log = sys_call(SYS_NR_OPEN, (uint64_t) "/dev/kmsg", 1, 0, 0, 0, 0);
	char line[128] = "<2>" GUEST_SAID;
	uint64_t used = length_of(line), length = length_of(what);

	memcpy(line + used, what, length);
	(void)sys_call(SYS_NR_WRITE, (uint64_t)log, (uint64_t)line, used + length, 0, 0, 0);
	sys_exit(4);
}

static void mount_at(const char *folder, const char *type)
{
	(void)sys_call(SYS_NR_MOUNT, (uint64_t)type, (uint64_t)folder, (uint64_t)type, 0, 0, 0);
}

static void open_as(const char *path, uint64_t fd)
{
	int64_t at =
	    sys_call(SYS_NR_OPEN, (uint64_t)path, OPEN_READ_WRITE | OPEN_NOCTTY, 0, 0, 0, 0);

	if (at < 0)
		give_up(path);
	(void)sys_call(SYS_NR_DUP2, (uint64_t)at, fd, 0, 0, 0, 0);
	(void)sys_call(SYS_NR_CLOSE, (uint64_t)at, 0, 0, 0, 0, 0);
}

static void terminal_plain(uint64_t fd)
{
	struct terminal terminal = { .control = TERMINAL_PLAIN };

	terminal.character[TERMINAL_BYTES_AT_LEAST] = 1;
	if (sys_call(SYS_NR_IOCTL, fd, TERMINAL_SET, (uint64_t)&terminal, 0, 0, 0) < 0)
		give_up(GUEST_WAKE_FILE);
}

/* A byte is told of at once, not when no other follows. */
static void line_prompt(void)
{
	int64_t at = sys_call(SYS_NR_OPEN, (uint64_t)GUEST_WAKE_TRIGGER, 1, 0, 0, 0, 0);

	(void)sys_call(SYS_NR_WRITE, (uint64_t)at, (uint64_t) "1", 1, 0, 0, 0);
	(void)sys_call(SYS_NR_CLOSE, (uint64_t)at, 0, 0, 0, 0, 0);
}

void guest_enter(void)
{
	if (sys_call(SYS_NR_GETPID, 0, 0, 0, 0, 0, 0) != 1 ||
	    sys_call(SYS_NR_FCNTL, MAILBOX_FD, 1, 0, 0, 0, 0) >= 0)
		return;
	mount_at("/proc", "proc");
	mount_at("/sys", "sysfs");
	mount_at("/dev", "devtmpfs");
	open_as(GUEST_MAILBOX_FILE, MAILBOX_FD);
	open_as(GUEST_WAKE_FILE, COMMAND_FD);
	open_as(GUEST_WAKE_FILE, ANSWER_FD);
	terminal_plain(COMMAND_FD);
	line_prompt();
}
