/* SPDX-License-Identifier: Apache-2.0 */
/* Every bound that input can meet, with its unit and its reason. A parser that grows anything takes its maximum here.
 */
#ifndef DD_LIMITS_H
#define DD_LIMITS_H

#include <stdint.h>

#define DD_KIB UINT64_C(1024)
#define DD_MIB (UINT64_C(1024) * DD_KIB)
#define DD_GIB (UINT64_C(1024) * DD_MIB)

/* paths: Linux PATH_MAX is 4096; tar headers may say more. Longer names become a problem and are not entered. */
#define DD_PATH_MAX ((size_t)65535)
/* symbolic links followed in one look-up; Linux MAXSYMLINKS (path_resolution(7)) */
#define DD_SYMLINK_HOPS_MAX 40
/* components of one path; deeper trees are bombs (tar names of 64 KiB hold 32,768) */
#define DD_PATH_DEPTH_MAX 4096

/* images: documents of the image itself. The distribution specification asks clients to accept 4 MiB manifests. */
#define DD_MANIFEST_BYTES_MAX	     (4 * DD_MIB)
#define DD_CONFIG_BYTES_MAX	     (16 * DD_MIB)
#define DD_INDEX_ENTRIES_MAX	     1024 /* platforms of one index */
#define DD_INDEX_DEPTH_MAX	     4	  /* index inside index; a cycle ends here */
#define DD_NESTED_INDEXES_MAX	     64
#define DD_COMMAND_WORDS_MAX	     256 /* of an image's entrypoint and command */
#define DD_LABELS_MAX		     4096
#define DD_LAYERS_MAX		     512	    /* overlayfs takes 500, Docker 127 */
#define DD_ARCHIVE_MEMBERS_MAX	     65536	    /* files of an image archive (not of a layer) */
#define DD_IMAGE_DOCUMENTS_BYTES_MAX (256 * DD_MIB) /* all documents of one image together */
#define DD_SPOOL_BYTES_MAX	     (64 * DD_GIB) /* an image on standard input or a compressed archive, unpacked to disk */

/* layers */
#define DD_LAYER_BYTES_MAX   (256 * DD_GIB) /* uncompressed */
#define DD_LAYER_ENTRIES_MAX 20000000	    /* tar entries of one layer */
#define DD_IMAGE_ENTRIES_MAX 60000000	    /* paths of one image */
#define DD_FACTS_BYTES_MAX   (2 * DD_GIB)   /* facts of one layer in memory */
/* A layer that unpacks to more than RATIO times its size is stopped once it gave GRACE bytes: deflate reaches 1032:1
 * only on constant bytes, real layers stay below 20:1. */
#define DD_EXPANSION_RATIO_MAX	 400
#define DD_EXPANSION_GRACE_BYTES (512 * DD_MIB)
#define DD_ZSTD_WINDOW_LOG_MAX	 27 /* 128 MiB: what zstd --long needs and its own decoder's default */

#define DD_XZ_MEMORY_MAX (136 * DD_MIB) /* of the decoder: a dictionary of 128 MiB; xz -9 asks for 64 MiB */

/* tar */
#define DD_PAX_BYTES_MAX       (1 * DD_MIB) /* one extended header */
#define DD_PAX_RECORDS_MAX     4096	    /* records of one extended header */
#define DD_XATTRS_MAX	       256	    /* extended attributes of one entry */
#define DD_SPARSE_SEGMENTS_MAX 262144

/* files handed to an analyzer as a whole; an analyzer's match row may ask for less */
#define DD_EVIDENCE_MEMORY_BYTES (4 * DD_MIB) /* larger ones are kept in an unlinked file and mapped */
#define DD_EVIDENCE_BYTES_MAX	 (1 * DD_GIB)
/* Holes of sparse files handed to analyzers from one layer: a file of 1 GiB of them costs 512 bytes in a tar. */
#define DD_WANTED_HOLES_MAX (4 * DD_GIB)
#define DD_ALIASES_MAX	    4096 /* wanted files of one layer that have their bytes under another name */

