// Tests of the second verifier. Run: node --test selftest.mjs
// The logs are written here by a writer of its own, with the recursive definitions of RFC 6962 section 2.1.

import { after, test } from 'node:test';
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { spawnSync } from 'node:child_process';
import { consistencyRanges, inclusionRanges, verifyConsistency, verifyInclusion } from './merkle.mjs';
import { FormatError, decodeBase64, isStrictEcdsaDer, parseCheckpointText, parseDecimal, parseNote, parseVkey } from './note.mjs';
import { parseBundle, tileIndexPath } from './layout.mjs';
import { parseStrict } from './json.mjs';
import { callHash } from './receipt.mjs';

const VERIFIER = path.join(import.meta.dirname, 'verify.mjs');
const ORIGIN = 'log.example/evidence';
const COSIGNATURE_ID = 'gatehouse-p256-cosignature/v1';
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'tlog-selftest-'));
after(() => fs.rmSync(scratch, { recursive: true, force: true }));
let folders = 0;

// ---- recursive definitions of RFC 6962 section 2.1 -------------------------------------------------------------

const sha = (...parts) => crypto.createHash('sha256').update(Buffer.concat(parts)).digest();
const leafOf = (entry) => sha(Buffer.of(0), entry);
const nodeOf = (left, right) => sha(Buffer.of(1), left, right);

function largestPowerBelow(n) {
  let k = 1;
  while (k < n - k) k += k;
  return k;
}

function mth(leaves, from = 0, to = leaves.length) {
  if (to === from) return sha();
  if (to - from === 1) return leaves[from];
  const k = largestPowerBelow(to - from);
  return nodeOf(mth(leaves, from, from + k), mth(leaves, from + k, to));
}

function pathOf(m, leaves) {
  if (leaves.length === 1) return [];
  const k = largestPowerBelow(leaves.length);
  if (m < k) return [...pathOf(m, leaves.slice(0, k)), mth(leaves, k)];
  return [...pathOf(m - k, leaves.slice(k)), mth(leaves, 0, k)];
}

function subproof(m, leaves, whole) {
  if (m === leaves.length) return whole ? [] : [mth(leaves)];
  const k = largestPowerBelow(leaves.length);
  if (m <= k) return [...subproof(m, leaves.slice(0, k), whole), mth(leaves, k)];
  return [...subproof(m - k, leaves.slice(k), false), mth(leaves, 0, k)];
}

// ---- keys and notes --------------------------------------------------------------------------------------------

function namedId(name, material) {
  return sha(Buffer.from(`${name}\n`), material).subarray(0, 4);
}

function makeKey(name, type) {
  const isEd = type === 0x01 || type === 0x04;
  const pair = isEd ? crypto.generateKeyPairSync('ed25519') : crypto.generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const spki = pair.publicKey.export({ format: 'der', type: 'spki' });
  const prefix = type === 0xff ? Buffer.from(COSIGNATURE_ID) : Buffer.alloc(0);
  const material = Buffer.concat([Buffer.of(type), prefix, isEd ? spki.subarray(-32) : spki]);
  const id = type === 0x02 ? sha(spki).subarray(0, 4) : namedId(name, material);
  const vkey = `${name}+${id.toString('hex')}+${material.toString('base64')}`;
  return { name, type, id, vkey, privateKey: pair.privateKey };
}

function signatureBytes(key, text, time = 1700000000n) {
  if (key.type === 0x01) return crypto.sign(null, Buffer.from(text), key.privateKey);
  if (key.type === 0x02) return crypto.sign('sha256', Buffer.from(text), key.privateKey);
  const stamp = Buffer.alloc(8);
  stamp.writeBigUInt64BE(time);
  const message = Buffer.from(`cosignature/v1\ntime ${time}\n${text}`);
  return Buffer.concat([stamp, crypto.sign(key.type === 0x04 ? null : 'sha256', message, key.privateKey)]);
}

function line(key, text, change = (bytes) => bytes) {
  return `\u2014 ${key.name} ${change(Buffer.concat([key.id, signatureBytes(key, text)])).toString('base64')}\n`;
}

const logKey = makeKey(ORIGIN, 0x02);
const edKey = makeKey(ORIGIN, 0x01);
const witness = makeKey('witness.example/w1', 0x04);
const p256Witness = makeKey('witness.example/p256', 0xff);

const bodyOf = (size, root) => `${ORIGIN}\n${size}\n${root.toString('base64')}\n`;
const noteOf = (text, ...keys) => `${text}\n${keys.map((key) => line(key, text)).join('')}`;
const checkpointOf = (leaves, ...keys) => noteOf(bodyOf(leaves.length, mth(leaves)), ...keys);

// ---- writer of the layout --------------------------------------------------------------------------------------

function tileName(n) {
  let name = String(n % 1000).padStart(3, '0');
  for (let rest = Math.floor(n / 1000); rest > 0; rest = Math.floor(rest / 1000)) name = `x${String(rest % 1000).padStart(3, '0')}/${name}`;
  return name;
}

