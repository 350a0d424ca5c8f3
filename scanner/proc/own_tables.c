#include "scanner/proc/own_tables.h"

#include "model/base/util.h"

#include <linux/kcmp.h>
#include <sys/syscall.h>

void own_tables_begin(struct own_tables *tables)
{
	tables->count = 0;
}

/* kcmp(2) gives 0 for the same, 1 to 3 for others, and -1: a task that has ended, or is not ours to ask. */
static bool differ(pid_t a, pid_t b)
{
	return syscall(SYS_kcmp, a, b, KCMP_FILES, 0, 0) > 0;
}

bool own_tables_is_new(struct own_tables *tables, pid_t shared, pid_t tid)
{
	if (tid == shared || !differ(shared, tid))
		return false;
	for (size_t i = 0; i < tables->count; i++) {
		const struct own_table *table = &tables->items[i];

		if (table->shared != shared)
			continue;
		if (table->tid == tid)
			return true;
		if (!differ(table->tid, tid))
			return false;
	}
	array_reserve(tables->items, tables->capacity, tables->count + 1);
	tables->items[tables->count++] = (struct own_table){.shared = shared, .tid = tid};
	return true;
}

void own_tables_done(struct own_tables *tables)
{
	free(tables->items);
}
