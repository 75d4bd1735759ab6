// The commands of the verifier, apart from reading the command line.

import path from 'node:path';
import { consistencyRanges, inclusionRanges, leafHash, verifyConsistency, verifyInclusion } from './merkle.mjs';
import { FormatError, MAX_NOTE_BYTES, checkSignatures, isCosignatureKey, parseCheckpointText, parseNote } from './note.mjs';
import { decodeBase64, decodeHash, parseDecimal } from './note.mjs';
import { LogFolder, UnreadableError, readFileLimited } from './layout.mjs';
import { walkJournal, walkTree } from './walk.mjs';
import { HashReader, MissingError } from './proofs.mjs';

export class UsageError extends Error {}

// Reads and verifies a note. Returns {note, good, bad} or {finding}.
function openNote(file, shown, keys) {
  const read = readFileLimited(file, MAX_NOTE_BYTES);
  if (read === null) throw new UnreadableError(`${file}: absent`);
  try {
    if (read.bytes === null) throw new FormatError(`a note is larger than ${MAX_NOTE_BYTES} bytes`);
    const note = parseNote(read.bytes);
    return { note, ...checkSignatures(note, keys) };
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    return { finding: { kind: 'note-malformed', file: shown, detail: error.message } };
  }
}

const label = (key) => `${key.name}+${key.keyId}`;

// Opens a checkpoint: tlog-checkpoint "Note text", signed-note "Signatures". The text counts only once a key of the log
// has signed it, and the name of that key is the origin. Cosigners' lines that fail are findings of their own.
function openCheckpoint(file, shown, logKeys, cosigners) {
  const opened = openNote(file, shown, [...logKeys, ...cosigners.filter((c) => !logKeys.some((k) => k.vkey === c.vkey))]);
  if (opened.finding !== undefined) return { findings: [opened.finding] };
  const isLogKey = (signature) => logKeys.some((key) => key.vkey === signature.key.vkey);
  const refused = opened.bad.filter(isLogKey);
  const findings = refused.map(({ key }) => ({ kind: 'signature', file: shown, detail: `the signature of the known key ${label(key)} fails` }));
  const failedCosigners = opened.bad.filter((s) => !isLogKey(s)).map((s) => s.key);
  findings.push(...failedCosigners.map((key) => ({ kind: 'cosignature', file: shown, detail: `the cosignature of ${label(key)} fails` })));
  const signers = opened.good.filter(isLogKey);
  if (refused.length > 0) return { findings };
  if (signers.length === 0) return { findings: [...findings, { kind: 'signature', file: shown, detail: 'no signature by a given key' }] };
  return { findings, ...readSignedText(opened.note.text, shown, signers, findings), goodKeys: opened.good.map((s) => s.key), failedCosigners };
}

function readSignedText(text, shown, signers, findings) {
  try {
    const checkpoint = parseCheckpointText(text);
    if (signers.some(({ key }) => key.name === checkpoint.origin)) return { checkpoint };
    findings.push({ kind: 'signature', file: shown, detail: 'the name of no signing key is the origin' });
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    findings.push({ kind: 'note-malformed', file: shown, detail: error.message });
  }
  return {};
}

// The log's own checkpoint, with the limit of sizes that a double holds exactly.
function openOwnCheckpoint(folder, logKeys, cosigners) {
  const opened = openCheckpoint(path.join(folder, 'checkpoint'), 'checkpoint', logKeys, cosigners);
  if (opened.checkpoint !== undefined && opened.checkpoint.size > BigInt(Number.MAX_SAFE_INTEGER)) {
    opened.findings.push({ kind: 'note-malformed', file: 'checkpoint', detail: 'the tree size is larger than this verifier can process' });
    delete opened.checkpoint;
  }
  return opened;
}

// ---- verify ----------------------------------------------------------------------------------------------------

