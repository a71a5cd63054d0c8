/* SPDX-License-Identifier: Apache-2.0 */
/* The confined half of `drydock scan`: from the opened database and target to finished reports. */
#ifndef DD_SCAN_REPORT_H
#define DD_SCAN_REPORT_H

#include "base/arena.h"
#include "cmd/cmd.h"
#include "cmd/output.h"
#include "cmd/update_state.h"
#include "judge/select.h"
#include "report/formats.h"
#include "scan/scan_image.h"

/* --fail-on was not given: high, unless a policy says what fails. */
enum { DD_SCAN_FAIL_ON_UNSET = -1 };

struct dd_scan_options {
	struct dd_shared_options shared; /* first: see cmd.h */
	int fail_on;			 /* index into none, negligible … critical */
	const char *severity, *platform, *policy, *template;
	bool no_policy, only_fixed, show_suppressed, no_cache;
	bool fresh; /* ask upstreams what is newer */
	bool no_secrets, show_filtered, reveal, verify;
	struct dd_opt_list rules; /* files of rules */
	const char *baseline, *salt, *salt_file;
	int min_confidence; /* index into low, medium, high */
	struct dd_opt_list repositories, keyrings;
	uint64_t max_age;	    /* days; 0: an image's age does not matter */
	uint64_t upstream_packages; /* names that registries are asked about */
	uint64_t recheck;	    /* minutes */
	int sort;		    /* enum dd_sort */
	struct dd_opt_list ignore, vex;
	uint64_t db_max_age; /* days */
	uint64_t cache_size;
};

enum { DD_SCAN_TARGETS_MAX = 64, DD_SCAN_IGNORE_FILES_MAX = 8, DD_SCAN_VEX_FILES_MAX = 32 };

struct dd_scan_job {
	const struct dd_scan_options *options;
	char *const *targets;
	size_t n_targets;
	const char *cache_dir; /* NULL: none */
	const char *spool_dir;
	const char *db_path;		 /* NULL: not asked for */
	const char *policy_path;	 /* NULL: none */
	struct dd_update_state db_state; /* what the last update says of db_path */
	int64_t now;
	unsigned jobs;
	const struct dd_outputs *outputs;
	const char *target_paths[DD_SCAN_TARGETS_MAX];	 /* where each target may be read from; NULL: in no file */
	const char *target_also[DD_SCAN_TARGETS_MAX];	 /* … and from where else; NULL: from nowhere */
	struct dd_str target_names[DD_SCAN_TARGETS_MAX]; /* of images that are asked for by name; else empty */
	uint32_t target_places[DD_SCAN_TARGETS_MAX];	 /* DD_REMOTE_*: who may be asked for them */
	struct dd_remote *remotes[DD_SCAN_TARGETS_MAX];	 /* for those, in the confined half */
	const struct dd_store_places *stores;		 /* of this machine, for those */
	struct dd_platform platform;			 /* that --platform asks for */
	struct dd_select select;
	bool secrets_only;			   /* secrets are all that is asked for */
	bool outdated;				   /* freshness is all that is asked for */
	const struct dd_secret_detector *secrets;  /* in the confined half: what looks for them; NULL: nobody */
	struct dd_git_library *git;		   /* in the confined half, NULL: no target is a repository */
	bool wants_git;				   /* … one is */
	const struct dd_secret_detector *redactor; /* what hides them where nobody looks for them; may be NULL */
	struct dd_err secrets_missing;		   /* why nobody does although it was asked for; DD_OK: no reason */
	int providers; /* in the confined half: the channel of probe/, -1: nobody is asked */
	int upstream;  /* in the confined half: the channel of fresh/, -1: nobody is asked */
};

/* Checks what can be told before anything is opened (the target's form, --severity, --platform) and sets
 * target_paths, target_names, target_places and platform; their texts live in a. */
enum dd_code dd_scan_job_check(struct dd_scan_job *job, struct dd_arena *a, struct dd_err *err);
/* Reads targets[i], with the cache and the progress bar that the options ask for; *ret is released with
 * dd_inventory_done. */
enum dd_code dd_scan_job_read(const struct dd_scan_job *job, size_t i, struct dd_inventory *ret, struct dd_err *err);
/* Scans, judges, and writes output i of job->outputs to outputs[i]. Messages go to standard error. */
enum dd_exit dd_scan_job_run(struct dd_scan_job *job, const int *outputs);

#endif
