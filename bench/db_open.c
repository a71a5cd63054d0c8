/* SPDX-License-Identifier: Apache-2.0 */
/* `db-open FILE`: opens the database and reads what it says of itself, the first thing that the process does; prints
 * the microseconds that this took. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/limits.h"
#include "db/db.h"

static double microseconds(void)
{
	struct timespec t;
	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static enum dd_code open_once(const char *path, struct dd_err *err)
{
	DD_CLEANUP(dd_db_closep) struct dd_db *db = NULL;
	struct dd_arena a = DD_ARENA_INIT(DD_MIB);
	struct dd_database_info info;
	DD_TRY(dd_db_open(path, &db, err));
	enum dd_code code = dd_db_info(db, &a, &info, err);
	dd_arena_done(&a);
	return code;
}

int main(int argc, char **argv)
{
	struct dd_err err;
	if (argc != 2) {
		(void)fprintf(stderr, "usage: db-open FILE\n");
		return EXIT_FAILURE;
	}
	double from = microseconds();
	if (open_once(argv[1], &err) != DD_OK) {
		(void)fprintf(stderr, "db-open: %s\n", err.message);
		return EXIT_FAILURE;
	}
	(void)printf("%.1f\n", microseconds() - from);
	return EXIT_SUCCESS;
}