export function verifyLog(folderPath, { keys, checkpointFiles, cosigners, archivedRanges }) {
  const own = openOwnCheckpoint(folderPath, keys, cosigners);
  const others = checkpointFiles.map((file) => ({ file, ...openCheckpoint(file, file, keys, cosigners) }));
  const counts = { entries: 0, archived: 0, archivedBundles: 0, pending: 0 };
  const result = { ok: false, origin: null, size: null, root: null, ...counts, findings: [...own.findings] };
  if (own.checkpoint === undefined) {
    for (const other of others) result.findings.push(...other.findings);
    return result;
  }
  const { origin, root } = own.checkpoint;
  const size = Number(own.checkpoint.size);
  result.findings.push(...absentCosigners(own, cosigners));
  const folder = new LogFolder(folderPath);
  const journal = walkJournal(folder, size);
  const wanted = others.filter((o) => o.checkpoint !== undefined && o.checkpoint.size <= own.checkpoint.size).map((o) => Number(o.checkpoint.size));
  const tree = walkTree(folder, journal.journal, size, wanted, archivedRanges);
  journal.journal.close();
  result.findings.push(...tree.findings.list, ...rootFinding(tree.roots.get(size), root));
  for (const other of others) result.findings.push(...other.findings, ...compareCheckpoint(other, own.checkpoint, tree.roots));
  result.findings.push(...journal.findings.list);
  Object.assign(result, { origin, size, root: root.toString('base64'), ...tree.counts, pending: journal.pending });
  if (tree.findings.full || journal.findings.full) result.truncated = true;
  result.ok = result.findings.length === 0;
  return result;
}

function absentCosigners(own, cosigners) {
  const seen = new Set([...own.goodKeys, ...own.failedCosigners].map((key) => key.vkey));
  const absent = cosigners.filter((key) => !seen.has(key.vkey));
  return absent.map((key) => ({ kind: 'cosignature', file: 'checkpoint', detail: `no cosignature of ${label(key)}` }));
}

function rootFinding(computed, signed) {
  if (computed === undefined || computed === null || computed.equals(signed)) return [];
  return [{ kind: 'root', file: 'checkpoint', detail: `the recomputed root is ${computed.toString('base64')}` }];
}

// Two checkpoints of one log must be consistent (tlog-checkpoint, "Signatures").
function compareCheckpoint(other, own, roots) {
  if (other.checkpoint === undefined) return [];
  const { origin, size, root } = other.checkpoint;
  const finding = (kind, detail) => [{ kind, file: other.file, detail }];
  if (origin !== own.origin) return finding('signature', 'the origin is not that of the log');
  if (size > own.size) return finding('larger', `size ${size} was signed, the log has ${own.size}`);
  const computed = roots.get(Number(size)) ?? (size === own.size ? own.root : null);
  if (computed === null || computed.equals(root)) return [];
  return finding('inconsistent', `the root at size ${size} is ${computed.toString('base64')}`);
}

// ---- proofs ----------------------------------------------------------------------------------------------------

// Opens the log for a proof: {findings} when the checkpoint does not verify.
function openForProof(folderPath, keys, build) {
  const own = openOwnCheckpoint(folderPath, keys, []);
  if (own.checkpoint === undefined) return { ok: false, findings: own.findings };
  const folder = new LogFolder(folderPath);
  const size = Number(own.checkpoint.size);
  const { journal } = walkJournal(folder, size);
  try {
    return build(new HashReader(folder, journal, size), own.checkpoint, size);
  } catch (error) {
    if (!(error instanceof MissingError)) throw error;
    return { ok: false, findings: [{ kind: 'missing', detail: error.message }] };
  } finally {
    journal.close();
  }
}

const notTheRoot = { ok: false, findings: [{ kind: 'root', detail: 'the proof from the files does not lead to the signed root' }] };
const base64 = (hash) => hash.toString('base64');

export function inclusionProof(folderPath, index, keys) {
  return openForProof(folderPath, keys, (reader, checkpoint, size) => {
    if (index >= checkpoint.size) throw new UsageError(`index ${index} is not below the size ${size}`);
    const leaf = reader.leaf(Number(index));
    const proof = inclusionRanges(Number(index), size).map(([start, end]) => reader.rangeHash(start, end));
    if (!verifyInclusion(leaf, index, checkpoint.size, proof, checkpoint.root)) return notTheRoot;
    const hashes = { leafHash: base64(leaf), root: base64(checkpoint.root), proof: proof.map(base64) };
    return { ok: true, origin: checkpoint.origin, index: Number(index), size, ...hashes };
  });
}

