// Inclusion and consistency proofs from the files of a log folder: RFC 6962 section 2.1, C2SP tlog-tiles "Merkle Tree".

import { HASH_BYTES, TILE_WIDTH, rootOfHashes } from './merkle.mjs';

export class MissingError extends Error {}

// Reads the hashes of a tree of `size` leaves. A tile that is absent is recomputed from what is below it.
export class HashReader {
  constructor(folder, journal, size) {
    this.folder = folder;
    this.journal = journal;
    this.size = size;
    this.kept = new Map();
  }

  // MTH(D[start:end]) for a range of an RFC 6962 proof: a complete subtree, or one that ends at the right edge.
  rangeHash(start, end) {
    const width = end - start;
    let level = 0;
    let unit = 1;
    while (unit * TILE_WIDTH <= width && start % (unit * TILE_WIDTH) === 0) {
      level += 1;
      unit *= TILE_WIDTH;
    }
    const whole = Math.floor(width / unit);
    const rest = width - whole * unit;
    const count = whole + (rest > 0 ? 1 : 0);
    const row = Buffer.alloc(count * HASH_BYTES);
    for (let i = 0; i < whole; i++) this.#hash(level, start / unit + i).copy(row, i * HASH_BYTES);
    if (rest > 0) this.rangeHash(end - rest, end).copy(row, whole * HASH_BYTES);
    return Buffer.from(rootOfHashes(row, count));
  }

  leaf(index) {
    return Buffer.from(this.#hash(0, index));
  }

  #hash(level, at) {
    const n = Math.floor(at / TILE_WIDTH);
    const place = at % TILE_WIDTH;
    const tile = this.#tile(level, n);
    if (tile.length < (place + 1) * HASH_BYTES) throw new MissingError(`hash ${at} of level ${level} cannot be read`);
    return tile.subarray(place * HASH_BYTES, (place + 1) * HASH_BYTES);
  }

  #tile(level, n) {
    const key = `${level}/${n}`;
    let hashes = this.kept.get(key);
    if (hashes === undefined) {
      const span = TILE_WIDTH ** level;
      const need = Math.min(TILE_WIDTH, Math.floor(this.size / span) - n * TILE_WIDTH);
      hashes = this.#storedTile(level, n, need) ?? (level === 0 ? this.#leaves(n, need) : this.#computed(level, n, need));
      if (this.kept.size >= 256) this.kept.delete(this.kept.keys().next().value);
      this.kept.set(key, hashes);
    }
    return hashes;
  }

  // The full tile, or a partial one that is wide enough.
  #storedTile(level, n, need) {
    for (const variant of this.folder.variants(String(level), n)) {
      if (variant.width < need) continue;
      const tile = this.folder.readTile(variant);
      if (tile !== null && tile.hashes !== null) return tile.hashes.subarray(0, need * HASH_BYTES);
    }
    return null;
  }

  #leaves(n, need) {
    for (const variant of this.folder.variants('entries', n)) {
      if (variant.width < need) continue;
      const bundle = this.folder.readBundle(variant);
      if (bundle !== null && bundle.error === undefined) return bundle.hashes.subarray(0, need * HASH_BYTES);
    }
    const found = Buffer.alloc(need * HASH_BYTES);
    const seen = new Set();
    this.journal.readRange(n * TILE_WIDTH, n * TILE_WIDTH + need, (index, hash) => {
      const place = index % TILE_WIDTH;
      seen.add(place);
      hash.copy(found, place * HASH_BYTES);
    });
    if (seen.size < need) throw new MissingError(`neither tile 0/${n} nor its entries can be read`);
    return found;
  }

  #computed(level, n, need) {
    const row = Buffer.alloc(need * HASH_BYTES);
    for (let i = 0; i < need; i++) {
      const below = this.#tile(level - 1, n * TILE_WIDTH + i);
      rootOfHashes(below, TILE_WIDTH).copy(row, i * HASH_BYTES);
    }
    return row;
  }
}