function write(folder, name, data) {
  const file = path.join(folder, name);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, data);
}

const withLength = (entry) => Buffer.concat([Buffer.of(entry.length >> 8, entry.length & 255), entry]);

function writeTiles(folder, entries, leaves) {
  for (let n = 0; n * 256 < entries.length; n++) {
    const part = entries.slice(n * 256, n * 256 + 256);
    write(folder, `tile/entries/${tileName(n)}${part.length < 256 ? `.p/${part.length}` : ''}`, Buffer.concat(part.map(withLength)));
  }
  let hashes = leaves;
  for (let level = 0; hashes.length > 0; level++) {
    const up = [];
    for (let n = 0; n * 256 < hashes.length; n++) {
      const part = hashes.slice(n * 256, n * 256 + 256);
      write(folder, `tile/${level}/${tileName(n)}${part.length < 256 ? `.p/${part.length}` : ''}`, Buffer.concat(part));
      if (part.length === 256) up.push(mth(part));
    }
    hashes = up;
  }
}

function journalBytes(first, entries, zeros = 100) {
  const head = Buffer.alloc(32);
  head.write('GHJRNL01');
  head.writeBigUInt64BE(BigInt(first), 8);
  const frames = entries.map((entry) => Buffer.concat([Buffer.of(entry.length >> 8, entry.length & 255), leafOf(entry), entry]));
  return Buffer.concat([head, sha(head), ...frames, Buffer.alloc(zeros)]);
}

const entriesOf = (count) => Array.from({ length: count }, (_, i) => Buffer.from(`{"n":${i}}`));

function newLog(count, keys = [logKey]) {
  const folder = path.join(scratch, `log${folders++}`);
  fs.mkdirSync(folder);
  const entries = entriesOf(count);
  const leaves = entries.map(leafOf);
  writeTiles(folder, entries, leaves);
  write(folder, 'checkpoint', checkpointOf(leaves, ...keys));
  return { folder, entries, leaves };
}

// ---- running the verifier --------------------------------------------------------------------------------------

function run(args, input = '') {
  const done = spawnSync(process.execPath, [VERIFIER, ...args], { input, encoding: 'utf8', maxBuffer: 1 << 26 });
  return { status: done.status, out: done.stdout === '' ? null : JSON.parse(done.stdout), err: done.stderr };
}

const verify = (log, ...more) => run(['verify', log.folder, '--vkey', logKey.vkey, ...more]);
const kinds = (result) => result.out.findings.map((finding) => finding.kind);

function assertOk(result) {
  assert.deepEqual(result.out?.findings, [], result.err);
  assert.equal(result.status, 0);
  assert.equal(result.out.ok, true);
}

function assertFinds(result, expected) {
  assert.equal(result.status, 1, result.err);
  assert.equal(result.out.ok, false);
  assert.deepEqual([...new Set(kinds(result))].sort(), [...expected].sort(), JSON.stringify(result.out.findings));
}

function change(log, name, edit) {
  const file = path.join(log.folder, name);
  const bytes = fs.readFileSync(file);
  fs.writeFileSync(file, edit(bytes) ?? bytes);
}

const flip = (at) => (bytes) => {
  bytes[at] ^= 1;
};
const remove = (log, name) => fs.rmSync(path.join(log.folder, name), { recursive: true });

// ---- known values ----------------------------------------------------------------------------------------------

const KNOWN_LEAVES = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'];
const KNOWN_ROOTS = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];
const hex = (text) => Buffer.from(text, 'hex');

