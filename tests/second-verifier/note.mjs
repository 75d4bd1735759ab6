// Signed notes, verifier keys, checkpoints and cosignatures: C2SP signed-note, tlog-checkpoint, tlog-cosignature.

import { createPublicKey, verify as cryptoVerify } from 'node:crypto';
import { sha256 } from './merkle.mjs';

export const MAX_NOTE_BYTES = 1_000_000;
// signed-note, "Format": verifiers should limit the number of signatures, and must accept at least 16.
export const MAX_SIGNATURES = 100;
const MAX_INT64 = 2n ** 63n - 1n;

export const P256_COSIGNATURE_ID = 'gatehouse-p256-cosignature/v1';

export class FormatError extends Error {}

// RFC 4648 section 4, canonical only: the padding is present and the unused bits are zero.
export function decodeBase64(text) {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text)) throw new FormatError('not standard base64');
  const bytes = Buffer.from(text, 'base64');
  if (bytes.toString('base64') !== text) throw new FormatError('base64 is not canonical');
  return bytes;
}

export function decodeHash(text) {
  const bytes = decodeBase64(text);
  if (bytes.length !== 32) throw new FormatError('a hash is not 32 bytes long');
  return bytes;
}

// ASCII decimal without leading zeroes, at most 2^63 - 1.
export function parseDecimal(text) {
  if (!/^(0|[1-9][0-9]{0,18})$/.test(text)) throw new FormatError('not a decimal number without leading zeroes');
  const value = BigInt(text);
  if (value > MAX_INT64) throw new FormatError('a number is larger than 2^63 - 1');
  return value;
}

// signed-note, "Format": key names are non-empty, with no Unicode spaces and no plus.
function checkKeyName(name) {
  if (name === '' || /[\p{White_Space}+]/u.test(name)) throw new FormatError('a key name is empty or holds a space or a plus');
  if (/[\u0000-\u001f]/.test(name) || !name.isWellFormed()) throw new FormatError('a key name holds a control character');
}

// ---- verifier keys ---------------------------------------------------------------------------------------------

const ED25519_SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');
const P256_SPKI_PREFIX = Buffer.from('3059301306072a8648ce3d020106082a8648ce3d03010703420004', 'hex');

function ed25519Key(raw) {
  if (raw.length !== 32) throw new FormatError('an Ed25519 public key is not 32 bytes long');
  return createPublicKey({ key: Buffer.concat([ED25519_SPKI_PREFIX, raw]), format: 'der', type: 'spki' });
}

function p256Key(spki) {
  const prefix = P256_SPKI_PREFIX.length;
  if (spki.length !== prefix + 64 || !spki.subarray(0, prefix).equals(P256_SPKI_PREFIX)) {
    throw new FormatError('the key is not the SubjectPublicKeyInfo of an uncompressed P-256 point');
  }
  try {
    return createPublicKey({ key: spki, format: 'der', type: 'spki' });
  } catch {
    throw new FormatError('the key is not a point of P-256');
  }
}

function namedKeyId(name, typeAndKey) {
  return sha256(Buffer.concat([Buffer.from(`${name}\n`), typeAndKey])).toString('hex', 0, 4);
}

// signed-note, "Verifier keys" and "Signature types"; tlog-cosignature, "Format". The last case is type 0xff with the
// longer identifier of the P-256 cosignature.
export function parseVkey(vkey) {
  const match = /^([^+]*)\+([0-9a-f]{8})\+(.+)$/s.exec(vkey);
  if (match === null) throw new FormatError('a vkey is not <name>+<8 hex digits>+<base64>');
  const [, name, keyId, encoded] = match;
  checkKeyName(name);
  const material = decodeBase64(encoded);
  const { type, publicKey, expectedId } = vkeyMaterial(name, material);
  if (keyId !== expectedId) throw new FormatError(`the key ID of the vkey is ${keyId}, computed ${expectedId}`);
  return { name, keyId, type, publicKey, vkey };
}

function vkeyMaterial(name, material) {
  const key = material.subarray(1);
  const id = Buffer.from(P256_COSIGNATURE_ID);
  if (material[0] === 0x01) return { type: 'ed25519', publicKey: ed25519Key(key), expectedId: namedKeyId(name, material) };
  // The key ID of type 0x02 is the truncated hash of the SPKI alone.
  if (material[0] === 0x02) return { type: 'ecdsa', publicKey: p256Key(key), expectedId: sha256(key).toString('hex', 0, 4) };
  if (material[0] === 0x04) return { type: 'ed25519-cosignature', publicKey: ed25519Key(key), expectedId: namedKeyId(name, material) };
  if (material[0] === 0xff && key.subarray(0, id.length).equals(id)) {
    return { type: 'p256-cosignature', publicKey: p256Key(key.subarray(id.length)), expectedId: namedKeyId(name, material) };
  }
  throw new FormatError('the signature type of the vkey is not supported');
}

export function isCosignatureKey(key) {
  return key.type === 'ed25519-cosignature' || key.type === 'p256-cosignature';
}

// ---- signed notes ----------------------------------------------------------------------------------------------

