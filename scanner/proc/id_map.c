#include "scanner/proc/id_map.h"

#include "scanner/proc/parse.h"
#include "scanner/proc/proc_file.h"

#include <fcntl.h>
#include <stdint.h>

bool ids_are_global(const char *path)
{
	struct proc_lines map;
	uint32_t numbers[3] = {1}; /* from which, to which, how many */
	const char *line;
	bool global;

	if (proc_lines_open(&map, AT_FDCWD, path) < 0)
		return false;
	line = proc_lines_next(&map, NULL);
	global = line && parse_numbers(line, numbers, 3) == 0 && numbers[0] == 0 &&
	         numbers[1] == 0 && numbers[2] == UINT32_MAX;
	proc_lines_close(&map);
	return global;
}
