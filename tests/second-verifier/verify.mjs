// Command line of the second verifier of a transparency log.
//
//   node verify.mjs verify <log folder> --vkey <vkey> [--vkey ...] [--checkpoint <file> ...] [--cosigner <vkey> ...] [--archived <first>-<last> ...]
//   node verify.mjs inclusion <log folder> <index> --vkey <vkey>
//   node verify.mjs consistency <log folder> <old size> --vkey <vkey>
//   node verify.mjs check-inclusion      standard input: {"index","size","leafHash" or "entry","root","proof"}
//   node verify.mjs check-consistency    standard input: {"oldSize","newSize","oldRoot","newRoot","proof"}
//   node verify.mjs note <file> --vkey <vkey>
//   node verify.mjs check-receipt        standard input: {"vkey","note","salt","request","answer"[,"leafHash","size","root","proof"]}
//   node verify.mjs hash-calls           standard input: {"calls":[{"salt","request","answer"}]}
//
// Hashes and entries in JSON are base64. Exit codes: 0 ok, 1 findings, 2 bad usage, 3 unreadable.

import fs from 'node:fs';
import { FormatError, isCosignatureKey, parseDecimal, parseVkey } from './note.mjs';
import { UnreadableError } from './layout.mjs';
import { UsageError, checkConsistency, checkInclusion, consistencyProof, inclusionProof, verifyLog, verifyNoteFile } from './commands.mjs';
import { checkReceipt, hashCalls } from './receipt.mjs';

const MAX_INPUT_BYTES = 1 << 20;
const OPTIONS = { verify: ['vkey', 'checkpoint', 'cosigner', 'archived'], inclusion: ['vkey'], consistency: ['vkey'], note: ['vkey'] };
const POSITIONS = { verify: 1, inclusion: 2, consistency: 2, note: 1, 'check-inclusion': 0, 'check-consistency': 0, 'check-receipt': 0, 'hash-calls': 0 };

function parseArguments(args) {
  const [command, ...rest] = args;
  if (command === undefined || !Object.hasOwn(POSITIONS, command)) throw new UsageError('the command is absent or unknown');
  const allowed = OPTIONS[command] ?? [];
  const options = { vkey: [], checkpoint: [], cosigner: [], archived: [] };
  const positions = [];
  for (let i = 0; i < rest.length; i++) {
    if (!rest[i].startsWith('--')) {
      positions.push(rest[i]);
      continue;
    }
    const name = rest[i].slice(2);
    if (!allowed.includes(name)) throw new UsageError(`the option ${rest[i]} is unknown here`);
    i += 1;
    if (i >= rest.length) throw new UsageError(`the option --${name} needs a value`);
    options[name].push(rest[i]);
  }
  if (positions.length !== POSITIONS[command]) throw new UsageError(`${command} needs ${POSITIONS[command]} arguments`);
  if (allowed.length > 0 && options.vkey.length === 0) throw new UsageError('at least one --vkey is needed');
  return { command, positions, options };
}

function usage(parse) {
  try {
    return parse();
  } catch (error) {
    if (error instanceof FormatError) throw new UsageError(error.message);
    throw error;
  }
}

// signed-note, "Signatures": name and key ID identify a key, so that two keys may not share both.
function parseKeys(options) {
  const keys = usage(() => options.vkey.map(parseVkey));
  const cosigners = usage(() => options.cosigner.map(parseVkey));
  if (!cosigners.every(isCosignatureKey)) throw new UsageError('a --cosigner key is not of a cosignature type');
  const byIdentity = new Map();
  for (const key of [...keys, ...cosigners]) {
    const identity = `${key.name}+${key.keyId}`;
    if ((byIdentity.get(identity) ?? key.vkey) !== key.vkey) throw new UsageError(`two keys have the name and key ID ${identity}`);
    byIdentity.set(identity, key.vkey);
  }
  return { keys, cosigners };
}

// Entries that are known to be archived. Without them an absent bundle may have been deleted.
function parseRanges(options) {
  return options.archived.map((text) => {
    const ends = text.split('-');
    if (ends.length !== 2) throw new UsageError(`${text} is no range <first>-<last>`);
    const [first, last] = usage(() => ends.map(parseDecimal)).map(Number);
    if (first > last) throw new UsageError(`${text} ends before it begins`);
    return { first, last };
  });
}

function readInput() {
  const input = fs.readFileSync(0);
  if (input.length > MAX_INPUT_BYTES) throw new UsageError('the standard input is too large');
  try {
    const values = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(input));
    if (typeof values === 'object' && values !== null && !Array.isArray(values)) return values;
  } catch {
    throw new UsageError('the standard input is not JSON');
  }
  throw new UsageError('the standard input is not a JSON object');
}

function checkFolder(folder) {
  try {
    fs.readdirSync(folder);
  } catch (error) {
    throw new UnreadableError(`${folder}: ${error.message}`);
  }
}

function run(args) {
  const { command, positions, options } = parseArguments(args);
  if (command === 'check-inclusion') return checkInclusion(readInput());
  if (command === 'check-consistency') return checkConsistency(readInput());
  if (command === 'check-receipt') return checkReceipt(readInput());
  if (command === 'hash-calls') return hashCalls(readInput());
  const { keys, cosigners } = parseKeys(options);
  if (command === 'note') return verifyNoteFile(positions[0], keys);
  const place = command === 'verify' ? undefined : usage(() => parseDecimal(positions[1]));
  checkFolder(positions[0]);
  if (command === 'verify') return verifyLog(positions[0], { keys, cosigners, checkpointFiles: options.checkpoint, archivedRanges: parseRanges(options) });
  return command === 'inclusion' ? inclusionProof(positions[0], place, keys) : consistencyProof(positions[0], place, keys);
}

function main(args) {
  try {
    const result = run(args);
    process.stdout.write(`${JSON.stringify(result)}\n`);
    return result.ok ? 0 : 1;
  } catch (error) {
    const expected = error instanceof UsageError || error instanceof UnreadableError;
    process.stderr.write(`${expected ? error.message : error.stack}\n`);
    return error instanceof UsageError ? 2 : 3;
  }
}

process.exitCode = main(process.argv.slice(2));
