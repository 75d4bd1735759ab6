// The files of a log folder: tiles and entry bundles (C2SP tlog-tiles) and the write-ahead journal.

import fs from 'node:fs';
import path from 'node:path';
import { HASH_BYTES, TILE_WIDTH, leafHash, sha256 } from './merkle.mjs';

export const MAX_ENTRY_BYTES = 65535;
const MAX_BUNDLE_BYTES = TILE_WIDTH * (2 + MAX_ENTRY_BYTES);

export class UnreadableError extends Error {}

function isAbsent(error) {
  return error.code === 'ENOENT' || error.code === 'ENOTDIR';
}

// Opens a regular file; returns null when it is absent.
function openFile(file) {
  let fd;
  try {
    fd = fs.openSync(file, fs.constants.O_RDONLY | fs.constants.O_NONBLOCK);
    const stat = fs.fstatSync(fd);
    if (stat.isFile()) return { fd, size: stat.size };
  } catch (error) {
    if (isAbsent(error)) return null;
    if (fd !== undefined) fs.closeSync(fd);
    throw new UnreadableError(`${file}: ${error.message}`);
  }
  fs.closeSync(fd);
  throw new UnreadableError(`${file}: not a regular file`);
}

function readFully(file, fd, target, position) {
  let done = 0;
  while (done < target.length) {
    let got;
    try {
      got = fs.readSync(fd, target, done, target.length - done, position + done);
    } catch (error) {
      throw new UnreadableError(`${file}: ${error.message}`);
    }
    if (got === 0) break;
    done += got;
  }
  return done;
}

// Reads a file of at most `limit` bytes. Returns null when it is absent; `bytes` is null when it is larger.
export function readFileLimited(file, limit) {
  const open = openFile(file);
  if (open === null) return null;
  try {
    if (open.size > limit) return { bytes: null, size: open.size };
    const bytes = Buffer.alloc(open.size);
    return { bytes: bytes.subarray(0, readFully(file, open.fd, bytes, 0)), size: open.size };
  } finally {
    fs.closeSync(open.fd);
  }
}

// Names in a folder and whether each is a folder; an empty map when the folder is absent.
function listFolder(folder) {
  try {
    return new Map(fs.readdirSync(folder, { withFileTypes: true }).map((entry) => [entry.name, entry]));
  } catch (error) {
    if (isAbsent(error)) return new Map();
    throw new UnreadableError(`${folder}: ${error.message}`);
  }
}

// tlog-tiles, "Merkle Tree": <N> in zero-padded elements of three digits, all but the last with an x before them.
export function tileIndexPath(n) {
  const digits = String(n);
  const padded = digits.padStart(Math.ceil(digits.length / 3) * 3, '0');
  const parts = padded.match(/.{3}/g);
  return parts.map((part, i) => (i + 1 < parts.length ? `x${part}` : part)).join('/');
}

export class LogFolder {
  constructor(root) {
    this.root = root;
    this.listings = new Map();
  }

  // The listings of a few folders are kept: tiles of one folder are asked for one after another.
  #list(relative) {
    const kept = this.listings.get(relative);
    if (kept !== undefined) return kept;
    const listing = listFolder(path.join(this.root, relative));
    if (this.listings.size >= 16) this.listings.delete(this.listings.keys().next().value);
    this.listings.set(relative, listing);
    return listing;
  }

  // The files that exist for one index: the full one first, then the partial ones by width (`kind`: a level or "entries").
  variants(kind, n) {
    const full = `tile/${kind}/${tileIndexPath(n)}`;
    const listing = this.#list(path.posix.dirname(full));
    const name = path.posix.basename(full);
    const found = [];
    if (listing.has(name)) found.push({ width: TILE_WIDTH, file: full });
    if (listing.has(`${name}.p`)) {
      const widths = [...listFolder(path.join(this.root, `${full}.p`)).keys()].filter((w) => /^[1-9][0-9]{0,2}$/.test(w) && Number(w) < TILE_WIDTH);
      for (const width of widths.map(Number).sort((a, b) => a - b)) found.push({ width, file: `${full}.p/${width}` });
    }
    return found;
  }

  // A tile file: tlog-tiles, "Merkle Tree" (full: 8,192 bytes) and "Partial Tiles". `hashes` is null where its length is wrong.
  readTile(variant) {
    const length = variant.width * HASH_BYTES;
    const read = readFileLimited(path.join(this.root, variant.file), length);
    if (read === null) return null;
    return { ...variant, hashes: read.bytes !== null && read.bytes.length === length ? read.bytes : null, bytes: read.size };
  }

  readBundle(variant) {
    const read = readFileLimited(path.join(this.root, variant.file), MAX_BUNDLE_BYTES);
    if (read === null) return null;
    if (read.bytes === null) return { ...variant, error: `larger than ${MAX_BUNDLE_BYTES} bytes`, offset: 0 };
    return { ...variant, ...parseBundle(read.bytes, variant.width) };
  }
}