/* packages */
#define DD_PACKAGES_MAX	   1000000
#define DD_PROBLEMS_MAX	   10000	 /* of one layer; more are counted, not kept */
#define DD_FIELD_BYTES_MAX (64 * DD_KIB) /* one name, version, licence … */

/* findings: 456 bytes each; the worst real image seen (kernel headers of an unpatched release) has 20,000 */
#define DD_FINDINGS_MAX 1000000

/* secrets. A leaky image has tens; a test suite's own samples are hundreds, and do not count (filtered). */
#define DD_SECRETS_LAYER_MAX	  10000
#define DD_SECRETS_FILTERED_MAX	  10000		/* of one layer: found, and known not to be one */
#define DD_SECRETS_TEXT_BYTES_MAX (32 * DD_MIB) /* of one layer */
#define DD_SECRET_RULES_BYTES_MAX (16 * DD_MIB) /* one file of rules; gitleaks' own has 300 KB */
#define DD_SECRETS_IMAGE_MAX	  100000
/* Archives and the like that must be seen whole; larger ones are searched as they are, and a problem says so. */
#define DD_SECRET_WHOLE_BYTES_MAX (1 * DD_GIB)
#define DD_SECRET_HOLES_MAX	  (1 * DD_GIB) /* of sparse files of one layer */

/* .dockerignore; real ones have tens of lines */
#define DD_DOCKERIGNORE_BYTES_MAX    (4 * DD_MIB)
#define DD_DOCKERIGNORE_PATTERNS_MAX 10000
#define DD_DOCKERIGNORE_MEMORY_MAX   (512 * DD_MIB)

/* ignore files */
#define DD_IGNORE_BYTES_MAX (4 * DD_MIB)
#define DD_IGNORE_RULES_MAX 65536
#define DD_IGNORE_LINE_MAX  (16 * DD_KIB)

#define DD_POLICY_BYTES_MAX   (4 * DD_MIB)
#define DD_VEX_STATEMENTS_MAX 2000000 /* over all documents; Red Hat's for one kernel CVE has 20,000 */
#define DD_VEX_NAME_BYTES_MAX 256     /* of a vulnerability's name */

/* rpm. Its own limits: 65,535 tags and 256 MiB a header (header_internal.h, 4.18); real headers stay below 8 MiB. */
#define DD_RPM_TAGS_MAX		65535
#define DD_RPM_HEADER_BYTES_MAX (64 * DD_MIB)
#define DD_RPM_FILES_MAX	1000000 /* directories and files of one package */
/* A header names a directory once and its files by number: joined paths may take RATIO times the header's own bytes
 * (plus GRACE), else one long directory name and many short file names are a bomb. Real packages stay below 2. */
#define DD_RPM_PATH_RATIO_MAX	8
#define DD_RPM_PATH_GRACE_BYTES (4 * DD_KIB)
/* Damaged records of one database after which the rest is not read: each one costs a problem's text. */
#define DD_RPM_DAMAGES_MAX	  1000
#define DD_RPM_MANIFEST_BYTES_MAX (64 * DD_MIB) /* a list of some 300,000 packages */
/* Work of SQLite on one rpmdb.sqlite: virtual machine steps, and bytes read from the file as multiples of its size
 * (once for the records, once more for the tree above them, and the same again after damage). */
#define DD_SQLITE_STEPS_MAX	 20000000
#define DD_SQLITE_READ_RATIO_MAX 4
/* Row numbers tried one by one between two damaged places of an rpmdb.sqlite; at most one for EACH bytes of the file,
 * as no row with a header in it is smaller. */
#define DD_SQLITE_PROBES_MAX	   16384
#define DD_SQLITE_PROBE_EACH_BYTES 64

/* JSON of any kind (jansson has its own depth limit of 2048) */
#define DD_JSON_BYTES_MAX  (64 * DD_MIB)
#define DD_JSON_VALUES_MAX UINT64_C(1000000) /* of one document: jansson takes 25 to 230 bytes for each */

