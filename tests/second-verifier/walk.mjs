// Recomputes a log from its entries and compares every file of the tree with what was computed: C2SP tlog-tiles.

import { HASH_BYTES, TILE_WIDTH, TreeBuilder } from './merkle.mjs';
import { Journal, tileIndexPath } from './layout.mjs';

export const MAX_FINDINGS = 1000;

// Findings of one part of the work, at most MAX_FINDINGS: memory stays bounded whatever the folder holds.
export class Findings {
  constructor() {
    this.list = [];
    this.full = false;
  }

  add(finding) {
    if (this.list.length < MAX_FINDINGS) this.list.push(finding);
    else this.full = true;
  }
}

// The leaf hashes of one bundle index, and where each was taken from.
class Block {
  constructor(n, need) {
    this.n = n;
    this.start = n * TILE_WIDTH;
    this.need = need;
    this.hashes = Buffer.alloc(TILE_WIDTH * HASH_BYTES);
    this.sources = new Array(TILE_WIDTH).fill(null);
    this.missing = need;
  }

  get(i) {
    return this.sources[i] === null ? null : this.hashes.subarray(i * HASH_BYTES, (i + 1) * HASH_BYTES);
  }

  set(i, hash, source) {
    if (i >= this.need || this.sources[i] !== null) return;
    hash.copy(this.hashes, i * HASH_BYTES);
    this.sources[i] = source;
    this.missing -= 1;
  }

  // True where the hash at place i of `other` is known here and is another one.
  differs(i, other) {
    const at = i * HASH_BYTES;
    return this.sources[i] !== null && other.compare(this.hashes, at, at + HASH_BYTES, at, at + HASH_BYTES) !== 0;
  }

  countFrom(kind) {
    return this.sources.filter((source) => source !== null && source.kind === kind).length;
  }
}

function setFromBundle(block, bundle) {
  for (let i = 0; i < Math.min(block.need, bundle.width); i++) {
    const hash = bundle.hashes.subarray(i * HASH_BYTES, (i + 1) * HASH_BYTES);
    block.set(i, hash, { kind: 'entry', file: bundle.file, offset: bundle.offsets[i], length: bundle.lengths[i] });
  }
}

function setFromTile(block, tile) {
  for (let i = 0; i < Math.min(block.need, tile.width); i++) {
    const at = i * HASH_BYTES;
    block.set(i, tile.hashes.subarray(at, at + HASH_BYTES), { kind: 'tile', file: tile.file, offset: at, length: HASH_BYTES });
  }
}

function setFromJournal(block, journal) {
  journal.readRange(block.start, block.start + block.need, (index, hash, file, offset, length) => {
    block.set(index - block.start, hash, { kind: 'entry', file, offset, length });
  });
}

// The order in which bundle files are asked: those wide enough, the nearest width first; then the narrower, the widest
// first. A full bundle comes before all. Tile files are taken in the same order.
function byUse(need) {
  const rank = (v) => (v.width === TILE_WIDTH ? 0 : v.width >= need ? v.width : 1000 - v.width);
  return (a, b) => rank(a) - rank(b);
}

// Reads all the bundle files of one index. A malformed one is a finding; `malformed` is set for one that was wide enough.
function readBundles(folder, n, need, findings) {
  const good = [];
  let malformed = false;
  for (const variant of folder.variants('entries', n).sort(byUse(need))) {
    const bundle = folder.readBundle(variant);
    if (bundle === null) continue;
    if (bundle.error === undefined) {
      good.push(bundle);
      continue;
    }
    if (variant.width >= need) malformed = true;
    findings.add({ kind: 'bundle-malformed', index: n * TILE_WIDTH, file: variant.file, offset: bundle.offset, detail: bundle.error });
  }
  return { good, malformed };
}

// Reads all the tile files of one place. A length that is not the width times 32 bytes is a finding.
function readTiles(folder, level, n, need, findings) {
  const good = [];
  for (const variant of folder.variants(String(level), n).sort(byUse(need))) {
    const tile = folder.readTile(variant);
    if (tile === null) continue;
    if (tile.hashes !== null) good.push(tile);
    else findings.add({ kind: 'tile', file: tile.file, detail: `the length is ${tile.bytes}, expected ${tile.width * HASH_BYTES}` });
  }
  return good;
}

// Entries from the bundle; from the journal where the bundle is missing; a bundle that is given as archived from its full level-0
// tile (tlog-tiles, "Pruning"). The first bundle names the log before this one, and is never archived. Hashes of other tiles are taken only to go on after a finding.
function fillBlock(block, bundles, journal, tiles, findings, isGiven) {
  for (const bundle of bundles.good) setFromBundle(block, bundle);
  if (block.missing > 0) setFromJournal(block, journal);
  if (block.missing === 0) return false;
  const mayBeArchived = block.n > 0 && block.need === TILE_WIDTH && isGiven(block.start, block.need);
  const archived = mayBeArchived && !bundles.malformed && tiles.some((tile) => tile.width === TILE_WIDTH);
  const lacking = block.missing;
  for (const tile of tiles) setFromTile(block, tile);
  if (!archived && !bundles.malformed) {
    const detail = `${lacking} of ${block.need} entries are in no bundle and not in the journal, and not archived with a full level-0 tile`;
    findings.add({ kind: 'missing', index: block.start + firstLacking(block), file: bundleName(block), detail });
  }
  return archived;
}

function firstLacking(block) {
  const at = block.sources.findIndex((source, i) => i < block.need && (source === null || source.kind === 'tile'));
  return Math.max(at, 0);
}

function bundleName(block) {
  return `tile/entries/${tileIndexPath(block.n)}${block.need === TILE_WIDTH ? '' : `.p/${block.need}`}`;
}

