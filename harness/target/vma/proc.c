/* What /proc tells of this process: its VMAs by query or text, and its counters. */
/* SPDX-License-Identifier: MIT */
#include "proc.h"
#include "../../worker/sys.h"
#include "../../../model/vma/vmflag.h"

#define PROCMAP_QUERY_REQUEST 0xc0686611ul
#define PROCMAP_COVERING_OR_NEXT 0x10u
#define TEXT_BYTES (2ul << 20)

/* The kernel's struct procmap_query. */
struct procmap_query {
	uint64_t size, query_flags, query_addr;
	uint64_t vma_start, vma_end, vma_flags, vma_page_size, vma_offset;
	uint64_t inode;
	uint32_t dev_major, dev_minor, name_size, build_id_size;
	uint64_t name_addr, build_id_addr;
};

static int64_t maps_fd, smaps_fd, statm_fd, status_fd;
static bool has_query;
static char text[TEXT_BYTES];

/* The two letters of a flag in smaps. */
static const struct {
	char name[3];
	uint64_t flag;
} flag_names[] = {
	{ "rd", VMA_READ },       { "wr", VMA_WRITE },
	{ "ex", VMA_EXEC },       { "sh", VMA_SHARED },
	{ "mr", VMA_MAYREAD },    { "mw", VMA_MAYWRITE },
	{ "me", VMA_MAYEXEC },    { "ms", VMA_MAYSHARE },
	{ "gd", VMA_GROWSDOWN },  { "lo", VMA_LOCKED },
	{ "sr", VMA_SEQ_READ },   { "rr", VMA_RAND_READ },
	{ "dc", VMA_DONTCOPY },   { "lf", VMA_LOCKONFAULT },
	{ "ac", VMA_ACCOUNT },    { "nr", VMA_NORESERVE },
	{ "wf", VMA_WIPEONFORK }, { "dd", VMA_DONTDUMP },
	{ "hg", VMA_HUGEPAGE },   { "nh", VMA_NOHUGEPAGE },
	{ "mg", VMA_MERGEABLE },  { "sd", 0 }, /* soft dirty: of pages, not of the address space */
};

static int64_t file_open(const char *path)
{
	return sys_call(SYS_NR_OPEN, (uint64_t)path, 0, 0, 0, 0, 0);
}

/* The whole of @fd from its beginning. */
static int64_t text_read(int64_t fd, char *to, size_t bytes)
{
	size_t used = 0;
	int64_t count;

	do {
		count = sys_call(SYS_NR_PREAD, (uint64_t)fd, (uint64_t)(to + used),
				 bytes - 1 - used, used, 0, 0);
		if (count > 0)
			used += (size_t)count;
	} while (count > 0 && used < bytes - 1);
	to[used] = '\0';
	return count < 0 ? count : (int64_t)used;
}

/* A short file in one piece: a second read would make the kernel write it all again. */
static int64_t counters_read(int64_t fd)
{
	int64_t count =
	    sys_call(SYS_NR_PREAD, (uint64_t)fd, (uint64_t)text, PAGE_BYTES - 1, 0, 0, 0);

	text[count > 0 ? count : 0] = '\0';
	return count;
}

int64_t proc_file(const char *path, char *to, size_t bytes)
{
	int64_t fd = file_open(path), count;

	if (fd < 0)
		return fd;
	count = text_read(fd, to, bytes);
	(void)sys_call(SYS_NR_CLOSE, (uint64_t)fd, 0, 0, 0, 0, 0);
	return count;
}

int proc_open(void)
{
	struct proc_vma vma;

	maps_fd = file_open("/proc/self/maps");
	smaps_fd = file_open("/proc/self/smaps");
	statm_fd = file_open("/proc/self/statm");
	status_fd = file_open("/proc/self/status");
	if (maps_fd < 0 || smaps_fd < 0 || statm_fd < 0 || status_fd < 0)
		return -MODEL_ENOTSUP;
	has_query = true;
	has_query = proc_query(0, &vma); /* the image lies there */
	return 0;
}

bool proc_has_query(void)
{
	return has_query;
}

bool proc_query(uint64_t page, struct proc_vma *vma)
{
	struct procmap_query query = { .size = sizeof(query),
				       .query_flags = PROCMAP_COVERING_OR_NEXT,
				       .query_addr = page * PAGE_BYTES };

	if (sys_call(SYS_NR_IOCTL, (uint64_t)maps_fd, PROCMAP_QUERY_REQUEST, (uint64_t)&query, 0, 0,
		     0) < 0)
		return false;
	vma->start = query.vma_start / PAGE_BYTES;
	vma->end = query.vma_end / PAGE_BYTES;
	vma->pgoff = query.vma_offset / PAGE_BYTES;
	vma->flags = query.vma_flags & (VMA_ACCESS | VMA_SHARED);
	vma->inode = query.inode;
	return true;
}

