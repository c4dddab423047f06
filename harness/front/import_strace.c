/* import strace: the mm calls of one process, of the output of strace -f -e trace=memory. */
/* SPDX-License-Identifier: MIT */
#include "import_strace.h"
#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define PID_MAX 4194304 /* of Linux: a larger number at the beginning is a time */
#define UNFINISHED " <unfinished ...>"

/* A process, or a thread of one. */
struct task {
	uint32_t pid;     /* 0: of lines that name none */
	uint32_t group;   /* index of a task whose memory it shares; its own, where none is known */
	bool child;       /* strace attached to it later, or a call made it */
	char *unfinished; /* its call that lines of others interrupt */
	uint64_t calls;   /* those that may matter, of the group if it leads one */
};

/* A call that may matter. */
struct event {
	char *text;
	struct strace_call call; /* in text */
	uint32_t task;
};

struct strace {
	struct import *import;
	struct task *task;
	uint32_t task_count;
	struct event *event;
	size_t event_count, event_room;
	uint64_t resumed; /* lines that only complete a call of an earlier one */
};

static uint32_t task_of(struct strace *strace, uint32_t pid)
{
	uint32_t i = strace->task_count;

	while (i-- > 0) /* whoever speaks has often spoken just before */
		if (strace->task[i].pid == pid)
			return i;
	i = strace->task_count++;
	strace->task = memory_grow(strace->task, strace->task_count, sizeof(struct task));
	strace->task[i] = (struct task){ .pid = pid, .group = i };
	return i;
}

static uint32_t group_of(const struct strace *strace, uint32_t task)
{
	while (strace->task[task].group != task)
		task = strace->task[task].group;
	return task;
}

static void tasks_join(struct strace *strace, uint32_t parent, uint32_t child)
{
	strace->task[group_of(strace, child)].group = group_of(strace, parent);
}

/* A number that a blank or a bracket ends. */
static bool pid_parse(const char **at, uint32_t *pid)
{
	char *end;
	unsigned long value = strtoul(*at, &end, 10);

	if (*end == '<') /* -Y: the name of its program */
		end += strcspn(end, ">") + (strchr(end, '>') != NULL);
	if (end == *at || value == 0 || value > PID_MAX || (*end != ' ' && *end != ']'))
		return false;
	*pid = (uint32_t)value;
	*at = end;
	return true;
}

/* Steps over one thing that may stand before a call: pid, times, the instruction pointer. Returns: was there one? */
static bool prefix_skip(const char **at, uint32_t *pid)
{
	const char *end = *at;

	if (strncmp(end, "[pid", 4) == 0) {
		end += 4 + strspn(end + 4, " ");
		if (!pid_parse(&end, pid) || *end != ']')
			return false;
		end++;
	} else if (*end == '[' || *end == '(') {
		end += strcspn(end, "])");
		end += *end != '\0';
	} else if (isdigit((unsigned char)*end)) {
		if (*pid != 0 || !pid_parse(&end, pid))
			end += strcspn(end, " ");
	}
	if (end == *at)
		return false;
	*at = end + strspn(end, " ");
	return true;
}

/* "PID: mmap(...)": the line without what stands before the call. */
static const char *prefixes_skip(const char *line, uint32_t *pid)
{
	*pid = 0;
	line += strspn(line, " ");
	while (prefix_skip(&line, pid))
		;
	return line;
}

static bool name_is(const struct strace_call *call, const char *name)
{
	return strcmp(call->name, name) == 0;
}

static bool makes_task(const struct strace_call *call)
{
	return name_is(call, "clone") || name_is(call, "clone3") || name_is(call, "fork") ||
	       name_is(call, "vfork");
}

static bool starts_program(const struct strace_call *call)
{
	return name_is(call, "execve") || name_is(call, "execveat");
}

static void event_add(struct strace *strace, struct event event)
{
	if (strace->event_count == strace->event_room) {
		strace->event_room = strace->event_room ? 2 * strace->event_room : 256;
		strace->event =
		    memory_grow(strace->event, strace->event_room, sizeof(struct event));
	}
	strace->event[strace->event_count++] = event;
}

