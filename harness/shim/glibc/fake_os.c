/* The fake operating system: a break that moves in one zone, mappings in numbered strides of two others. */
/* SPDX-License-Identifier: MIT */
#include "edges.h"
#include "fake_os.h"
#include "../../worker/sys.h"
#include "../../target/ptmalloc/calls.h"

#define FAKE_PAGE 4096ul
#define BREAK_KEPT (512ul << 20) /* a case that grew the heap further gives it back */
#define MADV_DONTNEED 4ul
#define MADV_NOHUGEPAGE 15ul
#define MADV_DONTDUMP 16ul

struct fake_os fake_os;

static uint64_t page_up(uint64_t bytes)
{
	return (bytes + FAKE_PAGE - 1) & ~(FAKE_PAGE - 1);
}

static int64_t advise(uint64_t at, uint64_t bytes, uint64_t how)
{
	return sys_call(SYS_NR_MADVISE, at, bytes, how, 0, 0, 0);
}

static int zone_open(uint64_t from, uint64_t to)
{
	int64_t at = sys_call(SYS_NR_MMAP, from, to - from, SYS_PROT_READ | SYS_PROT_WRITE,
			      SYS_MAP_PRIVATE | SYS_MAP_ANONYMOUS | SYS_MAP_NORESERVE |
				  SYS_MAP_FIXED_NOREPLACE,
			      UINT64_MAX, 0);

	if (at < 0)
		return (int)at;
	/* A touch costs a page, and a crash no walk through all of it. */
	(void)advise(from, to - from, MADV_NOHUGEPAGE);
	(void)advise(from, to - from, MADV_DONTDUMP);
	return (uint64_t)at == from ? 0 : -MODEL_EEXIST;
}

int fake_os_open(void)
{
	int status = zone_open(PLACE_BASE, PLACE_BREAK_END);

	fake_os.brk = PLACE_BASE;
	fake_os.brk_high = PLACE_BASE;
	fake_os.map_count = 1;
	if (status == 0)
		status = zone_open(PLACE_SMALL, PLACE_SMALL_END);
	return status != 0 ? status : zone_open(PLACE_LARGE, PLACE_LARGE_END);
}

static void break_drop(void)
{
	(void)advise(PLACE_BASE, page_up(fake_os.brk_high - PLACE_BASE), MADV_DONTNEED);
}

/* The list of what was written overflowed: hand every page back. */
static void zones_drop(void)
{
	break_drop();
	(void)advise(PLACE_SMALL, (uint64_t)fake_os.map_count << PLACE_SMALL_BITS, MADV_DONTNEED);
	(void)advise(PLACE_LARGE, (uint64_t)fake_os.large_high << PLACE_LARGE_BITS, MADV_DONTNEED);
}

void fake_os_reset(void)
{
	if (!edges_clear())
		zones_drop();
	else if (fake_os.brk_high - PLACE_BASE > BREAK_KEPT)
		break_drop();
	fake_os.map_count = 1;
	fake_os.large_high = 0;
	fake_os.brk = PLACE_BASE;
	fake_os.brk_high = PLACE_BASE;
	fake_os.deny = 0;
}

/* Number of the region whose stride @real lies in; 0 is the break's. */
static uint32_t region_of(uint64_t real)
{
	if (real >= PLACE_LARGE)
		return fake_os.large[(real - PLACE_LARGE) >> PLACE_LARGE_BITS];
	return real < PLACE_SMALL ? 0 : (uint32_t)((real - PLACE_SMALL) >> PLACE_SMALL_BITS);
}

uint64_t fake_to_model(uint64_t real)
{
	uint32_t number = region_of(real);
	uint64_t base = number == 0 ? PLACE_BASE : fake_os.map[number].base;

	return (uint64_t)number << PTM_REGION_SHIFT | (real - base);
}

uint64_t fake_to_real(uint64_t pointer)
{
	uint64_t number = (pointer >> PTM_REGION_SHIFT) % PLACE_REGIONS;
	uint64_t base = number == 0 ? PLACE_BASE : fake_os.map[number].base;

	return base + (pointer & ((1ul << PTM_REGION_SHIFT) - 1));
}

static struct fake_map *map_find(uint64_t at)
{
	uint32_t number = at - PLACE_BASE < PLACE_LARGE_END - PLACE_BASE ? region_of(at) : 0;

	return number != 0 && number < fake_os.map_count ? &fake_os.map[number] : NULL;
}

/* The end of a mapping is a place, too. */
uint64_t fake_pointer(uint64_t real)
{
	const struct fake_map *map = map_find(real);

	return map != NULL && map->at != 0 && real - map->at <= map->bytes ? fake_to_model(real)
									   : POINTER_NOWHERE;
}

uint64_t fake_address(uint64_t pointer, uint64_t bytes)
{
	uint64_t number = pointer >> PTM_REGION_SHIFT, into;
	const struct fake_map *map;

	if (number >= fake_os.map_count)
		return 0;
	map = &fake_os.map[number];
	into = fake_to_real(pointer) - map->at;
	return map->at != 0 && into <= map->bytes && bytes <= map->bytes - into ? map->at + into
										: 0;
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
		       (increment > 0 ? distance > PLACE_BASE + PTM_BREAK_BYTES - old
				      : -distance > old - PLACE_BASE);

	if (increment == 0) /* libc answers this one without a system call */
		return (int64_t)old;
	if (refused)
		return note(OS_SBRK, distance, 0, 0, -MODEL_ENOMEM);
	fake_os.brk = old + distance;
	if (fake_os.brk > fake_os.brk_high)
		fake_os.brk_high = fake_os.brk;
	if (increment > 0) /* where a new top may begin */
		edges_note(old, EDGE_BYTES);
	note(OS_SBRK, distance, 0, 0, (int64_t)fake_to_model(old));
	return (int64_t)old;
}

/* Base of a large stride for mapping @number, or 0. */
static uint64_t large_take(uint32_t number)
{
	uint32_t i = 0;

	while (i < fake_os.large_high && fake_os.map[fake_os.large[i]].at != 0)
		i++;
	if (i == PLACE_LARGE_COUNT)
		return 0;
	if (i == fake_os.large_high)
		fake_os.large_high++;
	fake_os.large[i] = number;
	return PLACE_LARGE + ((uint64_t)i << PLACE_LARGE_BITS);
}

/* Base of a stride for mapping @number of @bytes, or 0: refused. */
static uint64_t stride_take(uint32_t number, uint64_t bytes)
{
	if (bytes == 0 || bytes > PTM_MAPPING_MAX || number >= PLACE_REGIONS)
		return 0;
	return place_small(bytes) ? PLACE_SMALL + ((uint64_t)number << PLACE_SMALL_BITS)
				  : large_take(number);
}

/* A new region. */
static uint64_t map_place(uint64_t bytes)
{
	uint64_t base = stride_take(fake_os.map_count, bytes);
	uint64_t at = base + ptm_region_start(fake_os.map_count);

	if (base == 0)
		return 0;
	fake_os.map[fake_os.map_count++] =
	    (struct fake_map){ .at = at, .base = base, .bytes = bytes, .chunk = at };
	edges_note(at, EDGE_BYTES);
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

	memcpy((void *)header, (const void *)map->chunk, EDGE_BYTES);
	edges_note(header, EDGE_BYTES);
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
