/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "report/bom.h"

enum { NAME_MAX_BYTES = 64, NUMBER_MAX = 24 };

struct properties {
	dd_bom_property_fn *fn;
	void *ctx;
};

static void add(const struct properties *p, const char *name, struct dd_str value)
{
	if (value.n)
		p->fn(p->ctx, name, value);
}

static void add_u64(const struct properties *p, const char *name, uint64_t value)
{
	char text[NUMBER_MAX];
	(void)snprintf(text, sizeof text, "%llu", (unsigned long long)(value < INT64_MAX ? value : INT64_MAX));
	add(p, name, dd_str_from(text));
}

static void add_numbered(const struct properties *p, const char *what, size_t number, const char *field,
			 struct dd_str value)
{
	char name[NAME_MAX_BYTES];
	(void)snprintf(name, sizeof name, "drydock:%s:%zu:%s", what, number, field);
	add(p, name, value);
}

static void add_numbered_u64(const struct properties *p, const char *what, size_t number, const char *field,
			     uint64_t value)
{
	char text[NUMBER_MAX];
	(void)snprintf(text, sizeof text, "%llu", (unsigned long long)value);
	add_numbered(p, what, number, field, dd_str_from(text));
}

void dd_bom_root_properties(const struct dd_bom *bom, dd_bom_property_fn *fn, void *ctx)
{
	const struct properties p = { fn, ctx };
	const struct dd_target *t = bom->target;
	add(&p, "drydock:target:name", t->name);
	add(&p, "drydock:target:kind", t->kind);
	add(&p, "drydock:target:image", t->image);
	add(&p, "drydock:target:digest", t->digest);
	add(&p, "drydock:target:configDigest", t->config_digest);
	add(&p, "drydock:target:platform", t->platform);
	add(&p, "drydock:target:created", t->created);
	add(&p, "drydock:target:user", t->user);
	add(&p, "drydock:target:workingDir", t->working_dir);
	add(&p, "drydock:target:searchPath", t->search_path);
	for (size_t i = 0; i < t->n_command; i++)
		fn(ctx, "drydock:target:command", t->command[i]);
	for (size_t i = 0; i < t->n_labels; i++) {
		fn(ctx, "drydock:label:key", t->labels[i].key);
		fn(ctx, "drydock:label:value", t->labels[i].value);
	}
	add(&p, "drydock:base:name", t->base.name);
	add(&p, "drydock:base:digest", t->base.digest);
	if (t->base.n_layers)
		add_u64(&p, "drydock:base:layers", t->base.n_layers);
	add(&p, "drydock:base:how", t->base.how);
	add(&p, "drydock:packageDatabaseFound",
	    dd_str_from(bom->report->inventory->package_database_found ? "true" : "false"));
	for (size_t i = 0; i < t->n_layers; i++) {
		const struct dd_layer *l = &t->layers[i];
		add_numbered(&p, "layer", i, "digest", l->digest);
		add_numbered(&p, "layer", i, "diffId", l->diff_id);
		add_numbered(&p, "layer", i, "mediaType", l->media_type);
		add_numbered(&p, "layer", i, "instruction", l->instruction);
		add_numbered_u64(&p, "layer", i, "storedBytes", l->stored_bytes);
		add_numbered_u64(&p, "layer", i, "bytes", l->bytes);
		add_numbered_u64(&p, "layer", i, "entries", l->entries);
	}
}

void dd_bom_os_properties(const struct dd_bom *bom, dd_bom_property_fn *fn, void *ctx)
{
	const struct properties p = { fn, ctx };
	add(&p, "drydock:os:codename", bom->os->codename);
	add(&p, "drydock:os:idLike", bom->os->id_like);
	add(&p, "drydock:os:prettyName", bom->os->pretty_name);
}

static void add_layer(const struct dd_bom *bom, const struct properties *p, int layer)
{
	if (layer < 0 || (size_t)layer >= bom->target->n_layers)
		return;
	add_u64(p, "drydock:layer:index", (uint64_t)layer);
	add(p, "drydock:layer:digest", bom->target->layers[layer].digest);
	add(p, "drydock:layer:diffId", bom->target->layers[layer].diff_id);
}

static void add_locations(const struct properties *p, const struct dd_installed *in)
{
	bool plain = in->n_locations == 0 || (in->n_locations == 1 && in->locations[0].inner.n == 0);
	for (size_t i = 0; !plain && i < in->n_locations; i++) {
		add_numbered(p, "location", i, "path", in->locations[i].path);
		add_numbered(p, "location", i, "inner", in->locations[i].inner);
		if (in->locations[i].layer >= 0)
			add_numbered_u64(p, "location", i, "layer", (uint64_t)in->locations[i].layer);
	}
}

void dd_bom_item_properties(const struct dd_bom *bom, const struct dd_bom_item *item, dd_bom_property_fn *fn, void *ctx)
{
	static const char *const evidence[DD_PACKAGE_EVIDENCE_COUNT] = { "installed", "declared", "guessed" };
	const struct properties p = { fn, ctx };
	const struct dd_installed *in = item->in;
	const struct dd_package *pkg = &in->package;
	const struct dd_bom_item *owner = NULL;
	if (!in->system && in->owner >= 0 && (size_t)in->owner < bom->n_items)
		owner = &bom->items[in->owner];
	add(&p, "drydock:analyzer", in->analyzer);
	add(&p, "drydock:type", item->purl.n ? (struct dd_str){ "", 0 } : pkg->type);
	add(&p, "drydock:system", dd_str_from(in->system ? "true" : ""));
	add(&p, "drydock:evidence",
	    dd_str_from(pkg->evidence < DD_PACKAGE_EVIDENCE_COUNT ? evidence[pkg->evidence] : ""));
	add(&p, "drydock:dev", dd_str_from(pkg->dev ? "true" : ""));
	add(&p, "drydock:arch", pkg->arch);
	if (!dd_str_eq(pkg->source_name, pkg->name))
		add(&p, "drydock:source:name", pkg->source_name);
	if (!dd_str_eq(pkg->source_version, pkg->version))
		add(&p, "drydock:source:version", pkg->source_version);
	add(&p, "drydock:module", pkg->module);
	add(&p, "drydock:licences", pkg->licences);
	add(&p, "drydock:digest", item->hash.cyclonedx ? (struct dd_str){ "", 0 } : pkg->digest);
	if (pkg->installed_bytes)
		add_u64(&p, "drydock:installedBytes", pkg->installed_bytes);
	if (in->files)
		add_u64(&p, "drydock:files", in->files);
	add(&p, "drydock:path", in->path);
	add_layer(bom, &p, in->layer);
	add_locations(&p, in);
	add(&p, "drydock:entrypoint", dd_str_from(in->entrypoint ? "true" : ""));
	add(&p, "drydock:owner", owner ? owner->ref : (struct dd_str){ "", 0 });
}