/* A new task: a thread has the memory of who made it. @text: of the call. */
static void task_made(struct strace *strace, const struct strace_call *call, const char *text,
		      uint32_t parent)
{
	uint32_t child;

	if (call->result != RESULT_VALUE || call->value == 0 || call->value > PID_MAX)
		return;
	child = task_of(strace, (uint32_t)call->value);
	strace->task[child].child = true;
	if (strstr(text, "CLONE_THREAD") != NULL)
		tasks_join(strace, parent, child);
}

/* A whole call. */
static bool call_read(struct strace *strace, const char *text, uint32_t task)
{
	struct event event = { .text = text_copy(text, strlen(text)), .task = task };
	const struct strace_call *call = &event.call;

	if (!strace_call_parse(event.text, &event.call)) {
		free(event.text);
		return import_pass(strace->import, "not a call");
	}
	strace->import->known++;
	if (makes_task(call))
		task_made(strace, call, text, task);
	if (mm_call_find(call->name, strlen(call->name)) != NULL || starts_program(call)) {
		event_add(strace, event);
		return true;
	}
	import_pass(strace->import, "%.40s", call->name);
	free(event.text);
	return true;
}

/* "mmap(NULL, 4096 <unfinished ...>": what was said of it is kept for the line that resumes it. */
static bool call_interrupted(struct strace *strace, const char *text, size_t length, uint32_t task)
{
	char **kept = &strace->task[task].unfinished;

	if (*kept != NULL)
		import_pass(strace->import, "unfinished");
	free(*kept);
	*kept = text_copy(text, length);
	return true;
}

/* "<... mmap resumed>) = 0x7f00" */
static bool call_resumed(struct strace *strace, const char *text, uint32_t task)
{
	char **kept = &strace->task[task].unfinished;
	const char *rest = strstr(text, "resumed>");
	char *whole;

	if (*kept == NULL || rest == NULL)
		return import_pass(strace->import, "resumed without its beginning");
	strace->resumed++;
	whole = text_format("%s%s", *kept, rest + strlen("resumed>"));
	free(*kept);
	*kept = NULL;
	(void)call_read(strace, whole, task);
	free(whole);
	return true;
}

/* "strace: Process 12 attached": those before the first call are the ones that strace was asked for. */
static bool strace_said(struct strace *strace, const char *text)
{
	static const char process[] = "strace: Process ";
	uint32_t pid, task;

	if (strncmp(text, process, sizeof(process) - 1) == 0 && strace->import->known > 0) {
		text += sizeof(process) - 1;
		if (pid_parse(&text, &pid)) {
			task = task_of(strace, pid);
			strace->task[task].child = true;
		}
	}
	return import_pass(strace->import, "of strace itself");
}

static bool line_read(struct strace *strace)
{
	uint32_t pid, task;
	const char *text = prefixes_skip(strace->import->line, &pid);
	size_t length = strlen(text), tail = strlen(UNFINISHED);

	if (strncmp(text, "strace: ", 8) == 0)
		return strace_said(strace, text);
	if (strncmp(text, "+++ ", 4) == 0)
		return import_pass(strace->import, "end of a process");
	if (strncmp(text, "--- ", 4) == 0)
		return import_pass(strace->import, "signal");
	task = task_of(strace, pid);
	if (strncmp(text, "<... ", 5) == 0)
		return call_resumed(strace, text, task);
	if (length > tail && strcmp(text + length - tail, UNFINISHED) == 0)
		return call_interrupted(strace, text, length - tail, task);
	return call_read(strace, text, task);
}

/*
 * With -f lines name their process only while there are several. Those without a number are of the one that strace
 * started.
 */
static void nameless_join(struct strace *strace)
{
	uint32_t nameless = strace->task_count;

	for (uint32_t i = 0; i < strace->task_count; i++)
		if (strace->task[i].pid == 0)
			nameless = i;
	for (uint32_t i = 0; nameless < strace->task_count && i < strace->task_count; i++)
		if (strace->task[i].pid != 0 && !strace->task[i].child) {
			tasks_join(strace, i, nameless);
			break;
		}
}