/* advisory database. Real ones in 2025: 250,000 OSV records, 70 MB of Debian tracker, 1 million entries */
#define DD_DB_FILE_BYTES_MAX	  (16 * DD_GIB) /* mapped, never read whole but by verify */
#define DD_DB_MEMORY_BYTES_MAX	  (4 * DD_GIB)	/* of the builder */
#define DD_DB_INPUT_BYTES_MAX	  (16 * DD_GIB) /* one file that is given as a source */
#define DD_DB_DOCUMENTS_MAX	  4000000	/* files of one directory tree, members of one archive */
#define DD_DB_DIRECTORY_DEPTH_MAX 8		/* directories inside a source directory */
#define DD_DB_RECORDS_MAX	  8000000
#define DD_DB_ENTRIES_MAX	  64000000	       /* (record, package) pairs */
#define DD_DB_WORDS_MAX		  UINT32_C(1000000000) /* members of all lists */
#define DD_DB_SOURCES_MAX	  4096		       /* an ecosystem is one */
#define DD_DB_ROWS_MAX		  4000000	       /* lines of an EPSS list, rows of KEV, EOL cycles */
#define DD_DB_ALIASES_MAX	  1000		       /* names of one record: aliases, upstream */
#define DD_DB_CVSS_BYTES_MAX	  512		       /* one vector: a full CVSS 4.0 one has 200 */
#define DD_DB_CVSS_MAX		  64		       /* vectors of one vulnerability; real ones have up to 4 */
#define DD_DB_CWES_MAX		  64		       /* weaknesses of one vulnerability */
#define DD_DB_JARS_MAX		  100000000	       /* files of a Java index; Maven Central has 20,000,000 */
#define DD_DB_DATE_BYTES_MAX	  ((size_t)40)	       /* RFC 3339 with nanoseconds and offset has 35 */
#define DD_DB_NOTE_BYTES_MAX	  1000		       /* what a source says in words of one package */
#define DD_DB_FOUND_MAX		  4000000	       /* advisories of one look-up; a kernel has 20,000 */
#define DD_DB_CVE_BYTES_MAX	  40		       /* CVE-YYYY- and digits */
#define DD_DB_EOL_BYTES_MAX	  200		       /* product, cycle, codename … of an end-of-life row */
#define DD_DB_TITLE_BYTES	  160		       /* a title for a line of a report; longer ones are cut */

/* network: every number bounds what a server can make us do */
#define DD_HTTP_FIELDS_BYTES_MAX	(64 * DD_KIB) /* header fields of one answer */
#define DD_HTTP_REDIRECTS_MAX		10	      /* the Fetch standard allows 20; real ones need 1 to 3 */
#define DD_HTTP_URL_BYTES_MAX		(8 * DD_KIB)  /* RFC 9110 §4.1 asks for 8000 */
#define DD_HTTP_CONNECT_SECONDS		15
#define DD_HTTP_STALL_SECONDS		30
#define DD_HTTP_STALL_BYTES_PER_SECOND	100	      /* slower than this for so long is no transfer but a trap */
#define DD_HTTP_VALIDATOR_BYTES_MAX	512	      /* an ETag or Last-Modified that is kept */
#define DD_HTTP_RETRY_AFTER_SECONDS_MAX 120	      /* a server that asks for more is not waited for */
#define DD_HTTP_ERROR_BODY_BYTES_MAX	(16 * DD_KIB) /* of an answer that is an error; more is not read */
#define DD_HTTP_AUTHORITIES_BYTES_MAX	(8 * DD_MIB)  /* certificates to trust; the usual set has 200 KB */
#define DD_HTTP_RECORD_BYTES_MAX	(64 * DD_KIB) /* what is remembered of one download */

/* feeds of the advisory database; the largest in 2025: npm with 200 MB, Debian's tracker with 75 MB */
#define DD_FEED_ARCHIVE_BYTES_MAX  (4 * DD_GIB)
#define DD_FEED_DOCUMENT_BYTES_MAX (1 * DD_GIB)

/* command line */
#define DD_LINE_BYTES_MAX (64 * DD_KIB) /* one line on the standard input of a utility */
#define DD_JOBS_MAX	  256

#endif
