/* SPDX-License-Identifier: Apache-2.0 */
/* A problem: something that could not be read. Never fatal, never silent: it is in every report, it is counted in the
 * verdict, and it turns exit code 0 into 3 (incomplete). */
#ifndef DD_PROBLEM_H
#define DD_PROBLEM_H

#include "base/str.h"

enum { DD_NO_LAYER = -1 };

struct dd_problem {
	int layer;		/* index from the base up, DD_NO_LAYER when it concerns the image as a whole */
	struct dd_str path;	/* inside the layer, may be empty */
	struct dd_str analyzer; /* id of who met it: "dpkg", "tar", "image", "database" … */
	uint64_t offset;	/* bytes into the file or stream, DD_NO_OFFSET when unknown */
	struct dd_str text;	/* lower case, no full stop, already escaped where it quotes input */
};

#endif
