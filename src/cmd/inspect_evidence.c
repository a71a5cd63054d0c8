/* SPDX-License-Identifier: Apache-2.0 */
/* What is there to verify: signatures, attestations, bills of materials. Found in four ways, none of which proves
 * anything: the index itself (BuildKit), the referrers API or its fallback tag, cosign's tags sha256-<hex>.sig, .att,
 * .sbom. Docker Content Trust has a server of its own, which is not asked.
 * Sources: docs.docker.com/build/metadata/attestations/attestation-storage, OCI distribution-spec 1.1 §Referrers,
 * sigstore/cosign specs/SIGNATURE_SPEC.md, notaryproject/specifications specs/signature-specification.md. */
#include "base/limits.h"
#include "cmd/inspect_parts.h"

static const struct {
	const char *type; /* artifact type or media type; a '*' at its end stands for the rest */
	enum dd_card_evidence_kind kind;
	const char *maker;
} types[] = {
	{ "application/vnd.cncf.notary.signature", DD_CARD_SIGNATURE, "notation" },
	{ "application/vnd.dev.cosign.artifact.sig.*", DD_CARD_SIGNATURE, "cosign" },
	{ "application/vnd.dev.cosign.artifact.sbom.*", DD_CARD_SBOM, "cosign" },
	{ "application/vnd.dev.cosign.artifact.att.*", DD_CARD_ATTESTATION, "cosign" },
	{ "application/vnd.dev.cosign.simplesigning.*", DD_CARD_SIGNATURE, "cosign" },
	{ "application/vnd.dev.sigstore.bundle*", DD_CARD_ATTESTATION, "cosign" },
	{ "application/vnd.in-toto*", DD_CARD_ATTESTATION, "" },
	{ "application/vnd.dsse.envelope*", DD_CARD_ATTESTATION, "" },
	{ "application/spdx*", DD_CARD_SBOM, "" },
	{ "text/spdx*", DD_CARD_SBOM, "" },
	{ "application/vnd.cyclonedx*", DD_CARD_SBOM, "" },
	{ "application/vnd.syft*", DD_CARD_SBOM, "syft" },
	{ "application/vnd.docker.attestation.manifest.v1+json", DD_CARD_ATTESTATION, "BuildKit" },
	{ "application/vnd.aquasec.trivy.report.*", DD_CARD_OTHER, "trivy" },
};
/* What a statement says, by its predicate type. */
static const struct {
	const char *prefix;
	enum dd_card_evidence_kind kind;
} predicates[] = {
	{ "https://spdx.dev/Document", DD_CARD_SBOM },
	{ "https://cyclonedx.org/", DD_CARD_SBOM },
	{ "https://sigstore.dev/cosign/sign/", DD_CARD_SIGNATURE },
};

static bool matches(struct dd_str type, const char *pattern)
{
	struct dd_str p = dd_str_from(pattern);
	if (dd_str_ends(p, DD_STR("*")))
		return dd_str_starts(type, dd_str_take(p, p.n - 1));
	return dd_str_eq(type, p);
}

static void classify(struct dd_str type, struct dd_str predicate, struct dd_card_evidence *e)
{
	e->kind = DD_CARD_OTHER;
	for (size_t i = 0; i < DD_COUNT(types); i++)
		if (matches(type, types[i].type)) {
			e->kind = types[i].kind;
			e->maker = dd_str_from(types[i].maker);
			break;
		}
	for (size_t i = 0; i < DD_COUNT(predicates); i++)
		if (dd_str_starts(predicate, dd_str_from(predicates[i].prefix)))
			e->kind = predicates[i].kind;
}

static void add(struct dd_inspect *in, struct dd_card_evidence e)
{
	struct dd_card *c = &in->card;
	for (size_t i = 0; i < c->n_evidence; i++)
		if (e.digest.n && dd_str_eq(c->evidence[i].digest, e.digest) &&
		    dd_str_eq(c->evidence[i].artifact_type, e.artifact_type))
			return; /* found in another way already */
	if (c->n_evidence < DD_CARD_EVIDENCE_MAX)
		c->evidence[c->n_evidence++] = e;
	else
		c->more_evidence++;
}

