// Receipts of a transparency log: docs/auditors/receipts.md. The canonical form of JSON is that of RFC 8785.

import { FormatError, checkSignatures, decodeBase64, decodeHash, parseDecimal, parseNote, parseVkey } from './note.mjs';
import { sha256, verifyInclusion } from './merkle.mjs';
import { parseStrict } from './json.mjs';

const MEMBER = 'gatehouse/receipt';
const FIELDS = ['log', 'index', 'leaf', 'time', 'within', 'call'];

// RFC 8785: members by their UTF-16 units, which is the order of sort(); numbers and strings as JSON.stringify writes them.
export function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return `{${Object.keys(value).sort().map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join(',')}}`;
}

const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);

// The message without the member, and without the object that had nothing else.
function digest(message, holder, name) {
  const container = holder?.[name];
  if (isObject(container)) {
    delete container[MEMBER];
    if (Object.keys(container).length === 0) delete holder[name];
  }
  return sha256(Buffer.from(canonical(message)));
}

// What is not in the digest has one form only: another value would be a text without a signature.
export function requestDigest(text) {
  const message = parseStrict(text);
  if (message.params?._meta?.[MEMBER] !== true) throw new FormatError('the request does not ask for a receipt');
  return digest(message, message.params, '_meta');
}

export function answerDigest(text, receipt) {
  const message = parseStrict(text);
  const [outer, inner] = message.result === undefined ? ['error', 'data'] : ['result', '_meta'];
  const container = message[outer]?.[inner];
  const member = isObject(container) ? container[MEMBER] : undefined;
  if (member !== undefined && !isReceipt(member, receipt)) throw new FormatError('the answer has another receipt');
  return digest(message, message[outer], inner);
}

function isReceipt(member, receipt) {
  if (!isObject(member) || Object.keys(member).sort().join() !== 'note,salt') return false;
  if (receipt !== undefined) return member.note === receipt.note && member.salt === receipt.salt;
  return typeof member.note === 'string' && typeof member.salt === 'string';
}

// The receipt is that which the answer may have; without it, any.
export function callHash(salt, request, answer, receipt) {
  if (salt.length !== 32) throw new FormatError('a salt is not 32 bytes long');
  return sha256(Buffer.concat([Buffer.from('gatehouse-call/v1\n'), salt, requestDigest(request), answerDigest(answer, receipt)]));
}

export function parseReceiptText(text) {
  const lines = text.split('\n');
  if (lines.length !== 8 || lines[0] !== 'gatehouse-audit-receipt/v1' || lines[7] !== '') throw new FormatError('not a receipt');
  const values = Object.fromEntries(FIELDS.map((name, i) => {
    if (!lines[i + 1].startsWith(`${name} `)) throw new FormatError(`the line ${name} is missing`);
    return [name, lines[i + 1].slice(name.length + 1)];
  }));
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(values.time) || Number.isNaN(Date.parse(values.time))) throw new FormatError('the time is none');
  return { ...values, index: parseDecimal(values.index), within: parseDecimal(values.within), leaf: decodeHash(values.leaf), call: decodeHash(values.call) };
}

// Standard input: {"vkey","note","salt","request","answer"} and, for the proof, {"leafHash","size","root","proof"}.
export function checkReceipt(values) {
  const findings = [];
  const finding = (detail) => findings.push({ kind: 'receipt', detail });
  try {
    const note = parseNote(Buffer.from(values.note));
    const receipt = parseReceiptText(note.text);
    const key = parseVkey(values.vkey);
    const signed = checkSignatures(note, [key]);
    if (key.name !== receipt.log || signed.good.length !== 1 || signed.bad.length !== 0) finding('the key did not sign the receipt');
    if (!callHash(decodeBase64(values.salt), values.request, values.answer, values).equals(receipt.call)) finding('it is the receipt of another call');
    if (values.root !== undefined) {
      const leaf = decodeHash(values.leafHash);
      const proof = values.proof.map(decodeHash);
      if (!verifyInclusion(leaf, receipt.index, BigInt(values.size), proof, decodeHash(values.root))) finding('the proof does not hold');
      else if (!leaf.equals(receipt.leaf)) finding('the promise was not kept');
    }
  } catch (error) {
    if (!(error instanceof FormatError || error instanceof SyntaxError)) throw error;
    finding(error.message);
  }
  return { ok: findings.length === 0, findings };
}

// Standard input: {"calls":[{"salt","request","answer"}]}. A hash is null where request and answer are no call with a receipt.
export function hashCalls(values) {
  return { ok: true, hashes: values.calls.map((one) => {
    try {
      return callHash(decodeBase64(one.salt), one.request, one.answer).toString('base64');
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      return null;
    }
  }) };
}
