// Merkle tree hashing and proofs: RFC 6962 section 2.1, RFC 9162 section 2.1.

import { hash as oneShotHash } from 'node:crypto';

export const HASH_BYTES = 32;
export const TILE_WIDTH = 256;

export function sha256(bytes) {
  return oneShotHash('sha256', bytes, 'buffer');
}

// RFC 6962 section 2.1: the hash of an empty list is the hash of an empty string.
export const EMPTY_ROOT = sha256(Buffer.alloc(0));

const leafScratch = Buffer.alloc(1 + 65535);
const nodeScratch = Buffer.alloc(1 + 2 * HASH_BYTES, 1);

// RFC 6962 section 2.1: leaf hash = SHA-256(0x00 || entry).
export function leafHash(entry) {
  if (entry.length > 65535) throw new RangeError('an entry is longer than 65535 bytes');
  leafScratch[0] = 0;
  entry.copy(leafScratch, 1);
  return sha256(leafScratch.subarray(0, 1 + entry.length));
}

// RFC 6962 section 2.1: node hash = SHA-256(0x01 || left || right).
export function nodeHash(left, right) {
  left.copy(nodeScratch, 1, 0, HASH_BYTES);
  right.copy(nodeScratch, 1 + HASH_BYTES, 0, HASH_BYTES);
  return sha256(nodeScratch);
}

// Root over `count` hashes that lie one after another in `hashes`. Pairs are joined level by level and an odd last
// hash moves up unchanged: that gives the tree of RFC 6962 section 2.1 (split at the largest power of two below n).
export function rootOfHashes(hashes, count) {
  if (count === 0) return EMPTY_ROOT;
  const work = Buffer.from(hashes.subarray(0, count * HASH_BYTES));
  for (let n = count; n > 1; n = (n + 1) >> 1) {
    for (let i = 0; i + 1 < n; i += 2) {
      const left = work.subarray(i * HASH_BYTES, (i + 1) * HASH_BYTES);
      const right = work.subarray((i + 1) * HASH_BYTES, (i + 2) * HASH_BYTES);
      nodeHash(left, right).copy(work, (i >> 1) * HASH_BYTES);
    }
    if (n % 2 === 1) work.copy(work, ((n - 1) >> 1) * HASH_BYTES, (n - 1) * HASH_BYTES, n * HASH_BYTES);
  }
  return work.subarray(0, HASH_BYTES);
}

// Builds the tree of tiles (tlog-tiles, "Merkle Tree") from leaf hashes in order, holding one open tile per level.
// A hash may be null (unknown); everything above an unknown hash is unknown too.
export class TreeBuilder {
  constructor(onTile) {
    this.onTile = onTile;
    this.levels = [];
    this.size = 0;
  }

  add(leaf) {
    this.size += 1;
    this.#append(0, leaf);
  }

  #append(level, hash) {
    if (this.levels.length === level) {
      this.levels.push({ hashes: Buffer.alloc(TILE_WIDTH * HASH_BYTES), known: new Uint8Array(TILE_WIDTH), count: 0, tile: 0 });
    }
    const open = this.levels[level];
    open.known[open.count] = hash === null ? 0 : 1;
    if (hash !== null) hash.copy(open.hashes, open.count * HASH_BYTES);
    open.count += 1;
    if (open.count < TILE_WIDTH) return;
    this.onTile(level, open.tile, TILE_WIDTH, open.hashes, open.known);
    const up = allKnown(open) ? rootOfHashes(open.hashes, TILE_WIDTH) : null;
    open.count = 0;
    open.tile += 1;
    this.#append(level + 1, up);
  }

  // Calls onTile for the partial tiles of the right edge (tlog-tiles, "Partial Tiles").
  finish() {
    this.levels.forEach((open, level) => {
      if (open.count > 0) this.onTile(level, open.tile, open.count, open.hashes, open.known);
    });
  }

  // The root of the leaves added so far, or null where a hash is unknown.
  root() {
    let right = null;
    for (const open of this.levels) {
      if (open.count === 0) continue;
      if (!allKnown(open)) return null;
      const count = open.count + (right === null ? 0 : 1);
      const row = Buffer.alloc(count * HASH_BYTES);
      open.hashes.copy(row, 0, 0, open.count * HASH_BYTES);
      if (right !== null) right.copy(row, open.count * HASH_BYTES);
      right = rootOfHashes(row, count);
    }
    return right === null ? EMPTY_ROOT : Buffer.from(right);
  }
}