function compareEntries(block, other, findings) {
  for (let i = 0; i < Math.min(block.need, other.width); i++) {
    if (!block.differs(i, other.hashes)) continue;
    const source = block.sources[i];
    const place = { file: source.file, offset: source.offset, length: source.length };
    findings.add({ kind: 'entry-hash', index: block.start + i, ...place, detail: `the leaf hash differs from ${other.file}` });
  }
}

// Another bundle file of the same index must hold the same entries.
function compareBundle(block, bundle, findings) {
  for (let i = 0; i < Math.min(block.need, bundle.width); i++) {
    if (!block.differs(i, bundle.hashes)) continue;
    const place = { file: bundle.file, offset: bundle.offsets[i], length: bundle.lengths[i] };
    findings.add({ kind: 'entry-hash', index: block.start + i, ...place, detail: `the entry differs from the one in ${block.sources[i].file}` });
  }
}

function readBlock(folder, journal, n, need, findings, counts, isGiven) {
  const block = new Block(n, need);
  const bundles = readBundles(folder, n, need, findings);
  const tiles = readTiles(folder, 0, n, need, findings);
  const archived = fillBlock(block, bundles, journal, tiles, findings, isGiven);
  for (const bundle of bundles.good) compareBundle(block, bundle, findings);
  for (const tile of tiles) compareEntries(block, tile, findings);
  counts.entries += block.countFrom('entry');
  if (archived) {
    counts.archived += block.countFrom('tile');
    counts.archivedBundles += 1;
  }
  return block;
}

// Compares the files of one tile of level 1 and above with the recomputed hashes; a wider one by its first `count`.
function compareUpperTile(folder, level, n, count, hashes, known, findings) {
  for (const tile of readTiles(folder, level, n, count, findings)) {
    const wrong = [];
    for (let i = 0; i < Math.min(count, tile.width); i++) {
      const at = i * HASH_BYTES;
      if (known[i] === 1 && tile.hashes.compare(hashes, at, at + HASH_BYTES, at, at + HASH_BYTES) !== 0) wrong.push(i);
    }
    if (wrong.length === 0) continue;
    const detail = `${wrong.length} hashes differ from the recomputed ones; the first is at place ${wrong[0]}`;
    findings.add({ kind: 'tile', file: tile.file, offset: wrong[0] * HASH_BYTES, length: HASH_BYTES, detail });
  }
}

// Recomputes the tree of `size` entries. `wanted` are the sizes at which the root is to be kept.
// Returns the counts, the roots by size (null: unknown) and the findings.
export function walkTree(folder, journal, size, wanted, archivedRanges) {
  const isGiven = (start, count) => archivedRanges.some(({ first, last }) => first <= start && start + count - 1 <= last);
  const findings = new Findings();
  const counts = { entries: 0, archived: 0, archivedBundles: 0 };
  const roots = new Map();
  const keep = new Set([...wanted, size]);
  const builder = new TreeBuilder((level, n, count, hashes, known) => {
    if (level > 0) compareUpperTile(folder, level, n, count, hashes, known, findings);
  });
  if (keep.has(0)) roots.set(0, builder.root());
  for (let start = 0; start < size && !findings.full; start += TILE_WIDTH) {
    const need = Math.min(TILE_WIDTH, size - start);
    const block = readBlock(folder, journal, start / TILE_WIDTH, need, findings, counts, isGiven);
    for (let i = 0; i < need; i++) {
      builder.add(block.get(i));
      if (keep.has(builder.size)) roots.set(builder.size, builder.root());
    }
  }
  if (!findings.full) builder.finish();
  return { counts, roots, findings };
}

// The widest good bundle of one index (the full one where it exists), or null.
function widestBundle(folder, n) {
  for (const variant of folder.variants('entries', n).sort((a, b) => b.width - a.width)) {
    const bundle = folder.readBundle(variant);
    if (bundle !== null && bundle.error === undefined) return bundle;
  }
  return null;
}

// Reads the journal and compares its entries with the bundles that hold the same indices.
export function walkJournal(folder, size) {
  const findings = new Findings();
  const journal = new Journal(folder.root);
  let at = -1;
  let bundle = null;
  journal.scan((finding) => findings.add(finding), (index, hash, file, offset, length) => {
    const n = Math.floor(index / TILE_WIDTH);
    if (n !== at) {
      at = n;
      bundle = widestBundle(folder, n);
    }
    const place = index % TILE_WIDTH;
    if (bundle === null || place >= bundle.width) return;
    if (hash.compare(bundle.hashes, place * HASH_BYTES, (place + 1) * HASH_BYTES) === 0) return;
    findings.add({ kind: 'journal-mismatch', index, file, offset, length, detail: `the entry differs from the one in ${bundle.file}` });
  });
  checkJournalStart(folder, journal, size, findings);
  const pending = journal.segments.reduce((sum, s) => sum + Math.max(0, s.first + s.count - Math.max(size, s.first)), 0);
  return { journal, pending, findings };
}

// The journal may not begin beyond the last entry that the checkpoint or a bundle covers.
function checkJournalStart(folder, journal, size, findings) {
  if (journal.segments.length === 0) return;
  const { first, file } = journal.segments[0];
  let covered = size;
  for (let n = Math.floor(size / TILE_WIDTH); covered < first; n++) {
    const width = Math.max(0, ...folder.variants('entries', n).map((v) => v.width));
    covered = Math.max(covered, n * TILE_WIDTH + width);
    if (width < TILE_WIDTH) break;
  }
  if (first > covered) {
    const detail = `the journal begins at leaf ${first}, expected at most ${covered}`;
    findings.add({ kind: 'journal-malformed', index: first, file, offset: 8, length: 8, detail });
  }
}
