/* SPDX-License-Identifier: Apache-2.0 */
/* The HTML report's behaviour. All text of the image comes from the JSON island and reaches the page through textContent
 * and setAttribute of fixed attributes only: nothing in it can become markup. Links are made of https URLs only. */
(function () {
	'use strict';

	const SEVERITIES = ['critical', 'high', 'medium', 'low', 'negligible', 'unknown'];
	const PAGE = 100;       // rows of a table at a time
	const TREEMAP_MAX = 180; // packages drawn one by one; the rest is one cell
	const report = JSON.parse(document.getElementById('data').textContent);
	const live = report.findings.filter(f => !f.suppression);

	// ---- making elements ----

	function add(node, children) {
		for (const child of children) {
			if (child === null || child === undefined || child === '') continue;
			node.append(child instanceof Node ? child : document.createTextNode(String(child)));
		}
		return node;
	}
	function el(tag, attributes, ...children) {
		const node = document.createElement(tag);
		for (const [name, value] of Object.entries(attributes || {})) {
			if (name === 'on') for (const [event, fn] of Object.entries(value)) node.addEventListener(event, fn);
			else if (value !== null && value !== undefined && value !== false) node.setAttribute(name, value === true ? '' : value);
		}
		return add(node, children);
	}
	function svg(tag, attributes, ...children) {
		const node = document.createElementNS('http://www.w3.org/2000/svg', tag);
		for (const [name, value] of Object.entries(attributes || {})) node.setAttribute(name, value);
		return add(node, children);
	}
	const byId = id => document.getElementById(id);
	const fill = (id, ...children) => { const n = byId(id); if (n) add(n, children); return n; };
	const severity = s => el('span', { class: 'sev ' + s }, s);
	const plural = (n, one, many) => n.toLocaleString('en') + ' ' + (n === 1 ? one : many || one + 's');
	function bytes(n) {
		const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'];
		let i = 0;
		while (n >= 1024 && i < units.length - 1) { n /= 1024; i++; }
		return (i ? n.toFixed(1) : n) + ' ' + units[i];
	}
	function link(url, text) {
		return /^https:\/\/[!-~]+$/.test(url || '') ? el('a', { href: url, rel: 'noopener noreferrer' }, text || url) : document.createTextNode(text || url || '');
	}
	function facts(rows) {
		const list = el('dl', { class: 'facts' });
		for (const [name, value] of rows) {
			if (value === null || value === undefined || value === '') continue;
			list.append(el('dt', {}, name), el('dd', {}, value));
		}
		return list;
	}
	/* What may be wider than the page scrolls by itself, by keyboard too. */
	const scrolling = (name, ...children) => el('div', { class: 'scroll card', role: 'group', tabindex: 0, 'aria-label': name }, ...children);
	function copyButton(text) {
		const button = el('button', { type: 'button', class: 'copy', on: { click: async () => {
			try { await navigator.clipboard.writeText(text); button.textContent = 'copied'; }
			catch { button.textContent = 'select the line and copy it'; }
			setTimeout(() => { button.textContent = 'copy'; }, 2000);
		} } }, 'copy');
		return button;
	}

	// ---- what the report says, made handy ----

	const layers = report.target.layers;
	const packageOf = f => f.package ? report.packages[f.package.index] : null;
	const packageName = f => f.package ? f.package.name : f.location.path || '';
	const layerOf = f => f.introducedBy ? f.introducedBy.layer : f.location.layer;
	const fixedIn = f => f.fix.versions.join(', ');
	const rank = s => SEVERITIES.length - SEVERITIES.indexOf(s);
	const epss = f => f.scores.epss ? f.scores.epss.probability : -1;
	const cvss = f => f.scores.cvss.reduce((best, c) => Math.max(best, c.score), -1);
	function countBySeverity(list) {
		const counts = Object.fromEntries(SEVERITIES.map(s => [s, 0]));
		for (const f of list) counts[f.severity]++;
		return counts;
	}
	const worstOf = counts => SEVERITIES.find(s => counts[s]) || 'none';

	// ---- charts ----

	function stackedBar(counts, total) {
		const bar = el('div', { class: 'bar', 'aria-hidden': 'true' });
		for (const s of SEVERITIES)
			if (counts[s]) {
				const part = el('span', { class: 'fill-' + s });
				part.style.flex = counts[s] + ' 0 0';
				bar.append(part);
			}
		if (!total) bar.append(el('span', {}));
		return bar;
	}
	function severityChart() {
		const counts = countBySeverity(live);
		const rows = el('div', { class: 'rows' });
		const most = Math.max(1, ...Object.values(counts));
		for (const s of SEVERITIES) {
			const bar = el('div', { class: 'bar', 'aria-hidden': 'true' });
			const part = el('span', { class: 'fill-' + s });
			part.style.flex = '0 0 ' + (100 * counts[s] / most) + '%';
			if (counts[s]) bar.append(part);
			rows.append(el('div', { class: 'row' }, severity(s), bar, el('span', { class: 'num' }, counts[s].toLocaleString('en'))));
		}
		return rows;
	}
	function riskChart() {
		const bins = Array.from({ length: 10 }, () => []);
		for (const f of live) if (f.risk !== null && f.risk >= 0) bins[Math.min(9, Math.floor(f.risk / 10))].push(f);
		const most = Math.max(1, ...bins.map(b => b.length)), width = 340, height = 150, base = 124;
		const chart = svg('svg', { viewBox: '0 0 ' + width + ' ' + height, role: 'img',
			'aria-label': 'Findings by risk: ' + bins.map((b, i) => i * 10 + ' to ' + (i * 10 + 10) + ': ' + b.length).join(', ') });
		bins.forEach((bin, i) => {
			const x = 4 + i * 33.4, counts = countBySeverity(bin);
			let y = base;
			for (const s of [...SEVERITIES].reverse()) {
				const h = counts[s] / most * 100;
				if (!h) continue;
				y -= h;
				chart.append(svg('rect', { x: x, y: y, width: 28, height: h, class: 'fill-' + s }));
			}
			if (bin.length) chart.append(svg('text', { x: x + 14, y: y - 4, 'text-anchor': 'middle' }, bin.length));
			chart.append(svg('text', { x: x, y: base + 15 }, i * 10));
		});
		chart.append(svg('rect', { x: 4, y: base, width: width - 8, height: 1, class: 'fill-unknown' }));
		return chart;
	}
	function originChart() {
		const rows = el('div', { class: 'rows' });
		for (const [name, key] of [['base image', 'base'], ['application', 'application'], ['not known', 'unknown']]) {
			const list = live.filter(f => f.origin === key);
			if (key === 'unknown' && !list.length) continue;
			rows.append(el('div', { class: 'row' }, name, stackedBar(countBySeverity(list), list.length), el('span', { class: 'num' }, list.length)));
		}
		return rows;
	}

	// Squarified treemap: M. Bruls, K. Huizing, J. J. van Wijk, "Squarified Treemaps", 2000.
	function squarify(items, x, y, w, h, place) {
		let total = items.reduce((sum, i) => sum + i.size, 0), from = 0;
		while (from < items.length && w > 0 && h > 0 && total > 0) {
			const side = Math.min(w, h), scale = w * h / total;
			let row = 0, best = Infinity, to = from;
			while (to < items.length) {
				const sum = row + items[to].size, thick = sum * scale / side;
				let worst = 0;
				for (let i = from; i <= to; i++) {
					const length = items[i].size * scale / thick;
					worst = Math.max(worst, thick / length, length / thick);
				}
				if (worst > best) break;
				best = worst; row = sum; to++;
			}
			const thick = row * scale / side;
			let at = 0;
			for (let i = from; i < to; i++) {
				const length = items[i].size * scale / thick;
				if (w >= h) place(items[i], x, y + at, thick, length);
				else place(items[i], x + at, y, length, thick);
				at += length;
			}
			if (w >= h) { x += thick; w -= thick; } else { y += thick; h -= thick; }
			total -= row;
			from = to;
		}
	}
	function treemap() {
		const byPackage = new Map();
		for (const f of live) if (f.package) {
			if (!byPackage.has(f.package.index)) byPackage.set(f.package.index, []);
			byPackage.get(f.package.index).push(f);
		}
		// Third-party packages rarely say how large they are: then the number of files, at 4 KiB each, stands for it.
		const items = report.packages.map((p, i) => ({ name: p.name, version: p.version, size: p.installedBytes || Math.max(1, p.files) * 4096,
			counts: countBySeverity(byPackage.get(i) || []), n: (byPackage.get(i) || []).length }));
		items.sort((a, b) => b.size - a.size || (a.name < b.name ? -1 : 1));
		const shown = items.slice(0, TREEMAP_MAX), rest = items.slice(TREEMAP_MAX);
		if (rest.length) {
			const all = { name: plural(rest.length, 'smaller package'), version: '', size: 0, n: 0, counts: Object.fromEntries(SEVERITIES.map(s => [s, 0])) };
			for (const r of rest) { all.size += r.size; all.n += r.n; for (const s of SEVERITIES) all.counts[s] += r.counts[s]; }
			shown.push(all);
			shown.sort((a, b) => b.size - a.size);
		}
		const width = 1000, height = 380;
		const map = svg('svg', { viewBox: '0 0 ' + width + ' ' + height, role: 'img',
			'aria-label': 'Packages as areas by their size, coloured by their worst finding; the table of packages says the same' });
		squarify(shown, 0, 0, width, height, (item, x, y, w, h) => {
			const worst = worstOf(item.counts);
			const cell = svg('rect', { x: x, y: y, width: w, height: h, class: 'cell fill-' + worst });
			cell.append(svg('title', {}, item.name + ' ' + item.version + '\n' + bytes(item.size) + '\n' +
				(item.n ? plural(item.n, 'finding') + ', worst ' + worst : 'no findings')));
			map.append(cell);
			const room = Math.floor((w - 8) / 6.2);
			if (h > 16 && room > 3)
				map.append(svg('text', { x: x + 4, y: y + 13, class: worst === 'none' ? 'quiet' : 'cell-name' },
					item.name.length > room ? item.name.slice(0, room - 1) + '…' : item.name));
		});
		return map;
	}

	// ---- tables ----

	/* columns: {name, key(row), cell(row), numeric}; rows come filtered; detail(row) is what a row opens, or absent */
	function sortableTable(options) {
		const { columns, detail, caption } = options;
		let rows = [], shown = PAGE, sorted = options.sort || { column: -1, descending: false };
		const body = el('tbody'), head = el('tr');
		// These stay on the page as they change: a new status would not be read out, a new button would lose the focus.
		const status = el('span', { role: 'status' });
		const more = ['show more', 'show all'].map((text, all) => el('button', { type: 'button', on: { click: () => showMore(all ? Infinity : shown + 5 * PAGE) } }, text));
		const pager = el('div', { class: 'pager' }, status, ...more);
		const headers = columns.map((column, i) => {
			if (!column.key) return el('th', { scope: 'col', class: 'plain' }, column.name);
			return el('th', { scope: 'col' }, el('button', { type: 'button', on: { click: () => {
				sorted = { column: i, descending: sorted.column === i ? !sorted.descending : !!column.numeric };
				shown = PAGE;
				draw();
			} } }, column.name));
		});
		add(head, headers);
		const table = el('table', { class: 'wide' }, el('caption', { class: 'sr' }, caption), el('thead', {}, head), body);
		function order() {
			const column = columns[sorted.column];
			if (!column) return rows;
			const sign = sorted.descending ? -1 : 1;
			return rows.map((row, i) => [row, i]).sort((a, b) => {
				const x = column.key(a[0]), y = column.key(b[0]);
				return (x < y ? -sign : x > y ? sign : 0) || a[1] - b[1];
			}).map(pair => pair[0]);
		}
		function drawRow(row) {
			const cells = columns.map(c => el('td', { class: c.numeric ? 'num' : null, 'data-label': c.name }, c.cell(row)));
			const line = el('tr', { class: 'finding' + (row.suppression ? ' suppressed' : '') }, ...cells);
			body.append(line);
			const opener = line.querySelector('button.open');
			if (!opener || !detail) return;
			opener.setAttribute('aria-expanded', 'false');
			opener.addEventListener('click', () => {
				const next = line.nextElementSibling, open = next && next.classList.contains('detail');
				if (open) next.remove();
				else line.after(el('tr', { class: 'detail' }, el('td', { colspan: columns.length }, detail(row))));
				opener.setAttribute('aria-expanded', String(!open));
			});
		}
		function draw() {
			headers.forEach((h, i) => h.setAttribute('aria-sort', sorted.column !== i ? 'none' : sorted.descending ? 'descending' : 'ascending'));
			const ordered = order();
			body.replaceChildren();
			for (const row of ordered.slice(0, shown)) drawRow(row);
			if (!ordered.length) body.append(el('tr', {}, el('td', { colspan: columns.length, class: 'soft' }, options.empty || 'nothing to show')));
			status.textContent = Math.min(shown, ordered.length).toLocaleString('en') + ' of ' + plural(ordered.length, options.what);
			for (const button of more) button.hidden = shown >= ordered.length;
		}
		function showMore(limit) {
			const first = shown;
			shown = limit;
			draw();
			const row = body.rows[first], opener = row && row.querySelector('button.open');
			if (more[0].hidden && row) {
				if (!opener) row.tabIndex = -1;
				(opener || row).focus();
			}
		}
		return { node: el('div', {}, scrolling('Table of ' + options.what + 's', table), pager),
			set(list) { rows = list; shown = Math.max(PAGE, 0); draw(); },
			all() { shown = Infinity; draw(); } };
	}

	function findingDetail(f) {
		const p = packageOf(f), layer = layerOf(f), place = layers[layer];
		const scores = f.scores.cvss.map(c => el('div', {}, 'CVSS ' + (c.version || '') + ' ' + c.score + ' ', el('code', {}, c.vector), c.source ? ' (' + c.source + ')' : ''));
		const places = p && p.locations.length ? p.locations : f.location.path ? [{ path: f.location.path }] : [];
		const more = places.length > 20 ? [el('div', { class: 'soft' }, 'and ' + (places.length - 20) + ' more places')] : [];
		return el('div', {},
			f.suppression ? el('p', {}, el('b', {}, 'Suppressed'), ' by ', el('code', {}, f.suppression.rule), f.suppression.status ? ' (' + f.suppression.status + (f.suppression.justification ? ': ' + f.suppression.justification : '') + ')' : '',
				f.suppression.reason ? ': ' + f.suppression.reason : '', f.suppression.owner ? '; owner ' + f.suppression.owner : '', f.suppression.expires ? '; until ' + f.suppression.expires : '') : '',
			facts([
				['Title', f.title], ['Also called', f.aliases.join(', ')], ['Severity', f.severity + (f.severitySource ? ', says ' + f.severitySource : '')],
				['Scores', scores.length ? el('div', {}, ...scores) : null],
				['EPSS', f.scores.epss ? (100 * f.scores.epss.probability).toFixed(2) + ' % within 30 days' : null],
				['Known exploited', f.scores.kev ? 'yes, in CISA\'s list' + (f.scores.kev.due ? '; due ' + f.scores.kev.due : '') + (f.scores.kev.ransomware ? '; used for ransomware' : '') : null],
				['Fix', f.fix.state + (fixedIn(f) ? ' in ' + fixedIn(f) : '') + (f.fix.date ? ' since ' + f.fix.date : '')],
				['What to do', f.fix.advice ? el('code', {}, f.fix.advice) : null],
				['VEX', f.vexStatus], ['Note', f.note],
				['Package', p ? el('div', {}, el('code', {}, p.purl || p.name), p.source && p.source.name !== p.name ? el('div', {}, 'source ' + p.source.name + ' ' + p.source.version) : '') : null],
				['Places', places.length ? el('div', {}, ...places.slice(0, 20).map(l => el('div', {}, el('code', {}, '/' + l.path + (l.inner ? '!' + l.inner : '')))), ...more) : null],
				['Layer', place ? el('div', {}, 'L' + layer + (place.fromBase ? ' (base image)' : '') + ': ', el('code', {}, place.instruction || place.diffId || '')) : null],
				['Exposure', f.exposure === 'entrypoint' ? 'what the container runs' : f.exposure === 'present' ? 'its files are there' : null],
				['Published', f.published ? f.published.slice(0, 10) : null], ['Sources', f.sources.join(', ')],
				['Read more', f.url ? link(f.url) : null],
			]));
	}

	// ---- secrets ----

	const secretsOf = list => list.filter(f => f.secret);
	const others = report.findings.filter(f => !f.secret);
	function secretPlace(f) {
		const s = f.secret;
		return (s.place === 'file' ? '/' : '') + (f.location.path || '') + (s.inner ? '!' + s.inner : '') + (s.line ? ':' + s.line : '');
	}
	function secretDetail(f) {
		const s = f.secret, layer = layerOf(f), place = layers[layer];
		const change = s.change.length ? el('pre', { class: 'change' }, ...s.change.flatMap(line => [el('span', { class: line.startsWith('+') ? 'comes' : line.startsWith('-') ? 'goes' : 'soft' }, line), '\n'])) : null;
		const paste = s.change.filter(line => line.startsWith('+ ')).map(line => line.slice(2)).join('\n');
		return el('div', {},
			f.suppression ? el('p', {}, el('b', {}, 'Suppressed'), ' by ', el('code', {}, f.suppression.rule), f.suppression.reason ? ': ' + f.suppression.reason : '',
				f.suppression.owner ? '; owner ' + f.suppression.owner : '', f.suppression.expires ? '; until ' + f.suppression.expires : '') : '',
			facts([
				['Secret', el('code', {}, s.value || s.redacted)], ['Stands behind', s.context ? el('code', {}, s.context) : null],
				['Confidence', f.confidence + (s.reason ? ': ' + s.reason : '')], ['State', s.state + (s.by !== null ? ' by L' + s.by : '')], ['Note', f.note],
				['Where', el('code', {}, secretPlace(f))], ['Wrapped in', s.coding],
				['Layer', place ? el('div', {}, 'L' + layer + (place.fromBase ? ' (base image)' : '') + ': ', el('code', {}, s.instruction || place.instruction || place.diffId || '')) : null],
				['Commit', s.commit ? s.commit + (s.author ? ', ' + s.author : '') + (s.date ? ', ' + s.date : '') : null],
				['Live check', s.alive !== 'not-asked' ? s.alive + (s.aliveNote ? ': ' + s.aliveNote : '') : null],
				['Provider', s.provider && s.provider !== 'generic' ? s.provider : null], ['Rule', f.id + (s.userRule ? ' (of a rule file)' : '')],
				['Fingerprint', s.fingerprint ? el('code', {}, s.fingerprint) : null],
				['What to do', f.fix.advice], ['Revoke', f.url ? link(f.url) : null],
				['Write instead', change ? el('div', {}, paste ? copyButton(paste) : '', change) : null],
			]));
	}
	function secretsPart() {
		const list = secretsOf(report.findings);
		if (!list.length) return;
		byId('secrets').hidden = false;
		if (!others.length) {
			byId('findings').hidden = true;
			document.querySelector('a.skip').setAttribute('href', '#secrets');
		}
		const CONFIDENCES = ['high', 'medium', 'low', 'unknown'];
		const table = sortableTable({
			what: 'secret', caption: 'Secrets', detail: secretDetail, empty: 'no secret meets these conditions', sort: { column: 1, descending: true },
			columns: [
				{ name: 'Severity', key: f => rank(f.severity), numeric: false, cell: f => severity(f.severity) },
				{ name: 'Risk', key: f => f.risk === null ? -1 : f.risk, numeric: true, cell: f => f.risk === null ? '' : f.risk.toFixed(1) },
				{ name: 'Secret', key: f => f.title || f.id, cell: f => el('div', {}, el('button', { type: 'button', class: 'open' }, (f.title || f.id).slice(0, 140)), ' ',
					f.suppression ? el('span', { class: 'tag' }, 'suppressed') : '', f.secret.alive === 'active' ? el('span', { class: 'tag kev' }, 'active') : '', el('div', { class: 'soft small mono' }, f.secret.redacted)) },
				{ name: 'Where', key: secretPlace, cell: f => el('span', { class: 'small mono' }, secretPlace(f).slice(0, 300)) },
				{ name: 'Confidence', key: f => -CONFIDENCES.indexOf(f.confidence), cell: f => el('div', {}, f.confidence, f.secret.reason ? el('div', { class: 'soft small' }, f.secret.reason.slice(0, 140)) : '') },
				{ name: 'State', key: f => f.secret.state, cell: f => f.secret.state + (f.secret.by !== null ? ' by L' + f.secret.by : '') },
				{ name: 'Layer', key: f => { const l = layerOf(f); return l === null ? -1 : l; }, cell: f => layerOf(f) === null ? '' : 'L' + layerOf(f) + (f.origin === 'base' ? ' base' : '') },
			] });
		const choice = (label, of, texts) => {
			const values = [...new Set(list.map(of))].filter(v => v !== null && v !== undefined && v !== '').map(String).sort();
			const select = el('select', {}, el('option', { value: '' }, 'all'), ...values.map(v => el('option', { value: v }, texts ? texts(v) : v)));
			return { node: el('label', {}, label, select), fits: f => !select.value || String(of(f)) === select.value, control: select, n: values.length };
		};
		const filters = [choice('Severity', f => f.severity), choice('Confidence', f => f.confidence), choice('State', f => f.secret.state),
			choice('Place', f => f.secret.place), choice('Provider', f => f.secret.provider), choice('Origin', f => f.origin), choice('Layer', layerOf, l => 'L' + l)];
		const search = el('input', { type: 'search', placeholder: 'path, rule, provider …', autocomplete: 'off' }), box = el('input', { type: 'checkbox' });
		const textOf = f => [f.id, f.title, f.secret.provider, secretPlace(f), f.secret.fingerprint].join(' ').toLowerCase();
		const apply = () => {
			const words = search.value.toLowerCase().split(/\s+/).filter(w => w);
			table.set(list.filter(f => (box.checked || !f.suppression) && filters.every(c => c.fits(f)) && words.every(w => textOf(f).includes(w))));
		};
		search.addEventListener('input', apply);
		for (const control of [...filters.map(f => f.control), box]) control.addEventListener('change', apply);
		const reset = el('button', { type: 'button', on: { click: () => {
			search.value = '';
			for (const f of filters) f.control.value = '';
			box.checked = false;
			apply();
		} } }, 'reset');
		fill('secrets', el('form', { class: 'filters', role: 'search', 'aria-label': 'Filter the secrets', on: { submit: e => e.preventDefault() } }, el('label', {}, 'Search secrets', search),
			...filters.filter(f => f.n > 1).map(f => f.node), list.some(f => f.suppression) ? el('label', { class: 'check' }, box, 'show suppressed') : '', reset), table.node);
		apply();
		addEventListener('beforeprint', () => table.all());
	}

	function findingsPart() {
		const table = sortableTable({
			what: 'finding', caption: 'Findings', detail: findingDetail, empty: 'no finding meets these conditions', sort: { column: 1, descending: true },
			columns: [
				{ name: 'Severity', key: f => rank(f.severity), numeric: false, cell: f => severity(f.severity) },
				{ name: 'Risk', key: f => f.risk === null ? -1 : f.risk, numeric: true, cell: f => f.risk === null ? '' : f.risk.toFixed(1) },
				{ name: 'Finding', key: f => f.id, cell: f => el('div', {}, el('button', { type: 'button', class: 'open' }, f.id), ' ',
					f.scores.kev ? el('span', { class: 'tag kev' }, 'exploited') : '', f.suppression ? el('span', { class: 'tag' }, 'suppressed') : '', el('div', { class: 'soft small' }, (f.title || '').slice(0, 140))) },
				{ name: 'Package', key: packageName, cell: f => el('div', {}, packageName(f), f.package ? el('div', { class: 'soft small' }, f.package.type) : '') },
				{ name: 'Installed', key: f => f.package ? f.package.version : '', cell: f => f.package ? el('code', {}, f.package.version) : '' },
				{ name: 'Fixed in', key: fixedIn, cell: f => fixedIn(f) ? el('code', {}, fixedIn(f)) : el('span', { class: 'soft' }, f.kind === 'vulnerability' ? f.fix.state : '') },
				{ name: 'EPSS', key: epss, numeric: true, cell: f => epss(f) < 0 ? '' : (100 * epss(f)).toFixed(1) + ' %' },
				{ name: 'CVSS', key: cvss, numeric: true, cell: f => cvss(f) < 0 ? '' : cvss(f).toFixed(1) },
				{ name: 'Layer', key: f => { const l = layerOf(f); return l === null ? -1 : l; }, cell: f => layerOf(f) === null ? '' : 'L' + layerOf(f) + (f.origin === 'base' ? ' base' : '') },
			] });
		const values = list => [...new Set(list)].filter(v => v).sort();
		const choice = (label, options) => {
			const select = el('select', {}, el('option', { value: '' }, 'all'), ...options.map(([value, text]) => el('option', { value: value }, text || value)));
			return { node: el('label', {}, label, select), get: () => select.value, control: select };
		};
		const search = el('input', { type: 'search', placeholder: 'CVE, package, title …', autocomplete: 'off' });
		const filters = {
			severity: choice('Severity', SEVERITIES.map(s => [s, s])),
			kind: choice('Kind', values(others.map(f => f.kind)).map(k => [k, k])),
			type: choice('Type', values(others.map(f => f.package && f.package.type)).map(t => [t, t])),
			origin: choice('Origin', [['base', 'base image'], ['application', 'application']]),
			layer: choice('Layer', values(others.map(layerOf).filter(l => l !== null).map(l => String(l).padStart(4, '0'))).map(l => [String(+l), 'L' + +l])),
		};
		const check = text => { const box = el('input', { type: 'checkbox' }); return { node: el('label', { class: 'check' }, box, text), get: () => box.checked, control: box }; };
		const fixable = check('with a fix'), exploited = check('known exploited'), suppressed = check('show suppressed');
		const reset = el('button', { type: 'button', on: { click: () => {
			search.value = '';
			for (const f of Object.values(filters)) f.control.value = '';
			for (const c of [fixable, exploited, suppressed]) c.control.checked = false;
			apply();
		} } }, 'reset');
		const text = new Map();
		const textOf = f => {
			if (!text.has(f)) text.set(f, [f.id, f.title, packageName(f), f.package && f.package.purl, ...f.aliases].join(' ').toLowerCase());
			return text.get(f);
		};
		function apply() {
			const words = search.value.toLowerCase().split(/\s+/).filter(w => w);
			table.set(others.filter(f => (suppressed.get() || !f.suppression) &&
				(!filters.severity.get() || f.severity === filters.severity.get()) &&
				(!filters.kind.get() || f.kind === filters.kind.get()) &&
				(!filters.type.get() || (f.package && f.package.type === filters.type.get())) &&
				(!filters.origin.get() || f.origin === filters.origin.get()) &&
				(!filters.layer.get() || String(layerOf(f)) === filters.layer.get()) &&
				(!fixable.get() || f.fix.state === 'fixed') && (!exploited.get() || f.scores.kev) && words.every(w => textOf(f).includes(w))));
		}
		search.addEventListener('input', apply);
		for (const f of [...Object.values(filters), fixable, exploited, suppressed]) f.control.addEventListener('change', apply);
		const bar = el('form', { class: 'filters', role: 'search', 'aria-label': 'Filter the findings', on: { submit: e => e.preventDefault() } }, el('label', {}, 'Search', search),
			...Object.values(filters).filter(f => f.control.options.length > 2).map(f => f.node), fixable.node, exploited.node,
			others.some(f => f.suppression) ? suppressed.node : '', reset);
		fill('findings', bar, table.node);
		apply();
		addEventListener('beforeprint', () => table.all());
	}

	function packagesPart() {
		const counts = new Map();
		for (const f of live) if (f.package) counts.set(f.package.index, (counts.get(f.package.index) || 0) + 1);
		const rows = report.packages.map((p, index) => ({ p: p, n: counts.get(index) || 0 }));
		const table = sortableTable({
			what: 'package', caption: 'Packages', empty: 'no package meets these conditions', columns: [
				{ name: 'Package', key: r => r.p.name, cell: r => r.p.name },
				{ name: 'Version', key: r => r.p.version, cell: r => el('code', {}, r.p.version) },
				{ name: 'Type', key: r => r.p.type, cell: r => r.p.type + (r.p.evidence && r.p.evidence !== 'installed' ? ' (' + r.p.evidence + ')' : '') },
				{ name: 'Findings', key: r => r.n, numeric: true, cell: r => r.n || '' },
				{ name: 'Size', key: r => r.p.installedBytes, numeric: true, cell: r => r.p.installedBytes ? bytes(r.p.installedBytes) : '' },
				{ name: 'Licence', key: r => r.p.licences || '', cell: r => (r.p.licences || '').slice(0, 80) },
				{ name: 'Layer', key: r => r.p.layer === null ? -1 : r.p.layer, cell: r => r.p.layer === null ? '' : 'L' + r.p.layer },
				{ name: 'Where', key: r => r.p.path || '', cell: r => el('span', { class: 'small mono' }, (r.p.path ? '/' + r.p.path : '') + (r.p.locations.length > 1 ? ' and ' + (r.p.locations.length - 1) + ' more' : '')) },
			] });
		const search = el('input', { type: 'search', placeholder: 'name, type, licence …', autocomplete: 'off' });
		const apply = () => {
			const words = search.value.toLowerCase().split(/\s+/).filter(w => w);
			table.set(rows.filter(r => words.every(w => (r.p.name + ' ' + r.p.type + ' ' + (r.p.licences || '') + ' ' + (r.p.purl || '')).toLowerCase().includes(w))));
		};
		search.addEventListener('input', apply);
		fill('packages', el('div', { class: 'card' }, treemap()), el('form', { class: 'filters', role: 'search', 'aria-label': 'Filter the packages', on: { submit: e => e.preventDefault() } }, el('label', {}, 'Search packages', search)), table.node);
		apply();
		addEventListener('beforeprint', () => table.all());
	}

	// ---- the other parts ----

	function overview() {
		const tile = (n, text, css) => el('div', { class: 'card tile' }, el('b', { class: css || '' }, n.toLocaleString('en')), text);
		fill('overview',
			el('div', { class: 'tiles' }, tile(live.length, live.length === 1 ? 'finding' : 'findings'), tile(live.filter(f => f.fix.state === 'fixed').length, 'with a fix'),
				tile(live.filter(f => f.scores.kev).length, 'known exploited', live.some(f => f.scores.kev) ? 'fail' : ''), report.summary.secretsLookedFor ? tile(secretsOf(live).length, 'secrets', secretsOf(live).length ? 'fail' : '') : '', tile(report.packages.length, 'packages'),
				tile(report.findings.length - live.length, 'suppressed'), tile(report.problems.length, 'problems', report.problems.length ? 'incomplete' : '')),
			el('div', { class: 'grid' }, el('div', { class: 'card' }, el('h3', {}, 'By severity'), severityChart()),
				el('div', { class: 'card' }, el('h3', {}, 'By risk, 0 to 100'), riskChart()),
				el('div', { class: 'card' }, el('h3', {}, 'Whose layer brought it'), originChart())));
	}
	function targetPart() {
		const t = report.target, os = t.os;
		const life = os && os.eol ? el('span', { class: 'fail' }, 'end of life' + (os.eolDate ? ' since ' + os.eolDate : '')) : os && os.eolDate ? 'supported until ' + os.eolDate : '';
		const base = t.baseImage;
		const db = report.database;
		fill('target', el('div', { class: 'grid' },
			el('div', { class: 'card' }, el('h3', {}, 'Image'), facts([
				['Target', el('span', {}, t.name + ' (' + t.kind + ')')], ['Image', t.image], ['Digest', t.digest ? el('code', {}, t.digest) : null], ['Platform', t.platform],
				['System', os && os.id ? el('span', {}, (os.prettyName || os.id + ' ' + (os.version || '')) + (life ? ', ' : ''), life) : 'not known'],
				['Base image', base ? (base.name || 'not named') + (base.layers ? ', ' + plural(base.layers, 'layer') : '') : 'not known'],
				['Created', t.created], ['User', t.user || 'root (none is named)'], ['Command', t.command.length ? el('code', {}, t.command.join(' ')) : null],
			])),
			el('div', { class: 'card' }, el('h3', {}, 'Advisories'), db ? facts([
				['Database of', db.built ? db.built.slice(0, 10) : ''], ['Advisories', db.advisories.toLocaleString('en')],
				['State', db.starter ? 'only the starter set that comes with drydock' : db.stale ? el('span', { class: 'incomplete' }, 'old: run drydock db update') : 'current'],
				['Sources', [...new Set(db.sources.map(s => s.kind))].join(', ')], ['Digest', el('code', {}, db.digest)],
			]) : el('p', {}, 'none was used'))));
		const notes = [...report.problems.map(p => el('li', {}, el('b', {}, 'Not read: '), p.text, p.path ? el('span', {}, ' — ', el('code', {}, '/' + p.path)) : '', p.layer !== null ? ' in L' + p.layer : '', p.offset !== null && p.offset !== undefined ? ' at byte ' + p.offset : '')),
			...report.summary.warnings.map(w => el('li', {}, w)), ...report.summary.hidden.map(h => el('li', {}, h))];
		if (notes.length) {
			const rest = notes.splice(50);
			fill('notes', el('div', { class: 'card alarm' }, el('ul', { class: 'notes' }, ...notes), rest.length ? el('details', {}, el('summary', {}, plural(rest.length, 'more')), el('ul', { class: 'notes' }, ...rest)) : ''));
			byId('notes').hidden = false;
		}
		if (report.policy.length) {
			fill('policy', scrolling('Rules of the policy', el('table', {}, el('caption', { class: 'sr' }, 'Rules of the policy'), el('thead', {}, el('tr', {}, ...['Rule', 'Result', 'What it counted'].map(h => el('th', { scope: 'col', class: 'plain' }, h)))),
				el('tbody', {}, ...report.policy.map(p => el('tr', {}, el('td', {}, p.rule), el('td', { class: p.failed ? 'fail' : 'pass' }, p.failed ? 'failed' : 'holds'), el('td', {}, p.text)))))));
			byId('policy').hidden = false;
		}
	}
	function planPart() {
		if (!report.fixPlan.length) { byId('plan').hidden = true; return; }
		fill('plan', el('div', { class: 'card' }, el('ol', { class: 'plan' }, ...report.fixPlan.map(s => el('li', {}, el('div', {}, el('b', {}, s.title), el('div', { class: 'soft small' }, 'removes ' + plural(s.findings, 'finding'))),
			s.command ? copyButton(s.command) : '', s.command ? el('pre', {}, s.command) : '')))));
	}
	function layersPart() {
		if (!layers.length) { byId('layers').hidden = true; return; }
		const most = Math.max(1, ...layers.map(l => l.bytes));
		const of = layers.map(() => ({ findings: [], packages: 0 }));
		for (const f of live) { const l = layerOf(f); if (of[l]) of[l].findings.push(f); }
		for (const p of report.packages) if (of[p.layer]) of[p.layer].packages++;
		fill('layers', scrolling('Layers from the base up', el('table', { class: 'wide' }, el('caption', { class: 'sr' }, 'Layers from the base up'),
			el('thead', {}, el('tr', {}, ...['Layer', 'Instruction', 'Size', 'Packages', 'Findings'].map(h => el('th', { scope: 'col', class: 'plain' }, h)))),
			el('tbody', {}, ...layers.map((l, i) => {
				const size = el('div', { class: 'bar' }, el('span', { class: 'fill-unknown' })), counts = countBySeverity(of[i].findings);
				size.firstChild.style.flex = '0 0 ' + Math.max(1, 100 * l.bytes / most) + '%';
				return el('tr', {}, el('td', { 'data-label': 'Layer' }, 'L' + i, l.fromBase ? el('div', {}, el('span', { class: 'tag' }, 'base')) : ''), el('td', { 'data-label': 'Instruction' }, el('code', {}, l.instruction || '')),
					el('td', { 'data-label': 'Size' }, bytes(l.bytes), size), el('td', { class: 'num', 'data-label': 'Packages' }, of[i].packages || ''),
					el('td', { 'data-label': 'Findings' }, of[i].findings.length ? el('div', {}, plural(of[i].findings.length, 'finding'), stackedBar(counts, 1), el('span', { class: 'soft small' }, SEVERITIES.filter(s => counts[s]).map(s => counts[s] + ' ' + s).join(', '))) : ''));
			})))));
	}
	function theme() {
		const root = document.documentElement, dark = matchMedia('(prefers-color-scheme: dark)');
		const button = byId('theme');
		const set = on => { root.dataset.theme = on ? 'dark' : 'light'; button.setAttribute('aria-pressed', String(on)); };
		set(dark.matches);
		dark.addEventListener('change', e => set(e.matches));
		button.addEventListener('click', () => set(root.dataset.theme !== 'dark'));
		button.hidden = false;
	}

	theme();
	overview();
	targetPart();
	planPart();
	secretsPart();
	findingsPart();
	layersPart();
	packagesPart();
	for (const a of document.querySelectorAll('nav.parts a')) a.parentNode.hidden = byId(a.getAttribute('href').slice(1)).hidden;
	document.documentElement.dataset.ready = 'yes';
})();