// tlog-tiles, "Log entries": exactly `count` entries, each with a big-endian uint16 length before it. An entry is a JSON
// object, so that a length of zero is malformed. Returns the leaf hashes and the place of each entry, or an error.
export function parseBundle(bytes, count) {
  const hashes = Buffer.alloc(count * HASH_BYTES);
  const offsets = new Uint32Array(count);
  const lengths = new Uint32Array(count);
  let at = 0;
  for (let i = 0; i < count; i++) {
    if (at + 2 > bytes.length) return { error: `ends before entry ${i} of ${count}`, offset: at };
    const length = bytes.readUInt16BE(at);
    if (length === 0) return { error: `entry ${i} of ${count} is empty`, offset: at };
    if (at + 2 + length > bytes.length) return { error: `ends within entry ${i} of ${count}`, offset: at };
    leafHash(bytes.subarray(at + 2, at + 2 + length)).copy(hashes, i * HASH_BYTES);
    offsets[i] = at + 2;
    lengths[i] = length;
    at += 2 + length;
  }
  if (at !== bytes.length) return { error: `${bytes.length - at} bytes follow the last entry`, offset: at };
  return { hashes, offsets, lengths };
}

// ---- journal ---------------------------------------------------------------------------------------------------

const JOURNAL_MAGIC = Buffer.from('GHJRNL01');
const HEADER_BYTES = 64;
const FRAME_HEADER_BYTES = 2 + HASH_BYTES;
const WINDOW_BYTES = 1 << 20;
const MARK_EVERY = 256;

// Reads a file through one window, so that a segment of any length needs the same memory.
class WindowReader {
  constructor(file) {
    const open = openFile(file);
    if (open === null) throw new UnreadableError(`${file}: absent`);
    this.file = file;
    this.fd = open.fd;
    this.size = open.size;
    this.window = Buffer.alloc(WINDOW_BYTES);
    this.start = 0;
    this.length = 0;
  }

  // `length` bytes at `offset`, fewer at the end of the file. The bytes are good until the next call.
  at(offset, length) {
    if (offset < this.start || offset + length > this.start + this.length) {
      this.start = offset;
      this.length = readFully(this.file, this.fd, this.window, offset);
    }
    const from = offset - this.start;
    return this.window.subarray(from, Math.max(from, Math.min(from + length, this.length)));
  }

  close() {
    fs.closeSync(this.fd);
  }
}

// Reads the frame at `offset`: {end} at the end of the segment, {error}, or the frame.
function readFrame(reader, offset) {
  const head = reader.at(offset, FRAME_HEADER_BYTES);
  if (head.length < 2) return head.length === 0 || head[0] === 0 ? { end: true } : { error: 'one byte is left over' };
  const length = head.readUInt16BE(0);
  if (length === 0) return { end: true };
  if (head.length < FRAME_HEADER_BYTES) return { error: 'the file ends within a frame' };
  const stored = Buffer.from(head.subarray(2));
  const entry = reader.at(offset + FRAME_HEADER_BYTES, length);
  if (entry.length < length) return { error: 'the file ends within a frame' };
  return { stored, hash: leafHash(entry), entryOffset: offset + FRAME_HEADER_BYTES, length, next: offset + FRAME_HEADER_BYTES + length };
}

function readHeader(reader) {
  const header = reader.at(0, HEADER_BYTES);
  if (header.length < HEADER_BYTES) return { error: 'shorter than its header' };
  if (!header.subarray(0, 8).equals(JOURNAL_MAGIC)) return { error: 'the header does not begin with GHJRNL01' };
  if (!header.subarray(16, 32).equals(Buffer.alloc(16))) return { error: 'reserved bytes of the header are not zero' };
  if (!sha256(header.subarray(0, 32)).equals(header.subarray(32, 64))) return { error: 'the hash of the header differs' };
  const first = header.readBigUInt64BE(8);
  if (first > BigInt(Number.MAX_SAFE_INTEGER)) return { error: 'the first leaf index is too large' };
  return { first: Number(first) };
}

function firstNonZero(reader, offset) {
  for (let at = offset; at < reader.size; at += WINDOW_BYTES) {
    const bytes = reader.at(at, WINDOW_BYTES);
    if (bytes.length === 0) return -1;
    const found = bytes.findIndex((byte) => byte !== 0);
    if (found >= 0) return at + found;
  }
  return -1;
}

export class Journal {
  constructor(folder) {
    this.folder = folder;
    this.segments = [];
    this.reader = null;
  }