test('test vectors of RFC 6962 trees', () => {
  const leaves = KNOWN_LEAVES.map((entry) => leafOf(hex(entry)));
  assert.equal(mth([]).toString('hex'), 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  KNOWN_ROOTS.forEach((root, i) => assert.equal(mth(leaves.slice(0, i + 1)).toString('hex'), root));
  const oneToEight = [
    '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
    '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
    '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
  ];
  const sixToEight = [
    '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
    'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
    'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  ];
  const twoToFive = [
    '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
    'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
  ];
  for (const [m, n, expected] of [[1, 8, oneToEight], [6, 8, sixToEight], [2, 5, twoToFive]]) {
    const ranges = consistencyRanges(m, n).map(([a, b]) => mth(leaves, a, b).toString('hex'));
    assert.deepEqual(ranges, expected);
    assert.ok(verifyConsistency(BigInt(m), BigInt(n), hex(KNOWN_ROOTS[m - 1]), hex(KNOWN_ROOTS[n - 1]), expected.map(hex)));
  }
  assert.ok(verifyInclusion(leaves[0], 0n, 8n, oneToEight.map(hex), hex(KNOWN_ROOTS[7])));
});

test('example of signed-note', () => {
  const vkey = 'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k';
  const signature = 'Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=';
  const file = path.join(scratch, 'example-note');
  fs.writeFileSync(file, `This is an example message.\n\n\u2014 example.com/foo ${signature}\n`);
  const good = run(['note', file, '--vkey', vkey]);
  assertOk(good);
  assert.equal(good.out.text, 'This is an example message.\n');
  fs.writeFileSync(file, `This is an example message!\n\n\u2014 example.com/foo ${signature}\n`);
  assertFinds(run(['note', file, '--vkey', vkey]), ['signature']);
});

// The public keys of this example are not given: only its form can be checked.
test('form of the example of tlog-cosignature', () => {
  const log = 'Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=';
  const w1 = 'jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==';
  const text = 'example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n';
  const note = parseNote(Buffer.from(`${text}\n\u2014 example.com/behind-the-sofa ${log}\n\u2014 witness.example.com/w1 ${w1}\n`));
  assert.equal(note.text, text);
  assert.equal(parseCheckpointText(note.text).size, 20852163n);
  assert.equal(note.signatures[0].signature.length, 64);
  assert.equal(note.signatures[1].signature.length, 72);
  assert.equal(note.signatures[1].signature.readBigUInt64BE(0), 1679315147n);
});

// ---- proofs ----------------------------------------------------------------------------------------------------

const ALL = 130;
const allLeaves = entriesOf(ALL).map(leafOf);
const rootsTo = Array.from({ length: ALL + 1 }, (_, n) => mth(allLeaves, 0, n));

function badProofs(proof) {
  const bad = [[...proof, allLeaves[0]], [allLeaves[0], ...proof]];
  if (proof.length > 0) bad.push(proof.slice(1), proof.slice(0, -1), [leafOf(proof[0]), ...proof.slice(1)]);
  if (proof.length > 1) bad.push([...proof].reverse());
  return bad;
}

test('inclusion proofs of every size to 130', () => {
  for (let n = 1; n <= ALL; n++) {
    const leaves = allLeaves.slice(0, n);
    for (let m = 0; m < n; m++) {
      const proof = pathOf(m, leaves);
      assert.deepEqual(inclusionRanges(m, n).map(([a, b]) => mth(leaves, a, b)), proof);
      assert.ok(verifyInclusion(leaves[m], BigInt(m), BigInt(n), proof, rootsTo[n]));
      assert.ok(!verifyInclusion(leaves[m], BigInt(n), BigInt(n), proof, rootsTo[n]));
      if (n > 1) assert.ok(!verifyInclusion(leaves[(m + 1) % n], BigInt(m), BigInt(n), proof, rootsTo[n]));
      if (n > 1) assert.ok(!verifyInclusion(leaves[m], BigInt((m + 1) % n), BigInt(n), proof, rootsTo[n]));
      for (const bad of badProofs(proof)) assert.ok(!verifyInclusion(leaves[m], BigInt(m), BigInt(n), bad, rootsTo[n]));
    }
  }
});

test('consistency proofs of every pair of sizes to 130', () => {
  for (let n = 1; n <= ALL; n++) {
    const leaves = allLeaves.slice(0, n);
    for (let m = 1; m <= n; m++) {
      const proof = subproof(m, leaves, true);
      assert.deepEqual(consistencyRanges(m, n).map(([a, b]) => mth(leaves, a, b)), proof);
      const check = (p, old = rootsTo[m], now = rootsTo[n]) => verifyConsistency(BigInt(m), BigInt(n), old, now, p);
      assert.ok(check(proof));
      assert.ok(!check(proof, rootsTo[m - 1]));
      assert.ok(!check(proof, rootsTo[m], rootsTo[n - 1]));
      for (const bad of badProofs(proof)) assert.ok(!check(bad), `${m} ${n}`);
    }
    assert.ok(verifyConsistency(0n, BigInt(n), rootsTo[0], rootsTo[n], []));
    assert.ok(!verifyConsistency(0n, BigInt(n), rootsTo[1], rootsTo[n], []));
    assert.ok(!verifyConsistency(0n, BigInt(n), rootsTo[0], rootsTo[n], [allLeaves[0]]));
    assert.ok(!verifyConsistency(BigInt(n), BigInt(n - 1), rootsTo[n], rootsTo[n - 1], []));
  }
  assert.ok(verifyConsistency(0n, 0n, rootsTo[0], rootsTo[0], []));
});

function checkProofCommands(log, index, old) {
  const text = { encoding: 'base64' };
  const inclusion = run(['inclusion', log.folder, String(index), '--vkey', logKey.vkey]);
  assert.equal(inclusion.status, 0, inclusion.err);
  assert.deepEqual(inclusion.out.proof, pathOf(index, log.leaves).map((h) => h.toString(text.encoding)));
  assert.deepEqual(run(['check-inclusion'], JSON.stringify(inclusion.out)), { status: 0, out: { ok: true }, err: '' });
  const wrong = { ...inclusion.out, root: sha().toString('base64') };
  assert.deepEqual(run(['check-inclusion'], JSON.stringify(wrong)), { status: 1, out: { ok: false }, err: '' });
  const consistency = run(['consistency', log.folder, String(old), '--vkey', logKey.vkey]);
  assert.equal(consistency.status, 0, consistency.err + JSON.stringify(consistency.out));
  assert.deepEqual(consistency.out.proof, (old === 0 ? [] : subproof(old, log.leaves, true)).map((h) => h.toString('base64')));
  assert.deepEqual(run(['check-consistency'], JSON.stringify(consistency.out)), { status: 0, out: { ok: true }, err: '' });
}

test('proof commands on tiles, on bundles alone and on the journal alone', () => {
  const log = newLog(700);
  for (const [index, old] of [[0, 0], [1, 1], [255, 256], [256, 257], [511, 512], [699, 700], [300, 699]]) checkProofCommands(log, index, old);
  remove(log, 'tile/0');
  remove(log, 'tile/1');
  checkProofCommands(log, 300, 513);
  const small = newLog(300);
  remove(small, 'tile');
  write(small.folder, 'journal/0000000001.journal', journalBytes(0, small.entries));
  checkProofCommands(small, 299, 77);
  assert.equal(run(['inclusion', small.folder, '300', '--vkey', logKey.vkey]).status, 2);
  assert.equal(run(['inclusion', small.folder, '07', '--vkey', logKey.vkey]).status, 2);
  assert.equal(run(['consistency', small.folder, '301', '--vkey', logKey.vkey]).status, 2);
  remove(small, 'journal');
  assertFinds(run(['inclusion', small.folder, '5', '--vkey', logKey.vkey]), ['missing']);
  change(log, 'tile/entries/000', flip(6));
  assertFinds(run(['inclusion', log.folder, '300', '--vkey', logKey.vkey]), ['root']);
});

test('strict values of the checks', () => {
  const good = { index: '1', size: 2, entry: Buffer.from('{"n":1}').toString('base64'), root: rootsTo[2].toString('base64') };
  const withProof = { ...good, proof: [allLeaves[0].toString('base64')] };
  const status = (values) => run(['check-inclusion'], JSON.stringify(values)).status;
  assert.equal(status(withProof), 0);
  assert.equal(status({ ...withProof, index: '01' }), 1);
  assert.equal(status({ ...withProof, index: 1.5 }), 1);
  assert.equal(status({ ...withProof, proof: withProof.proof.map((h) => h.replace('=', '')) }), 1);
  assert.equal(status({ ...withProof, proof: 'x' }), 2);
  assert.equal(status(good), 2);
  assert.equal(run(['check-consistency'], '{').status, 2);
  assert.equal(run(['check-consistency'], '[]').status, 2);
});

// ---- whole logs ------------------------------------------------------------------------------------------------

for (const count of [0, 1, 2, 3, 255, 256, 257, 511, 512, 65535, 65536, 65793]) {
  test(`a log of ${count} entries`, () => {
    const log = newLog(count, [logKey, edKey]);
    const result = verify(log, '--vkey', edKey.vkey);
    assertOk(result);
    const { origin, size, root, entries, archived, pending } = result.out;
    assert.deepEqual({ origin, size, entries, archived, pending }, { origin: ORIGIN, size: count, entries: count, archived: 0, pending: 0 });
    assert.equal(root, mth(log.leaves).toString('base64'));
    if (count >= 65535) checkProofCommands(log, 65534, 65000);
  });
}

test('every size to 130, entries in the bundle or in the journal', () => {
  for (let n = 0; n <= ALL; n += 13) {
    const log = newLog(n);
    assertOk(verify(log));
    if (n > 0) remove(log, 'tile/entries');
    write(log.folder, 'journal/0000000000.journal', journalBytes(0, log.entries));
    assertOk(verify(log));
  }
});

test('earlier checkpoints', () => {
  const log = newLog(700);
  const files = [0, 1, 255, 256, 257, 300, 512, 699, 700].map((n) => {
    const file = path.join(scratch, `checkpoint-${n}`);
    fs.writeFileSync(file, checkpointOf(log.leaves.slice(0, n), logKey));
    return ['--checkpoint', file];
  });
  assertOk(verify(log, ...files.flat()));
});

test('superseded and wider partial files', () => {
  const log = newLog(300);
  const wide = entriesOf(600);
  const wideLeaves = wide.map(leafOf);
  const bundle = (n, w) => Buffer.concat(wide.slice(n * 256, n * 256 + w).map(withLength));
  write(log.folder, 'tile/entries/001.p/10', bundle(1, 10));
  write(log.folder, 'tile/entries/000.p/7', bundle(0, 7));
  write(log.folder, 'tile/0/001.p/10', Buffer.concat(wideLeaves.slice(256, 266)));
  assertOk(verify(log));
  write(log.folder, 'tile/entries/001.p/60', bundle(1, 60));
  write(log.folder, 'tile/0/001.p/60', Buffer.concat(wideLeaves.slice(256, 316)));
  remove(log, 'tile/entries/001.p/44');
  remove(log, 'tile/0/001.p/44');
  assertOk(verify(log));
  remove(log, 'tile/entries/001.p/60');
  write(log.folder, 'tile/entries/001', bundle(1, 256));
  write(log.folder, 'tile/0/001', Buffer.concat(wideLeaves.slice(256, 512)));
  write(log.folder, 'tile/1/000.p/2', Buffer.concat([mth(wideLeaves, 0, 256), mth(wideLeaves, 256, 512)]));
  assertOk(verify(log));
  change(log, 'tile/entries/001.p/10', flip(8));
  const result = verify(log);
  assertFinds(result, ['entry-hash']);
  assert.equal(result.out.findings[0].index, 256);
  assert.equal(result.out.findings[0].file, 'tile/entries/001.p/10');
});

test('archived bundles', () => {
  const log = newLog(700);
  remove(log, 'tile/entries/001');
  assertFinds(verify(log), ['missing']);
  assertFinds(verify(log, '--archived', '256-510', '--archived', '0-255'), ['missing']);
  const result = verify(log, '--archived', '256-511');
  assertOk(result);
  assert.deepEqual([result.out.entries, result.out.archived, result.out.archivedBundles], [444, 256, 1]);
  checkProofCommands(log, 300, 100);
  const first = newLog(700);
  remove(first, 'tile/entries/000');
  assertFinds(verify(first, '--archived', '0-255'), ['missing']);
});

test('pending entries and several segments', () => {
  const log = newLog(300);
  const more = entriesOf(900);
  write(log.folder, 'journal/0000000007.journal', journalBytes(100, more.slice(100, 290)));
  write(log.folder, 'journal/0000000009.journal', journalBytes(290, more.slice(290, 900), 0));
  write(log.folder, 'journal/0000000010.journal', journalBytes(900, []));
  write(log.folder, 'journal/0000000011.journal.tmp', 'not a segment');
  const result = verify(log);
  assertOk(result);
  assert.equal(result.out.pending, 600);
  remove(log, 'tile/entries/001.p');
  const fromJournal = verify(log);
  assertOk(fromJournal);
  assert.deepEqual([fromJournal.out.entries, fromJournal.out.archived], [300, 0]);
  const long = newLog(2);
  write(long.folder, 'journal/0000000001.journal', journalBytes(2, Array.from({ length: 60 }, () => Buffer.alloc(65535, 120)), 3_000_000));
  assert.equal(verify(long).out.pending, 60);
});

// ---- tampering -------------------------------------------------------------------------------------------------

test('findings: signature', () => {
  const log = newLog(5);
  const other = makeKey(ORIGIN, 0x01);
  assertFinds(run(['verify', log.folder, '--vkey', other.vkey]), ['signature']);
  const text = bodyOf(5, mth(log.leaves));
  write(log.folder, 'checkpoint', `${text}\n${line(edKey, text)}${line(logKey, text, (b) => b.fill(7, b.length - 1))}`);
  assertFinds(verify(log, '--vkey', edKey.vkey), ['signature']);
  assertOk(run(['verify', log.folder, '--vkey', edKey.vkey]));
  const elsewhere = makeKey('other.example', 0x01);
  write(log.folder, 'checkpoint', noteOf(text, elsewhere));
  assertFinds(run(['verify', log.folder, '--vkey', elsewhere.vkey]), ['signature']);
  // A good and a bad line of one key: every line of a known key is verified.
  write(log.folder, 'checkpoint', `${text}\n${line(edKey, text)}${line(edKey, text, (b) => b.fill(7, 60))}`);
  assertFinds(run(['verify', log.folder, '--vkey', edKey.vkey]), ['signature']);
});

test('findings: note-malformed', () => {
  const log = newLog(5);
  const good = bodyOf(5, mth(log.leaves));
  const root = mth(log.leaves).toString('base64');
  const badTexts = [`${ORIGIN}\n05\n${root}\n`, `${ORIGIN}\n5\n${root.slice(0, -1)}\n`, `${ORIGIN}\n5\n`, `${ORIGIN}\n+5\n${root}\n`,
    `${ORIGIN}\n5\n\n${root}\n`, `${ORIGIN}\n9223372036854775808\n${root}\n`, `${ORIGIN}\n9223372036854775807\n${root}\n`,
    `${ORIGIN}\n5\n${Buffer.alloc(31).toString('base64')}\n`];
  const bad = badTexts.map((text) => noteOf(text, logKey));
  const valid = noteOf(good, logKey);
  bad.push(valid.slice(0, -1), valid.replace('\n\n', '\n'), valid.replace('\u2014', '-'), `${valid}\n`, valid.replace('evidence ', 'evidence  '),
    valid.replace(ORIGIN, `${ORIGIN}\t`), `${good}\n`, `${valid}\u2014 a+b ${'A'.repeat(8)}\n`, `${valid}\u2014 a\u00a0b ${'A'.repeat(8)}\n`,
    `${valid}\u2014 a AAAAAA==\n`, `${valid}\u2014 a AAAAAAF=\n`, Buffer.concat([Buffer.from(valid), Buffer.from([0xe2, 0x80, 0x0a])]),
    `${valid}${`\u2014 a ${'A'.repeat(8)}\n`.repeat(100)}`, `${valid}\u2014 a ${'A'.repeat(1_000_000)}\n`, '');
  for (const note of bad) {
    write(log.folder, 'checkpoint', note);
    assertFinds(verify(log), ['note-malformed']);
  }
  write(log.folder, 'checkpoint', `${valid}${`\u2014 a ${'A'.repeat(8000)}\n`.repeat(99)}`);
  assertOk(verify(log));
  write(log.folder, 'checkpoint', noteOf(`${good}an extension\n`, logKey));
  assertOk(verify(log));
});

test('findings: entry-hash and root', () => {
  const log = newLog(300);
  change(log, 'tile/entries/001.p/44', flip(6));
  const result = verify(log);
  assertFinds(result, ['entry-hash', 'root']);
  const { index, file, offset, length } = result.out.findings[0];
  assert.deepEqual({ index, file, offset, length }, { index: 256, file: 'tile/entries/001.p/44', offset: 2, length: 9 });
  const tile = newLog(300);
  change(tile, 'tile/0/001.p/44', flip(33));
  const inTile = verify(tile);
  assertFinds(inTile, ['entry-hash']);
  assert.equal(inTile.out.findings[0].index, 257);
  const swapped = newLog(300);
  swapped.entries.reverse();
  const leaves = swapped.entries.map(leafOf);
  remove(swapped, 'tile');
  writeTiles(swapped.folder, swapped.entries, leaves);
  assertFinds(verify(swapped), ['root']);
});

test('findings: tile', () => {
  const log = newLog(700);
  change(log, 'tile/1/000.p/2', flip(40));
  const result = verify(log);
  assertFinds(result, ['tile']);
  assert.equal(result.out.findings[0].offset, 32);
  const short = newLog(700);
  change(short, 'tile/0/000', (bytes) => bytes.subarray(1));
  assertFinds(verify(short), ['tile']);
  const long = newLog(700);
  change(long, 'tile/1/000.p/2', (bytes) => Buffer.concat([bytes, Buffer.alloc(1)]));
  assertFinds(verify(long), ['tile']);
  const archived = newLog(700);
  remove(archived, 'tile/entries/001');
  change(archived, 'tile/0/001', flip(0));
  assertFinds(verify(archived, '--archived', '256-511'), ['tile', 'root']);
});

test('findings: bundle-malformed', () => {
  const cuts = [(b) => b.subarray(0, -1), (b) => Buffer.concat([b, Buffer.of(0)]), () => Buffer.alloc(0)];
  const edits = [...cuts, (b) => b.fill(0, 0, 2), (b) => b.fill(255, 0, 2)];
  for (const edit of edits) {
    const log = newLog(300);
    change(log, 'tile/entries/000', edit);
    assertFinds(verify(log), ['bundle-malformed']);
  }
});

test('findings: missing', () => {
  const log = newLog(700);
  remove(log, 'tile/entries/002.p');
  assertFinds(verify(log), ['missing']);
  const both = newLog(700);
  remove(both, 'tile/entries/001');
  remove(both, 'tile/0/001');
  const result = verify(both);
  assertFinds(result, ['missing']);
  assert.equal(result.out.findings[0].index, 256);
  const narrow = newLog(300);
  fs.renameSync(path.join(narrow.folder, 'tile/entries/001.p/44'), path.join(narrow.folder, 'tile/entries/001.p/43'));
  assertFinds(verify(narrow), ['missing', 'bundle-malformed']);
  const huge = newLog(0);
  write(huge.folder, 'checkpoint', noteOf(bodyOf(9007199254740991, sha()), logKey));
  const cut = verify(huge);
  assertFinds(cut, ['missing']);
  assert.equal(cut.out.truncated, true);
});

test('findings: journal', () => {
  const first = (edit, expected, count = 10) => {
    const log = newLog(count);
    write(log.folder, 'journal/0000000001.journal', journalBytes(0, entriesOf(20)));
    change(log, 'journal/0000000001.journal', edit);
    const result = verify(log);
    assertFinds(result, expected);
    return result;
  };
  for (const at of [0, 9, 20, 40]) first(flip(at), ['journal-malformed']);
  first((b) => b.subarray(0, 63), ['journal-malformed']);
  first(flip(64 + 34 + 2), ['journal-hash']);
  first(flip(64 + 3), ['journal-hash']);
  first((b) => b.fill(1, b.length - 1), ['journal-malformed']);
  first((b) => b.subarray(0, b.length - 103), ['journal-malformed']);
  first((b) => b.fill(65, 64 + 34, b.length - 100), ['journal-hash', 'journal-malformed']);
  const three = first((b) => [0, 1, 2].forEach((i) => flip(64 + i * (34 + 7) + 5)(b)), ['journal-hash']);
  assert.equal(three.out.findings.length, 2);
  const other = entriesOf(20);
  other[4] = Buffer.from('{"n":9}');
  assert.equal(first(() => journalBytes(0, other), ['journal-mismatch']).out.findings[0].index, 4);
  other[4] = Buffer.from('{"n":4}');
  other[15] = Buffer.from('{"n":"pending entries are not in the tree"}');
  const free = newLog(10);
  write(free.folder, 'journal/0000000001.journal', journalBytes(0, other));
  assertOk(verify(free));
  first(() => journalBytes(11, entriesOf(3)), ['journal-malformed']);
});

test('findings: gap between segments, entries of the journal that differ from the tree', () => {
  const log = newLog(10);
  write(log.folder, 'journal/0000000001.journal', journalBytes(0, log.entries));
  write(log.folder, 'journal/0000000002.journal', journalBytes(11, log.entries));
  assertFinds(verify(log), ['journal-malformed']);
  const alone = newLog(10);
  remove(alone, 'tile/entries');
  const changed = entriesOf(10);
  changed[3] = Buffer.from('{}');
  write(alone.folder, 'journal/0000000001.journal', journalBytes(0, changed));
  assertFinds(verify(alone), ['entry-hash', 'root']);
});

test('findings: larger and inconsistent', () => {
  const log = newLog(300);
  const file = path.join(scratch, 'given');
  fs.writeFileSync(file, checkpointOf(entriesOf(301).map(leafOf), logKey));
  const larger = verify(log, '--checkpoint', file);
  assertFinds(larger, ['larger']);
  assert.equal(larger.out.findings[0].file, file);
  for (const n of [0, 1, 256, 299, 300]) {
    fs.writeFileSync(file, noteOf(bodyOf(n, sha(Buffer.of(n & 255))), logKey));
    assertFinds(verify(log, '--checkpoint', file), ['inconsistent']);
  }
  fs.writeFileSync(file, checkpointOf(log.leaves, makeKey(ORIGIN, 0x02)));
  assertFinds(verify(log, '--checkpoint', file), ['signature']);
  fs.writeFileSync(file, 'x');
  assertFinds(verify(log, '--checkpoint', file), ['note-malformed']);
});

test('cosignatures', () => {
  const log = newLog(5, [logKey, witness, p256Witness]);
  const cosigners = ['--cosigner', witness.vkey, '--cosigner', p256Witness.vkey];
  assertOk(verify(log, ...cosigners));
  assertFinds(verify(log, '--cosigner', makeKey('w', 0xff).vkey), ['cosignature']);
  const text = bodyOf(5, mth(log.leaves));
  for (const key of [witness, p256Witness]) {
    for (const at of [11, 20]) {
      write(log.folder, 'checkpoint', `${noteOf(text, logKey)}${line(key, text, (b) => (flip(at)(b), b))}`);
      assertFinds(verify(log, '--cosigner', key.vkey), ['cosignature']);
      assertOk(verify(log));
    }
    write(log.folder, 'checkpoint', noteOf(`${text}extension\n`, logKey, key));
    assertOk(verify(log, '--cosigner', key.vkey));
  }
  const late = Buffer.concat([witness.id, signatureBytes(witness, text, 2n ** 63n)]).toString('base64');
  write(log.folder, 'checkpoint', `${noteOf(text, logKey)}\u2014 ${witness.name} ${late}\n`);
  assertFinds(verify(log, '--cosigner', witness.vkey), ['cosignature']);
});

test('the note command with every type', () => {
  const file = path.join(scratch, 'note');
  const text = bodyOf(7, sha());
  for (const key of [logKey, edKey, witness, p256Witness]) {
    fs.writeFileSync(file, noteOf(text, key, makeKey('unknown.example', 0x01)));
    const result = run(['note', file, '--vkey', key.vkey]);
    assertOk(result);
    assert.equal(result.out.signatures.length, 1);
    assert.equal(result.out.signatures[0].timestamp, key.type === 0x04 || key.type === 0xff ? '1700000000' : undefined);
  }
  fs.writeFileSync(file, noteOf('a text\n\nthat is no checkpoint\n', edKey, logKey));
  assertOk(run(['note', file, '--vkey', edKey.vkey, '--vkey', logKey.vkey]));
  fs.writeFileSync(file, noteOf('a text\n', witness));
  assertFinds(run(['note', file, '--vkey', witness.vkey]), ['cosignature']);
});

// ---- small parts -----------------------------------------------------------------------------------------------

test('bad usage and unreadable files', () => {
  const log = newLog(1);
  assert.equal(run([]).status, 2);
  assert.equal(run(['verify', log.folder]).status, 2);
  assert.equal(run(['verify', '--vkey', logKey.vkey]).status, 2);
  assert.equal(verify(log, '--other', 'x').status, 2);
  assert.equal(verify(log, '--cosigner', edKey.vkey).status, 2);
  assert.equal(verify(log, '--vkey').status, 2);
  assert.equal(verify({ folder: path.join(scratch, 'absent') }).status, 3);
  assert.equal(verify(log, '--checkpoint', path.join(scratch, 'absent')).status, 3);
  remove(log, 'checkpoint');
  assert.equal(verify(log).status, 3);
  const blocked = newLog(1);
  remove(blocked, 'tile/0/000.p/1');
  fs.mkdirSync(path.join(blocked.folder, 'tile/0/000.p/1'));
  assert.equal(verify(blocked).status, 3);
});

test('verifier keys', () => {
  for (const key of [logKey, edKey, witness, p256Witness]) {
    assert.equal(parseVkey(key.vkey).name, key.name);
    const [name, id, ...rest] = key.vkey.split('+');
    const material = rest.join('+');
    const upper = id.toUpperCase() === id ? id.replace(/./, 'g') : id.toUpperCase();
    const wrong = [`${name}+${upper}+${material}`, `${name}+00000000+${material}`, `+${id}+${material}`, `${name} +${id}+${material}`,
      `${name}+${id}`, `${name}+${id}+`, `${name}+${id}+${material}=`, `x${name}z+0${id}+${material}`];
    for (const vkey of wrong) assert.throws(() => parseVkey(vkey), FormatError, vkey);
  }
  assert.throws(() => parseVkey(makeKey('x', 0x03).vkey), FormatError);
  const p384 = crypto.generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey.export({ format: 'der', type: 'spki' });
  const material = Buffer.concat([Buffer.of(2), p384]).toString('base64');
  assert.throws(() => parseVkey(`x+${sha(p384).toString('hex', 0, 4)}+${material}`), FormatError);
});

test('numbers, base64, DER, tile names and bundles', () => {
  for (const bad of ['', '00', '01', '-1', '+1', '1 ', ' 1', '1\n', '1e3', '0x1', '9223372036854775808', '\u0661']) {
    assert.throws(() => parseDecimal(bad), FormatError);
  }
  assert.equal(parseDecimal('9223372036854775807'), 2n ** 63n - 1n);
  for (const bad of ['A', 'AA', 'AAA', 'AB==', 'AAB=', 'AA=', 'AA==\n', 'A-==', 'AAAA=', '====']) assert.throws(() => decodeBase64(bad), FormatError);
  assert.equal(decodeBase64('AA==').length, 1);
  const der = (text) => isStrictEcdsaDer(hex(text));
  assert.ok(der('3006020101020101'));
  for (const bad of ['308106020101020101', '300602010102010100', '3006020181020101', '300702020001020101', '3005020101020', '3006020100020101ff']) {
    assert.ok(!der(bad), bad);
  }
  assert.equal(tileIndexPath(1234067), 'x001/x234/067');
  assert.equal(tileIndexPath(0), '000');
  assert.equal(tileIndexPath(999), '999');
  assert.equal(tileIndexPath(1000), 'x001/000');
  assert.ok(parseBundle(Buffer.from([0, 1, 65]), 1).hashes.equals(leafOf(Buffer.from('A'))));
  assert.ok(parseBundle(Buffer.from([0, 1, 65]), 2).error);
});

// ---- JSON of calls ---------------------------------------------------------------------------------------------

// A forged call must not have the digest of the true one (RFC 8785 section 3.1, RFC 7493 sections 2.2 and 2.3).
test('numbers and members of JSON are read strictly', () => {
  for (const text of ['{"a":1,"a":1}', '{"a":1,"\\u0061":2}', '{"a":{"b":1,"b":2}}', '1e400', '-1e400', '{"a":1e309}', '01', '.5', '1.', '+1', 'NaN',
    'Infinity', '[1,]', '{"a":1,}', '{a:1}', "{'a':1}", '{} {}', '', 'x', '"a', '"\u0001"', '"\\ud800"', '"\\x"', '\ufeff{}', `${'['.repeat(65)}${']'.repeat(65)}`]) {
    assert.throws(() => parseStrict(text), FormatError, text);
  }
  const good = ' {"a":[1,-0,1.5e3,true,false,null,{}],"__proto__":{"b":"\\ud83d\\ude00\\n"},"":[]} ';
  assert.equal(JSON.stringify(parseStrict(good)), JSON.stringify(JSON.parse(good)));
  assert.equal(parseStrict(`${'['.repeat(64)}1${']'.repeat(64)}`).length, 1);
});

test('vectors of calls without a hash', () => {
  const { calls, none } = JSON.parse(fs.readFileSync(path.join(import.meta.dirname, 'receipt-vectors.json')));
  for (const { salt, request, answer, call } of calls) assert.equal(callHash(decodeBase64(salt), request, answer).toString('base64'), call);
  for (const { request, answer } of none) assert.throws(() => callHash(decodeBase64(calls[0].salt), request, answer), FormatError, request);
});
