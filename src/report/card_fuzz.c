/* SPDX-License-Identifier: Apache-2.0 */
/* Cards and tag lists whose every text is hostile: nothing but printable characters and line ends comes out, no line is
 * wider than the terminal but the one to paste, and the JSON is JSON. */
#include "base/limits.h"
#include "base/text.h"
#include "format/json.h"
#include "report/card_out.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { WIDTH = 80, WORDS = 6 };

struct source {
	struct dd_str rest;
};

static struct dd_str word(struct source *s)
{
	struct dd_str part = { "", 0 };
	if (s->rest.n)
		(void)dd_str_next(&s->rest, '\n', &part);
	return part;
}

static void fill_card(struct source *s, struct dd_card *c, struct dd_str words[WORDS], struct dd_arena *a)
{
	static struct dd_label labels[2];
	static struct dd_card_platform platforms[2];
	static struct dd_card_tag tags[2];
	static struct dd_card_evidence evidence[2];
	struct dd_str *const texts[] = { &c->asked,
					 &c->reference,
					 &c->familiar,
					 &c->registry,
					 &c->repository,
					 &c->tag,
					 &c->place,
					 &c->digest,
					 &c->media_type,
					 &c->platform,
					 &c->created_text,
					 &c->user,
					 &c->working_dir,
					 &c->stop_signal,
					 &c->base.name,
					 &c->base.how,
					 &c->tags_from,
					 &c->floats_why,
					 &c->pin,
					 &c->publisher.name,
					 &c->publisher.description,
					 &c->publisher.deprecated_by,
					 &c->evidence_from,
					 &c->life.product,
					 &c->life.cycle,
					 &c->life.date,
					 &c->life.from };
	for (size_t i = 0; i < DD_COUNT(texts); i++)
		*texts[i] = word(s);
	for (size_t i = 0; i < WORDS; i++)
		words[i] = word(s);
	for (size_t i = 0; i < 2; i++) {
		labels[i] = (struct dd_label){ word(s), word(s) };
		platforms[i] = (struct dd_card_platform){ word(s), word(s), DD_CARD_UNKNOWN, i == 0 };
		tags[i] = (struct dd_card_tag){ word(s), 0 };
		evidence[i] = (struct dd_card_evidence){ DD_CARD_SBOM, word(s), word(s), word(s), word(s) };
	}
	c->labels = labels;
	c->platforms = platforms;
	c->tags = tags;
	c->evidence = evidence;
	c->n_labels = c->n_platforms = c->n_tags = c->n_evidence = 2;
	c->entrypoint = c->command = c->ports = c->volumes = c->environment = words;
	c->n_entrypoint = c->n_command = c->n_ports = c->n_volumes = c->n_environment = WORDS;
	c->has_config = c->tags_asked = c->evidence_asked = c->life.known = true;
	c->publisher.badge = DD_STR("none");
	c->publisher.pulls = c->publisher.stars = INT64_MAX;
	c->created = INT64_MAX / 4;
	dd_card_add_note(c, a, DD_CARD_WARNING, "x", "%.*s", DD_FMT(dd_str_take(word(s), 300)));
}

static void check_text(struct dd_str text)
{
	struct dd_str line;
	while (dd_str_next(&text, '\n', &line)) {
		for (size_t i = 0; i < line.n; i++)
			dd_assert((unsigned char)line.p[i] >= 0x20 && line.p[i] != 0x7f);
		dd_assert(dd_str_valid_utf8(line));
		dd_assert(dd_text_width(line) <= WIDTH);
	}
}

static void check_json(const struct dd_buf *out)
{
	DD_CLEANUP_JSON json_t *doc = NULL;
	dd_assert(out->failed || dd_json_parse(dd_buf_str(out), &doc, NULL) == DD_OK);
}

static void tag_list(struct source *s, const struct dd_report_style *style)
{
	static struct dd_listed_tag tags[4];
	DD_CLEANUP_BUF struct dd_buf text = DD_BUF_INIT(16 * DD_MIB), json = DD_BUF_INIT(16 * DD_MIB);
	struct dd_tag_list l = {
		.asked = word(s), .repository = word(s), .p = tags, .n = 4, .total = 9, .outdated = true
	};
	for (size_t i = 0; i < 4; i++)
		tags[i] = (struct dd_listed_tag){ .name = word(s),
						  .version = word(s),
						  .digest = word(s),
						  .size = DD_CARD_UNKNOWN,
						  .newer = i < 3,
						  .row = i ? 1 : 0 };
	l.tag = word(s);
	dd_tag_list_text(&l, style, &text);
	dd_tag_list_json(&l, &json);
	check_text(dd_buf_str(&text));
	check_json(&json);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dd_arena a = DD_ARENA_INIT(DD_MIB);
	DD_CLEANUP_BUF struct dd_buf text = DD_BUF_INIT(16 * DD_MIB), json = DD_BUF_INIT(16 * DD_MIB);
	static struct dd_card card;
	struct dd_str words[WORDS];
	struct source s = { { (const char *)data, size } };
	const struct dd_report_style style = { .width = WIDTH, .utf8 = size & 1 };
	dd_card_init(&card, 0);
	fill_card(&s, &card, words, &a);
	dd_card_text(&card, &style, &text);
	dd_card_json(&card, &json);
	check_text(dd_buf_str(&text));
	check_json(&json);
	tag_list(&s, &style);
	dd_arena_done(&a);
	return 0;
}