static uint64_t hex_read(const char **at)
{
	uint64_t value = 0;

	for (;; (*at)++) {
		char c = **at;

		if (c >= '0' && c <= '9')
			value = value * 16 + (uint64_t)(c - '0');
		else if (c >= 'a' && c <= 'f')
			value = value * 16 + (uint64_t)(c - 'a' + 10);
		else
			return value;
	}
}

static uint64_t decimal_read(const char **at)
{
	uint64_t value = 0;

	while (**at == ' ' || **at == '\t')
		(*at)++;
	for (; **at >= '0' && **at <= '9'; (*at)++)
		value = value * 10 + (uint64_t)(**at - '0');
	return value;
}

static const char *line_next(const char *at)
{
	while (*at != '\0' && *at != '\n')
		at++;
	return *at == '\n' ? at + 1 : at;
}

/* A line of /proc/self/maps: start-end rwxp offset device inode ... */
static struct proc_vma line_parse(const char *at)
{
	struct proc_vma vma = { .start = hex_read(&at) / PAGE_BYTES };

	at++;
	vma.end = hex_read(&at) / PAGE_BYTES;
	vma.flags = (at[1] == 'r' ? VMA_READ : 0) | (at[2] == 'w' ? VMA_WRITE : 0) |
		    (at[3] == 'x' ? VMA_EXEC : 0) | (at[4] == 's' ? VMA_SHARED : 0);
	at += 6;
	vma.pgoff = hex_read(&at) / PAGE_BYTES;
	at++;
	(void)hex_read(&at);
	at++;
	(void)hex_read(&at);
	vma.inode = decimal_read(&at);
	return vma;
}

static bool starts_vma(const char *at)
{
	return (*at >= '0' && *at <= '9') || (*at >= 'a' && *at <= 'f');
}

/* The flags of a line "VmFlags: rd wr ...". */
static uint64_t flags_parse(const char *at)
{
	uint64_t flags = 0;
	uint32_t i;

	for (; *at != '\0' && *at != '\n'; at++) {
		if (*at == ' ')
			continue;
		for (i = 0; i < sizeof(flag_names) / sizeof(flag_names[0]); i++)
			if (at[0] == flag_names[i].name[0] && at[1] == flag_names[i].name[1])
				break;
		if (i < sizeof(flag_names) / sizeof(flag_names[0]))
			flags |= flag_names[i].flag;
		else
			flags |= PROC_FLAG_UNKNOWN;
		at++;
	}
	return flags;
}

static void text_parse(uint64_t low, struct proc_list *list)
{
	const char *at = text;
	bool ours = false;

	list->count = 0;
	for (; *at != '\0' && list->count < PROC_VMAS_MAX; at = line_next(at)) {
		if (starts_vma(at)) {
			struct proc_vma vma = line_parse(at);

			ours = vma.start >= low && vma.start < 0x7ffffffffull;
			if (ours)
				list->vma[list->count++] = vma;
		} else if (ours && at[0] == 'V' && at[1] == 'm' && at[2] == 'F') {
			list->vma[list->count - 1].flags = flags_parse(at + 8);
		}
	}
}

void proc_maps(uint64_t low, struct proc_list *list)
{
	uint64_t page = low;

	if (!has_query) {
		(void)text_read(maps_fd, text, sizeof(text));
		text_parse(low, list);
		return;
	}
	list->count = 0;
	while (list->count < PROC_VMAS_MAX && proc_query(page, &list->vma[list->count])) {
		page = list->vma[list->count].end;
		list->count++;
	}
}

void proc_smaps(uint64_t low, struct proc_list *list)
{
	(void)text_read(smaps_fd, text, sizeof(text));
	text_parse(low, list);
}

uint64_t proc_locked(void)
{
	static const char name[] = "\nVmLck:";
	const char *at = text;

	if (counters_read(status_fd) < 0)
		return UINT64_MAX;
	for (; *at != '\0'; at++) {
		uint32_t i = 0;

		while (name[i] != '\0' && at[i] == name[i])
			i++;
		if (name[i] == '\0') {
			at += i;
			return decimal_read(&at) / (PAGE_BYTES / 1024);
		}
	}
	return UINT64_MAX;
}

void proc_counters(struct proc_counters *counters)
{
	const char *at = text;

	(void)counters_read(statm_fd);
	counters->total_vm = decimal_read(&at);
	for (uint32_t i = 1; i < 5; i++)
		(void)decimal_read(&at);
	counters->data_vm = decimal_read(&at);
}