  // Reads every segment. `report(finding)` gets what is wrong, `onEntry(index, hash, file, offset, length)` each frame whose
  // hash is right.
  scan(report, onEntry) {
    const names = [...listFolder(path.join(this.folder, 'journal')).keys()].filter((name) => /^[0-9]{10}\.journal$/.test(name)).sort();
    const headers = names.map((name) => this.#header(`journal/${name}`));
    let expected = null;
    for (const [at, name] of names.entries()) {
      const next = headers.slice(at + 1).find((header) => header.error === undefined);
      // Frames count up to the first index of the next segment. A segment without a header between two that meet has none.
      const isBetween = headers[at].error !== undefined && expected !== null && next?.first === expected;
      if (isBetween) continue;
      const segment = this.#scanSegment(`journal/${name}`, next?.first ?? Infinity, report, onEntry);
      if (segment === null) {
        expected = null;
        continue;
      }
      if (expected !== null && segment.first !== expected) {
        const detail = `the segment begins at leaf ${segment.first}, expected ${expected}`;
        report({ kind: 'journal-malformed', index: segment.first, file: segment.file, offset: 8, length: 8, detail });
      }
      expected = segment.complete ? segment.first + segment.count : null;
      this.segments.push(segment);
    }
  }

  #header(file) {
    const reader = new WindowReader(path.join(this.folder, file));
    try {
      return readHeader(reader);
    } finally {
      reader.close();
    }
  }

  #scanSegment(file, end, report, onEntry) {
    const reader = new WindowReader(path.join(this.folder, file));
    try {
      const header = readHeader(reader);
      if (header.error !== undefined) {
        report({ kind: 'journal-malformed', file, offset: 0, length: HEADER_BYTES, detail: header.error });
        return null;
      }
      const segment = { file, first: header.first, count: 0, marks: [], complete: false };
      scanFrames(reader, segment, end, report, onEntry);
      return segment;
    } finally {
      reader.close();
    }
  }

  // Calls onEntry for every entry of the range [start, end) that the journal holds.
  readRange(start, end, onEntry) {
    for (const segment of this.segments) {
      const from = Math.max(start, segment.first);
      const to = Math.min(end, segment.first + segment.count);
      if (from < to) this.#readSegmentRange(segment, from, to, onEntry);
    }
  }

  #readSegmentRange(segment, from, to, onEntry) {
    const reader = this.#open(segment);
    const mark = Math.floor((from - segment.first) / MARK_EVERY);
    let offset = segment.marks[mark];
    for (let index = segment.first + mark * MARK_EVERY; index < to; index++) {
      const frame = readFrame(reader, offset);
      if (frame.next === undefined) throw new UnreadableError(`${segment.file}: changed while it was read`);
      if (index >= from) onEntry(index, frame.hash, segment.file, frame.entryOffset, frame.length);
      offset = frame.next;
    }
  }

  #open(segment) {
    if (this.reader === null || this.reader.segment !== segment) {
      this.close();
      this.reader = new WindowReader(path.join(this.folder, segment.file));
      this.reader.segment = segment;
    }
    return this.reader;
  }

  close() {
    if (this.reader !== null) this.reader.close();
    this.reader = null;
  }
}

// Frames up to a length of zero, then zeros. After two wrong hashes one after another the framing itself is not to be
// trusted, and the rest of the segment is left unread.
function scanFrames(reader, segment, end, report, onEntry) {
  const file = segment.file;
  let offset = HEADER_BYTES;
  let failed = 0;
  for (;;) {
    const index = segment.first + segment.count;
    if (index >= end) {
      segment.complete = true;
      return;
    }
    const frame = readFrame(reader, offset);
    if (frame.error !== undefined) {
      report({ kind: 'journal-malformed', index, file, offset, length: reader.size - offset, detail: frame.error });
      return;
    }
    if (frame.end) break;
    if (segment.count % MARK_EVERY === 0) segment.marks.push(offset);
    segment.count += 1;
    if (frame.stored.equals(frame.hash)) {
      failed = 0;
      onEntry(index, frame.hash, file, frame.entryOffset, frame.length);
    } else {
      failed += 1;
      const detail = `the hash in the frame differs from the hash of the entry${failed > 1 ? '; the rest of the segment is left unread' : ''}`;
      report({ kind: 'journal-hash', index, file, offset: frame.entryOffset, length: frame.length, detail });
      if (failed > 1) return;
    }
    offset = frame.next;
  }
  segment.complete = true;
  const stray = firstNonZero(reader, offset);
  if (stray >= 0) report({ kind: 'journal-malformed', file, offset: stray, length: 1, detail: 'a byte after the end of the frames is not zero' });
}
