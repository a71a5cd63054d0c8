/* SPDX-License-Identifier: Apache-2.0 */
/* Between report_read.c, which walks the document, and report_read_value.c, which fills records. */
#ifndef DD_REPORT_READ_PARTS_H
#define DD_REPORT_READ_PARTS_H

#include "format/json.h"
#include "report/fields.h"

enum { DD_READ_DEPTH_MAX = 16 }; /* of the tables, which have 4 */

struct dd_report_reader {
	struct dd_arena *arena;
	struct dd_err *err;
	uint64_t at; /* offset of the member of the document that is read */
	/* Where in the report: for messages. */
	struct {
		const char *key;
		size_t index;
		bool in_list;
	} path[DD_READ_DEPTH_MAX];
	unsigned depth;
};

void dd_read_enter(struct dd_report_reader *rd, const char *key);
void dd_read_leave(struct dd_report_reader *rd);
/* Fails: "findings[3].severity: <what>". */
enum dd_code dd_read_fail(const struct dd_report_reader *rd, enum dd_code code, const char *what);
/* As for dd_fail: the compiler sees that the code is what comes back. */
#define dd_read_fail(rd, fail_code, what) ((void)dd_read_fail((rd), (fail_code), (what)), (fail_code))
/* Fills one member, given its JSON value (NULL: it is not there) and the record that has it. */
enum dd_code dd_read_field(struct dd_report_reader *rd, const struct dd_field *f, const json_t *value, void *record);
/* Fills a record, whose initial values are there already, from an object. */
enum dd_code dd_read_record(struct dd_report_reader *rd, const struct dd_record *of, const json_t *object,
			    void *record);
/* n records with their initial values; NULL: no memory. */
void *dd_read_new(struct dd_report_reader *rd, const struct dd_record *of, size_t n);

#endif