function allKnown(open) {
  for (let i = 0; i < open.count; i++) if (open.known[i] === 0) return false;
  return true;
}

// The largest power of two smaller than n (n > 1).
function splitPoint(n) {
  let k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}

// RFC 6962 section 2.1.1, PATH(m, D[n]): the ranges [start, end) whose hashes make the audit path.
export function inclusionRanges(index, size) {
  const ranges = [];
  let start = 0;
  let end = size;
  while (end - start > 1) {
    const middle = start + splitPoint(end - start);
    if (index < middle) {
      ranges.push([middle, end]);
      end = middle;
    } else {
      ranges.push([start, middle]);
      start = middle;
    }
  }
  return ranges.reverse();
}

// RFC 6962 section 2.1.2, PROOF(m, D[n]): the ranges whose hashes make the consistency proof. 0 < oldSize <= size;
// the proof of equal sizes is empty.
export function consistencyRanges(oldSize, size) {
  const ranges = [];
  let start = 0;
  let end = size;
  let whole = true; // the boolean b of SUBPROOF(m, D[n], b)
  while (oldSize !== end) {
    const middle = start + splitPoint(end - start);
    if (oldSize <= middle) {
      ranges.push([middle, end]);
      end = middle;
    } else {
      ranges.push([start, middle]);
      start = middle;
      whole = false;
    }
  }
  if (!whole) ranges.push([start, end]);
  return ranges.reverse();
}

// RFC 9162 section 2.1.3.2. The numbers are BigInt.
export function verifyInclusion(leaf, index, size, proof, root) {
  if (index < 0n || index >= size) return false;
  let fn = index;
  let sn = size - 1n;
  let r = leaf;
  for (const p of proof) {
    if (sn === 0n) return false;
    if ((fn & 1n) === 1n || fn === sn) {
      r = nodeHash(p, r);
      while ((fn & 1n) === 0n && fn !== 0n) {
        fn >>= 1n;
        sn >>= 1n;
      }
    } else {
      r = nodeHash(r, p);
    }
    fn >>= 1n;
    sn >>= 1n;
  }
  return sn === 0n && r.equals(root);
}

// RFC 9162 section 2.1.4.2; the cases of size 0 and of equal sizes as in tlog-witness, "add-checkpoint".
export function verifyConsistency(oldSize, newSize, oldRoot, newRoot, proof) {
  if (oldSize < 0n || oldSize > newSize) return false;
  if (oldSize === 0n && !oldRoot.equals(EMPTY_ROOT)) return false;
  if (oldSize === newSize) return proof.length === 0 && oldRoot.equals(newRoot);
  if (oldSize === 0n) return proof.length === 0;
  const path = (oldSize & (oldSize - 1n)) === 0n ? [oldRoot, ...proof] : [...proof];
  if (proof.length === 0) return false;
  let fn = oldSize - 1n;
  let sn = newSize - 1n;
  while ((fn & 1n) === 1n) {
    fn >>= 1n;
    sn >>= 1n;
  }
  let fr = path[0];
  let sr = path[0];
  for (const c of path.slice(1)) {
    if (sn === 0n) return false;
    if ((fn & 1n) === 1n || fn === sn) {
      fr = nodeHash(c, fr);
      sr = nodeHash(c, sr);
      while ((fn & 1n) === 0n && fn !== 0n) {
        fn >>= 1n;
        sn >>= 1n;
      }
    } else {
      sr = nodeHash(sr, c);
    }
    fn >>= 1n;
    sn >>= 1n;
  }
  return sn === 0n && fr.equals(oldRoot) && sr.equals(newRoot);
}