static struct dd_str digest_text(struct dd_inspect *in, const struct dd_digest *d)
{
	char text[DD_DIGEST_TEXT_MAX];
	struct dd_str s = dd_arena_str(&in->arena, dd_str_from(dd_digest_text(d, text)));
	return s.p ? s : DD_STR("");
}

/* ---- the index ---- */

/* One statement a layer, each with its predicate's type. */
static void attestation(struct dd_inspect *in, const struct dd_described_entry *entry)
{
	struct dd_str bytes;
	struct dd_described_manifest m;
	DD_CLEANUP_JSON json_t *doc = NULL;
	struct dd_err err;
	struct dd_card_evidence e = { .kind = DD_CARD_ATTESTATION,
				      .maker = DD_STR("BuildKit"),
				      .where = DD_STR("in the index"),
				      .digest = digest_text(in, &entry->digest) };
	if (dd_inspect_document(in, &entry->digest, &bytes, &err) != DD_OK ||
	    dd_json_parse(bytes, &doc, &err) != DD_OK || dd_describe_manifest(doc, &in->arena, &m, &err) != DD_OK ||
	    m.n_layers == 0) {
		add(in, e);
		return;
	}
	for (size_t i = 0; i < m.n_layers; i++) {
		struct dd_str predicate = m.layers[i].predicate;
		classify(DD_STR("application/vnd.in-toto+json"), predicate, &e);
		e.maker = DD_STR("BuildKit");
		e.artifact_type = predicate.n ? predicate : m.layers[i].media_type;
		e.digest = m.layers[i].digest;
		add(in, e);
	}
}

static void from_index(struct dd_inspect *in)
{
	for (size_t i = 0; i < in->index.n; i++) {
		const struct dd_described_entry *e = &in->index.p[i];
		if (e->attestation && dd_str_eq(e->attested, in->card.manifest_digest))
			attestation(in, e);
	}
}

/* ---- referrers ---- */

static struct dd_str annotation(const struct dd_registry_descriptor *d, const char *key)
{
	for (size_t i = 0; i < d->n_annotations; i++)
		if (dd_str_eq_c(d->annotations[i].key, key))
			return d->annotations[i].value;
	return DD_STR("");
}

static void add_referrer(struct dd_inspect *in, const struct dd_registry_descriptor *d, bool fallback)
{
	struct dd_str predicate = annotation(d, "dev.sigstore.bundle.predicateType"),
		      in_toto = annotation(d, "in-toto.io/predicate-type");
	struct dd_str type = d->artifact_type.n ? d->artifact_type : d->media_type;
	struct dd_card_evidence e = { .where = fallback ? DD_STR("referrer (fallback tag)") : DD_STR("referrer"),
				      .artifact_type = type,
				      .maker = DD_STR(""),
				      .digest = digest_text(in, &d->digest) };
	predicate = predicate.n ? predicate : in_toto;
	classify(type, predicate, &e);
	if (predicate.n)
		e.artifact_type = predicate;
	add(in, e);
}

/* False: the API is not there, and the fallback tag is (or would be) what was looked at. */
static bool from_referrers(struct dd_inspect *in, const struct dd_digest *subject, bool *ret_asked)
{
	struct dd_registry_referrers list;
	struct dd_err err;
	*ret_asked =
		dd_registry_referrers(in->registry, &in->ref, subject, DD_STR(""), &in->arena, &list, &err) == DD_OK;
	if (!*ret_asked) {
		dd_card_add_note(&in->card, &in->arena, DD_CARD_NOT_ASKED, "referrers", "Referrers: %s",
				 DD_INSPECT_WHY(&err));
		return false;
	}
	for (size_t i = 0; i < list.n; i++)
		add_referrer(in, &list.p[i], list.fallback);
	if (list.incomplete)
		in->card.more_evidence++;
	return !list.fallback;
}