export function consistencyProof(folderPath, oldSize, keys) {
  return openForProof(folderPath, keys, (reader, checkpoint, size) => {
    if (oldSize > checkpoint.size) throw new UsageError(`old size ${oldSize} is larger than the size ${size}`);
    const old = Number(oldSize);
    const ranges = old === 0 ? [] : consistencyRanges(old, size);
    const proof = ranges.map(([start, end]) => reader.rangeHash(start, end));
    const oldRoot = reader.rangeHash(0, old);
    if (!verifyConsistency(oldSize, checkpoint.size, oldRoot, checkpoint.root, proof)) return notTheRoot;
    const hashes = { oldRoot: base64(oldRoot), newRoot: base64(checkpoint.root), proof: proof.map(base64) };
    return { ok: true, origin: checkpoint.origin, oldSize: old, newSize: size, ...hashes };
  });
}

// ---- checks of given values ------------------------------------------------------------------------------------

const MAX_PROOF_HASHES = 63; // tlog-witness, "add-checkpoint"

function member(values, name, type) {
  const value = values[name];
  const good = type === 'array' ? Array.isArray(value) && value.every((v) => typeof v === 'string') : typeof value === type;
  if (!good) throw new UsageError(`"${name}" is absent or of the wrong type`);
  return value;
}

// A size or an index: a JSON number, or a decimal string where it is larger than a double holds exactly.
function number(values, name) {
  const value = values[name];
  if (typeof value === 'string') return parseDecimal(value);
  if (typeof value !== 'number') throw new UsageError(`"${name}" is absent or of the wrong type`);
  if (!Number.isSafeInteger(value) || value < 0) throw new FormatError(`"${name}" is not a whole number`);
  return BigInt(value);
}

function proofHashes(values) {
  const proof = member(values, 'proof', 'array');
  if (proof.length > MAX_PROOF_HASHES) throw new FormatError('a proof is too long');
  return proof.map(decodeHash);
}

function leafOf(values) {
  if (values.leafHash !== undefined) return decodeHash(member(values, 'leafHash', 'string'));
  const entry = decodeBase64(member(values, 'entry', 'string'));
  if (entry.length > 65535) throw new FormatError('an entry is too long');
  return leafHash(entry);
}

// Values of the right type that do not parse make a check that fails; values that lack a member are bad usage.
function checked(check) {
  try {
    return { ok: check() };
  } catch (error) {
    if (error instanceof FormatError) return { ok: false };
    throw error;
  }
}

export function checkInclusion(values) {
  return checked(() => {
    const root = decodeHash(member(values, 'root', 'string'));
    return verifyInclusion(leafOf(values), number(values, 'index'), number(values, 'size'), proofHashes(values), root);
  });
}

export function checkConsistency(values) {
  return checked(() => {
    const roots = [decodeHash(member(values, 'oldRoot', 'string')), decodeHash(member(values, 'newRoot', 'string'))];
    return verifyConsistency(number(values, 'oldSize'), number(values, 'newSize'), ...roots, proofHashes(values));
  });
}

// ---- note ------------------------------------------------------------------------------------------------------

export function verifyNoteFile(file, keys) {
  const opened = openNote(file, file, keys);
  if (opened.finding !== undefined) return { ok: false, findings: [opened.finding] };
  const failed = opened.bad.map(({ key }) => ({
    kind: isCosignatureKey(key) ? 'cosignature' : 'signature', file, detail: `the signature of the known key ${label(key)} fails`,
  }));
  if (failed.length > 0) return { ok: false, findings: failed };
  if (opened.good.length === 0) return { ok: false, findings: [{ kind: 'signature', file, detail: 'no signature by a given key' }] };
  const signatures = opened.good.map(({ key, timestamp }) => ({
    name: key.name, keyId: key.keyId, type: key.type, ...(timestamp === undefined ? {} : { timestamp: String(timestamp) }),
  }));
  return { ok: true, text: opened.note.text, signatures, findings: [] };
}