// signed-note, "Format".
export function parseNote(bytes) {
  if (bytes.length > MAX_NOTE_BYTES) throw new FormatError(`a note is larger than ${MAX_NOTE_BYTES} bytes`);
  const whole = decodeUtf8(bytes);
  if (/[\u0000-\u0009\u000b-\u001f]/.test(whole)) throw new FormatError('a note holds a control character');
  const split = whole.lastIndexOf('\n\n');
  if (split < 0) throw new FormatError('a note has no empty line before its signatures');
  const text = whole.slice(0, split + 1);
  const block = whole.slice(split + 2);
  if (block === '' || !block.endsWith('\n')) throw new FormatError('the signature lines are missing or do not end in a newline');
  const lines = block.slice(0, -1).split('\n');
  if (lines.length > MAX_SIGNATURES) throw new FormatError(`a note has more than ${MAX_SIGNATURES} signatures`);
  return { text, signatures: lines.map(parseSignatureLine) };
}

function decodeUtf8(bytes) {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new FormatError('a note is not valid UTF-8');
  }
}

function parseSignatureLine(line) {
  const match = /^\u2014 ([^ ]+) ([^ ]+)$/u.exec(line);
  if (match === null) throw new FormatError('a signature line is malformed');
  checkKeyName(match[1]);
  const bytes = decodeBase64(match[2]);
  if (bytes.length < 5) throw new FormatError('a signature is shorter than five bytes');
  return { name: match[1], keyId: bytes.toString('hex', 0, 4), signature: bytes.subarray(4) };
}

// signed-note, "Signatures": lines of unknown keys are ignored; every line of a known key is verified.
// Returns the good and the bad signatures of the known keys.
export function checkSignatures(note, keys) {
  const good = [];
  const bad = [];
  for (const line of note.signatures) {
    const key = keys.find((k) => k.name === line.name && k.keyId === line.keyId);
    if (key === undefined) continue;
    const result = verifyLine(key, note.text, line.signature);
    if (result.ok) good.push({ key, timestamp: result.timestamp });
    else bad.push({ key });
  }
  return { good, bad };
}

function verifyLine(key, text, signature) {
  const message = Buffer.from(text);
  if (key.type === 'ed25519') return { ok: verifyEd25519(key.publicKey, message, signature) };
  if (key.type === 'ecdsa') return { ok: verifyEcdsa(key.publicKey, message, signature) };
  return verifyCosignature(key, text, signature);
}

// tlog-cosignature, "Format" and "Ed25519 signed message". A cosignature is a signature of a checkpoint, so that any
// other text fails. The P-256 form has the same message and the same timestamp before its signature.
function verifyCosignature(key, text, signature) {
  if (signature.length < 9 || !isCheckpoint(text)) return { ok: false };
  const timestamp = signature.readBigUInt64BE(0);
  if (timestamp > MAX_INT64) return { ok: false };
  const message = Buffer.from(`cosignature/v1\ntime ${timestamp}\n${text}`);
  const rest = signature.subarray(8);
  const check = key.type === 'ed25519-cosignature' ? verifyEd25519 : verifyEcdsa;
  return { ok: check(key.publicKey, message, rest), timestamp };
}

function verifyEd25519(publicKey, message, signature) {
  return signature.length === 64 && cryptoVerify(null, message, publicKey, signature);
}

function verifyEcdsa(publicKey, message, signature) {
  return isStrictEcdsaDer(signature) && cryptoVerify('sha256', message, { key: publicKey, dsaEncoding: 'der' }, signature);
}

// SEQUENCE { INTEGER r, INTEGER s } in DER, as P-256 has it: short lengths, positive and minimal integers, no rest.
export function isStrictEcdsaDer(bytes) {
  if (bytes.length < 8 || bytes.length > 72 || bytes[0] !== 0x30 || bytes[1] !== bytes.length - 2) return false;
  const afterR = strictIntegerEnd(bytes, 2);
  return afterR > 0 && strictIntegerEnd(bytes, afterR) === bytes.length;
}

function strictIntegerEnd(bytes, at) {
  const length = bytes[at + 1];
  if (bytes[at] !== 0x02 || length === undefined || length < 1 || length > 33 || at + 2 + length > bytes.length) return -1;
  const first = bytes[at + 2];
  if (first >= 0x80) return -1;
  if (first === 0 && (length === 1 || bytes[at + 3] < 0x80)) return -1;
  return at + 2 + length;
}

// ---- checkpoints -----------------------------------------------------------------------------------------------

// tlog-checkpoint, "Note text".
export function parseCheckpointText(text) {
  const lines = text.slice(0, -1).split('\n');
  if (!text.endsWith('\n') || lines.length < 3 || lines.includes('')) {
    throw new FormatError('a checkpoint is not three or more non-empty lines');
  }
  return { origin: lines[0], size: parseDecimal(lines[1]), root: decodeHash(lines[2]), extensions: lines.slice(3) };
}

function isCheckpoint(text) {
  try {
    parseCheckpointText(text);
    return true;
  } catch {
    return false;
  }
}