/* ---- cosign's tags ---- */

static const struct {
	const char *suffix;
	enum dd_card_evidence_kind kind;
} cosign_tags[] = {
	{ ".sig", DD_CARD_SIGNATURE },
	{ ".att", DD_CARD_ATTESTATION },
	{ ".sbom", DD_CARD_SBOM },
};

static bool listed(const struct dd_inspect *in, struct dd_str name)
{
	for (size_t i = 0; i < in->n_tags; i++)
		if (dd_str_eq(in->tags[i].name, name))
			return true;
	return false;
}

/* Of the Hub's tags with the digest in their name; false: it does not answer. */
static bool ask_hub(struct dd_inspect *in, struct dd_str stem, struct dd_hub_tags *ret)
{
	return in->hub && dd_hub_tags(in->hub, in->hub_space, in->hub_name, stem, 1, &in->arena, ret, NULL) == DD_OK;
}

static bool has_tag(struct dd_inspect *in, struct dd_str name, const struct dd_hub_tags *hub)
{
	struct dd_reference ref = in->ref;
	struct dd_registry_head head;
	if (in->all_tags)
		return listed(in, name);
	if (hub) {
		for (size_t i = 0; i < hub->n; i++)
			if (dd_str_eq(hub->p[i].name, name))
				return true;
		return false;
	}
	ref.tag = name;
	ref.digest = DD_STR("");
	return dd_registry_head(in->registry, &ref, &in->arena, &head, NULL) == DD_OK;
}

static void from_cosign_tags(struct dd_inspect *in, const struct dd_digest *subject)
{
	struct dd_str text = digest_text(in, subject);
	size_t colon = dd_str_find(text, ':');
	struct dd_str stem = dd_arena_printf(&in->arena, "%.*s-%.*s", DD_FMT(dd_str_take(text, colon)),
					     DD_FMT(dd_str_skip(text, colon + 1)));
	struct dd_hub_tags hub = { 0 };
	if (!stem.p || stem.n > DD_REFERENCE_TAG_MAX - 5) /* of SHA-512 there can be no such tags */
		return;
	bool by_hub = !in->all_tags && ask_hub(in, stem, &hub);
	for (size_t i = 0; i < DD_COUNT(cosign_tags); i++) {
		struct dd_str name = dd_arena_printf(&in->arena, "%.*s%s", DD_FMT(stem), cosign_tags[i].suffix);
		if (name.p && has_tag(in, name, by_hub ? &hub : NULL))
			add(in,
			    (struct dd_card_evidence){ .kind = cosign_tags[i].kind,
						       .maker = DD_STR("cosign"),
						       .where = dd_arena_printf(&in->arena, "tag of its digest with %s",
										cosign_tags[i].suffix),
						       .artifact_type = DD_STR(""),
						       .digest = DD_STR("") });
	}
}

void dd_inspect_evidence(struct dd_inspect *in)
{
	struct dd_card *c = &in->card;
	bool asked = false, again = false;
	c->evidence = dd_arena_array(&in->arena, DD_CARD_EVIDENCE_MAX, sizeof *c->evidence);
	if (!c->evidence)
		return;
	from_index(in);
	bool api = from_referrers(in, &in->digest, &asked);
	/* The platform's own manifest costs one request where the API is, two where it is not; there it is left out. */
	if (api && !dd_digest_eq(&in->digest, &in->manifest))
		(void)from_referrers(in, &in->manifest, &again);
	from_cosign_tags(in, &in->digest);
	c->evidence_asked = true;
	c->evidence_from = api	   ? DD_STR("index, referrers API, cosign's tags")
			   : asked ? DD_STR("index, referrers' fallback tag, cosign's tags")
				   : DD_STR("index, cosign's tags");
	dd_card_add_note(c, &in->arena, DD_CARD_NOT_ASKED, "content-trust",
			 "Docker Content Trust: its server (Notary v1) is not asked.");
}
