/* The fake operating system: a break that moves in one region, mappings in numbered strides of another. */
/* SPDX-License-Identifier: MIT */
#include "edges.h"
#include "fake_os.h"
#include "../../worker/sys.h"
#include "../../target/ptmalloc/calls.h"

struct fake_os fake_os;

static uint64_t page_up(uint64_t bytes)
{
	return (bytes + FAKE_PAGE - 1) & ~(FAKE_PAGE - 1);
}

int fake_os_open(void)
{
	int64_t at = sys_call(
	    SYS_NR_MMAP, PLACE_BASE, PLACE_STRIDE * PLACE_REGIONS, SYS_PROT_READ | SYS_PROT_WRITE,
	    SYS_MAP_PRIVATE | SYS_MAP_ANONYMOUS | SYS_MAP_NORESERVE | SYS_MAP_FIXED_NOREPLACE,
	    UINT64_MAX, 0);

	fake_os.brk = PLACE_BASE;
	fake_os.brk_high = PLACE_BASE;
	fake_os.map_count = 1;
	if (at < 0)
		return (int)at;
	return (uint64_t)at == PLACE_BASE ? 0 : -MODEL_EEXIST;
}

/* The list overflowed: hand every page back. */
static void regions_drop(void)
{
	const uint64_t dontneed = 4;

	(void)sys_call(SYS_NR_MADVISE, PLACE_BASE, PLACE_STRIDE * fake_os.map_count, dontneed, 0, 0,
		       0);
}

void fake_os_reset(void)
{
	if (!edges_clear(PLACE_BASE, PLACE_STRIDE * PLACE_REGIONS))
		regions_drop();
	fake_os.map_count = 1;
	fake_os.brk = PLACE_BASE;
	fake_os.brk_high = PLACE_BASE;
	fake_os.deny = 0;
}

static int64_t note(uint32_t kind, uint64_t a, uint64_t b, uint64_t c, int64_t result)
{
	struct os *os = fake_os.log;
	struct os_event *event;

	if (os == NULL || os->seen_count >= OS_EVENTS_MAX)
		return result;
	event = &os->seen[os->seen_count++];
	event->kind = kind;
	event->arg[0] = a;
	event->arg[1] = b;
	event->arg[2] = c;
	event->err = result < 0 ? (int32_t)-result : 0;
	event->result = result < 0 ? 0 : (uint64_t)result;
	return result;
}

int64_t fake_os_sbrk(int64_t increment)
{
	uint64_t old = fake_os.brk, distance = (uint64_t)increment;
	bool refused = ptm_brk_denied(fake_os.deny, fake_os.log, increment) ||
		       (increment > 0 ? distance > PLACE_BASE + PLACE_STRIDE - old
				      : -distance > old - PLACE_BASE);

	if (increment == 0) /* libc answers this one without a system call */
		return (int64_t)old;
	if (refused)
		return note(OS_SBRK, distance, 0, 0, -MODEL_ENOMEM);
	fake_os.brk = old + distance;
	if (fake_os.brk > fake_os.brk_high)
		fake_os.brk_high = fake_os.brk;
	if (increment > 0) /* where a new top may begin */
		edges_note(old, 64);
	note(OS_SBRK, distance, 0, 0, (int64_t)fake_to_model(old));
	return (int64_t)old;
}

/* A new region. */
static uint64_t map_place(uint64_t bytes)
{
	uint64_t at = place_new(fake_os.map_count, bytes);

	if (at == 0)
		return 0;
	fake_os.map[fake_os.map_count++] =
	    (struct fake_map){ .at = at, .bytes = bytes, .chunk = at };
	edges_note(at, 64);
	return at;
}

/* Notes a request whose result is an address. */
static int64_t note_place(uint32_t kind, uint64_t a, uint64_t b, uint64_t c, uint64_t at)
{
	if (at == 0)
		return note(kind, a, b, c, -MODEL_ENOMEM);
	note(kind, a, b, c, (int64_t)fake_to_model(at));
	return (int64_t)at;
}

int64_t fake_os_mmap(uint64_t bytes, uint64_t protection)
{
	uint64_t at = (fake_os.deny & PTM_DENY_MMAP) != 0 ? 0 : map_place(page_up(bytes));

	return note_place(OS_MMAP, bytes, protection, 0, at);
}

static struct fake_map *map_find(uint64_t at)
{
	uint64_t number = (at - PLACE_BASE) >> PLACE_STRIDE_BITS;

	return number != 0 && number < fake_os.map_count ? &fake_os.map[number] : NULL;
}

void fake_os_note_chunk(uint64_t at)
{
	struct fake_map *map = map_find(at);

	if (map != NULL)
		map->chunk = at;
}

int64_t fake_os_munmap(uint64_t at, uint64_t bytes)
{
	struct fake_map *map = map_find(at);

	if (map != NULL && map->at == at && page_up(bytes) == map->bytes)
		map->at = 0;
	return note(OS_MUNMAP, fake_to_model(at), bytes, 0, 0);
}

/* 0: refused. */
static uint64_t map_resize(struct fake_map *map, uint64_t bytes)
{
	if (!place_stays((uint32_t)(map - fake_os.map), map->bytes, bytes))
		return map_place(bytes);
	map->bytes = bytes;
	return map->at;
}

/* Of the contents, only the header of the chunk is ever looked at. */
static void map_move(struct fake_map *map, uint64_t to)
{
	uint64_t header = to + (map->chunk - map->at);

	memcpy((void *)header, (const void *)map->chunk, 64);
	edges_note(header, 64);
	map_find(to)->chunk = header;
	map->at = 0;
}

int64_t fake_os_mremap(uint64_t at, uint64_t bytes_old, uint64_t bytes_new)
{
	struct fake_map *map = map_find(at);
	uint64_t to = 0;

	if (map != NULL && map->at == at && (fake_os.deny & PTM_DENY_MREMAP) == 0)
		to = map_resize(map, page_up(bytes_new));
	if (to != 0 && to != at)
		map_move(map, to);
	return note_place(OS_MREMAP, fake_to_model(at), bytes_old, bytes_new, to);
}

int64_t fake_os_advise(uint32_t kind, uint64_t at, uint64_t bytes, uint64_t how)
{
	return note(kind, fake_to_model(at), bytes, how, 0);
}