/* Calls of each group, those of its tasks together. */
static void groups_count(struct strace *strace)
{
	for (size_t i = 0; i < strace->event_count; i++)
		strace->task[group_of(strace, strace->event[i].task)].calls++;
}

static uint32_t busiest(const struct strace *strace)
{
	uint32_t best = 0;

	for (uint32_t i = 1; i < strace->task_count; i++)
		if (strace->task[i].calls > strace->task[best].calls)
			best = i;
	return group_of(strace, best);
}

/* Returns: the group to import, or task_count with import->error. */
static uint32_t group_choose(struct strace *strace)
{
	uint32_t pid = strace->import->pid, best = busiest(strace);

	if (pid == 0)
		return best;
	for (uint32_t i = 0; i < strace->task_count; i++)
		if (strace->task[i].pid == pid)
			return group_of(strace, i);
	error_set(strace->import->error,
		  "has no process %" PRIu32 "; the one with most calls is %" PRIu32, pid,
		  strace->task[best].pid);
	return strace->task_count;
}

/* Does the event show that its process runs another program than before? @brk: its break, 0: not known. */
static bool program_starts(const struct strace_call *call, uint64_t *brk)
{
	uint64_t asked;
	bool found;

	if (call->result != RESULT_VALUE)
		return false;
	if (starts_program(call)) {
		*brk = 0;
		return true;
	}
	if (!name_is(call, "brk") || !strace_number(call->arg[0], &asked))
		return false;
	found = asked == 0 && *brk != 0 && *brk != call->value;
	*brk = call->value;
	return found;
}

/* Where the last program of the group begins: what its process had before is gone. */
static size_t program_find(const struct strace *strace, uint32_t group)
{
	size_t start = 0;
	uint64_t brk = 0;

	for (size_t i = 0; i < strace->event_count; i++)
		if (group_of(strace, strace->event[i].task) == group &&
		    program_starts(&strace->event[i].call, &brk))
			start = i;
	return start;
}

static bool event_import(struct space *space, const struct event *event, bool chosen, bool before)
{
	if (!chosen)
		return import_pass(space->import, "of other processes");
	if (starts_program(&event->call))
		return import_pass(space->import, "execve");
	if (before)
		return import_pass(space->import, "before the last program began");
	return strace_call_import(space, &event->call);
}

static void note_write(const struct strace *strace, const struct space *space, uint32_t pid)
{
	struct import *import = strace->import;

	if (pid != 0)
		import_note(import, " of process %" PRIu32, pid);
	if (strace->resumed > 0)
		import_note(import, "; %" PRIu64 " lines only complete others", strace->resumed);
	if (space->parted_at != 0)
		import_note(import,
			    "; op %" PRIu64 " reaches beyond its mapping, no results are expected "
			    "from there on",
			    space->parted_at);
}

static bool events_import(struct strace *strace)
{
	struct space space = { .import = strace->import,
			       .heap_here = mm_region(strace->import, "heap") };
	uint32_t group;
	size_t start;
	bool good = true;

	nameless_join(strace);
	groups_count(strace);
	group = group_choose(strace);
	if (group == strace->task_count)
		return false;
	start = program_find(strace, group);
	for (size_t i = 0; good && i < strace->event_count; i++)
		good = event_import(&space, &strace->event[i],
				    group_of(strace, strace->event[i].task) == group, i < start);
	note_write(strace, &space, strace->task[group].pid);
	space_free(&space);
	return good;
}

static void strace_free(struct strace *strace)
{
	for (uint32_t i = 0; i < strace->task_count; i++) {
		if (strace->task[i].unfinished != NULL)
			import_pass(strace->import, "unfinished");
		free(strace->task[i].unfinished);
	}
	for (size_t i = 0; i < strace->event_count; i++)
		free(strace->event[i].text);
	free(strace->event);
	free(strace->task);
}

bool import_strace(struct import *import)
{
	struct strace strace = { .import = import };
	bool good = true;

	import->slots.next = MM_SLOT_FIRST;
	while (good && import_line(import))
		good = line_read(&strace);
	good = good && import->error->text[0] == '\0' &&
	       (strace.event_count == 0 || events_import(&strace));
	strace_free(&strace);
	return good;
}
