/* Whether the kernel has reported trouble: its taint and its log. */
/* SPDX-License-Identifier: MIT */
#include "trouble.h"
#include "proc.h"
#include "../../worker/sys.h"

#define OPEN_NONBLOCK 04000u
#define RECORD_BYTES 2048u
#define ERRNO_EPIPE 32 /* records were overwritten: go on with the next */
#define TAINT_SHIFT 48

static const char *const marks[] = {
	"WARNING:",           "BUG:",           "Oops",       "general protection",
	"kernel BUG at",      "Bad page state", "rcu: INFO:", "list_add corruption",
	"list_del corruption"
};

static bool text_has(const char *text, const char *mark)
{
	for (; *text != '\0'; text++) {
		uint32_t i = 0;

		while (mark[i] != '\0' && text[i] == mark[i])
			i++;
		if (mark[i] == '\0')
			return true;
	}
	return false;
}

static void text_copy(char to[TARGET_TEXT_MAX], const char *from)
{
	uint32_t i = 0;

	for (; from[i] != '\0' && from[i] != '\n' && i < TARGET_TEXT_MAX - 1; i++)
		to[i] = from[i];
	to[i] = '\0';
}

/* The sequence number of a record of /dev/kmsg: priority,sequence,time,flags;text. */
static uint64_t record_sequence(const char *record)
{
	uint64_t sequence = 0;

	while (*record != '\0' && *record != ',')
		record++;
	for (record += *record == ','; *record >= '0' && *record <= '9'; record++)
		sequence = sequence * 10 + (uint64_t)(*record - '0');
	return sequence;
}

/* Is a record trouble? */
static bool record_counts(const char *record, char text[TARGET_TEXT_MAX])
{
	const char *message = record;

	while (*message != '\0' && *message != ';')
		message++;
	for (uint32_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
		if (text_has(message, marks[i])) {
			text_copy(text, *message == ';' ? message + 1 : message);
			return true;
		}
	return false;
}

/* 1 + the number of the last record that is trouble, which grows even if older ones are overwritten. */
static uint64_t log_last(char text[TARGET_TEXT_MAX])
{
	static char record[RECORD_BYTES];
	int64_t fd = sys_call(SYS_NR_OPEN, (uint64_t) "/dev/kmsg", OPEN_NONBLOCK, 0, 0, 0, 0);
	uint64_t last = 0;
	int64_t bytes;

	if (fd < 0)
		return 0;
	for (;;) {
		bytes = sys_call(SYS_NR_READ, (uint64_t)fd, (uint64_t)record, RECORD_BYTES - 1, 0,
				 0, 0);
		if (bytes == -ERRNO_EPIPE)
			continue;
		if (bytes <= 0)
			break;
		record[bytes] = '\0';
		if (record_counts(record, text))
			last = record_sequence(record) + 1;
	}
	(void)sys_call(SYS_NR_CLOSE, (uint64_t)fd, 0, 0, 0, 0, 0);
	return last;
}

static uint64_t taint_bits(char text[TARGET_TEXT_MAX])
{
	char number[32];
	uint64_t taint = 0, bits = 0;

	if (proc_file("/proc/sys/kernel/tainted", number, sizeof(number)) <= 0)
		return 0;
	for (uint32_t i = 0; number[i] >= '0' && number[i] <= '9'; i++)
		taint = taint * 10 + (uint64_t)(number[i] - '0');
	for (; taint != 0; taint &= taint - 1)
		bits++;
	if (bits != 0 && text[0] == '\0')
		text_copy(text, "the kernel is tainted: see /proc/sys/kernel/tainted");
	return bits;
}

uint64_t trouble_read(char text[TARGET_TEXT_MAX])
{
	uint64_t lines;

	text[0] = '\0';
	lines = log_last(text);
	return lines + (taint_bits(text) << TAINT_SHIFT);
}
