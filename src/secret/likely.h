/* SPDX-License-Identifier: Apache-2.0 */
/* Is a value that was given to a name a secret, by its looks alone? */
#ifndef DD_SECRET_LIKELY_H
#define DD_SECRET_LIKELY_H

#include "base/str.h"

enum dd_likely_kind {
	DD_LIKELY_NOT,	    /* stands for a value, or is something else: why says what */
	DD_LIKELY_SAMPLE,   /* the looks of a value that somebody made up: rows, repeated characters, "changeme" */
	DD_LIKELY_WORDS,    /* words alone, or with a few digits: a weak password, or a name */
	DD_LIKELY_PASSWORD, /* what people make up to be hard to guess */
	DD_LIKELY_RANDOM,   /* what programs make */
};

struct dd_likely {
	enum dd_likely_kind kind;
	const char *why; /* of NOT and SAMPLE: "a path"; of WORDS what else it may be; or "" */
};

/* quoted: it stands between quotes, so that it is no expression of a program. */
struct dd_likely dd_secret_likely(struct dd_str value, bool quoted);
/* Repeated characters, rows of the alphabet or the keyboard, words of place holders; NULL: no such thing. This alone
 * is asked of texts whose form says what they are. */
const char *dd_secret_is_sample(struct dd_str value);
/* Which part of the text (0 to 100) are words, by letter pairs that words have (word_bigrams.def). */
unsigned dd_secret_words(struct dd_str text);
/* "password_file", "tokenType": the name says that what follows is not the secret itself. */
bool dd_secret_name_is_about(struct dd_str name);

#endif
