// Runs the official conformance suite and prints its checks as data, so that two runs (direct, through Gatehouse) can be
// compared check by check. Run it under .tools/node.
//
//   node conformance.mjs --suite-version 0.1.16|0.2.0-alpha.12 --url URL --out DIR [-- more arguments of the suite]
//   node conformance.mjs --suite-version …   --command "CLIENT COMMAND" --out DIR -- --suite all       the client leg
//
// DIR gets the suite's own files (from an earlier run they are removed) and suite.log, its output.
// Last line of stdout: { suiteVersion, scenarios: { NAME: { pass, fail } }, checks: [{ scenario, id, name, status, error }],
// total: { pass, fail, warn, skip } }. pass and fail count SUCCESS and FAILURE, as the suite's own totals do. A check id may
// occur more than once in a scenario; order is the suite's. Failed checks are a result: exit 0. Exit 1: the suite itself
// did not run to its summary, or its summary and its files disagree.
import { spawn } from 'node:child_process';
import { createWriteStream, globSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const packages = { '0.1.16': '@modelcontextprotocol/conformance', '0.2.0-alpha.12': 'conf-next' };
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    'suite-version': { type: 'string' },
    url: { type: 'string' },
    command: { type: 'string' },
    out: { type: 'string' },
  },
});
const version = values['suite-version'];
if (!packages[version] || !values.out || !values.url === !values.command) {
  console.error(`usage: --suite-version ${Object.keys(packages).join('|')} (--url URL | --command CMD) --out DIR [-- arguments]`);
  process.exit(2);
}

const out = path.resolve(values.out);
mkdirSync(out, { recursive: true });
const stampedName = /^(?<name>.+)-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d-\d{3}Z$/;
for (const file of globSync('**/checks.json', { cwd: out })) {
  if (stampedName.test(path.dirname(file))) rmSync(path.join(out, path.dirname(file)), { recursive: true });
}

const cli = fileURLToPath(new URL(`node_modules/${packages[version]}/dist/index.js`, import.meta.url));
const leg = values.url ? ['server', '--url', values.url] : ['client', '--command', values.command];
const { code, text } = await run([cli, ...leg, '--output-dir', out, ...positionals]);
const checks = readChecks();
const summary = readSummary(text);

// A scenario that throws leaves no file, only its line in the suite's summary.
for (const [scenario, { fail }] of summary) {
  if (fail > 0 && !checks.some((check) => check.scenario === scenario)) {
    checks.push({ scenario, id: scenario, name: scenario, status: 'FAILURE', error: 'the scenario did not run, see suite.log' });
  }
}
const order = [...summary.keys()];
checks.sort((a, b) => order.indexOf(a.scenario) - order.indexOf(b.scenario));

const scenarios = {};
const total = { pass: 0, fail: 0, warn: 0, skip: 0 };
const kinds = { SUCCESS: 'pass', FAILURE: 'fail', WARNING: 'warn', SKIPPED: 'skip' };
for (const { scenario, status } of checks) {
  const count = (scenarios[scenario] ??= { pass: 0, fail: 0 });
  const kind = kinds[status];
  if (!kind) continue; // INFO
  total[kind]++;
  if (kind in count) count[kind]++;
}
console.log(JSON.stringify({ suiteVersion: version, scenarios, checks, total }));

const disagree = order.filter((s) => scenarios[s] && (scenarios[s].pass !== summary.get(s).pass || scenarios[s].fail !== summary.get(s).fail));
if (checks.length === 0 || disagree.length > 0) {
  console.error(checks.length === 0 ? `the suite ended with ${code} and no checks, see ${out}/suite.log` : `summary and files disagree: ${disagree}`);
  process.exitCode = 1;
}

function run(args) {
  const log = createWriteStream(path.join(out, 'suite.log'));
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'], cwd: out });
    let text = '';
    child.stdout.on('data', (chunk) => (text += chunk)).pipe(log, { end: false });
    child.stderr.pipe(log, { end: false });
    child.on('error', reject);
    child.on('close', (code) => log.end(() => resolve({ code, text })));
    // Ended from outside: the suite must not live on.
    for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => (child.kill(), process.exit(1)));
  });
}

function readChecks() {
  return globSync('**/checks.json', { cwd: out }).flatMap((file) => {
    const scenario = stampedName.exec(path.dirname(file))?.groups.name.replace(values.url ? /^server-/ : /^/, '');
    if (!scenario) return [];
    return JSON.parse(readFileSync(path.join(out, file), 'utf8')).map(({ id, name, status, errorMessage }) => ({
      scenario,
      id,
      name,
      status,
      ...(errorMessage ? { error: errorMessage } : {}),
    }));
  });
}

function readSummary(text) {
  const lines = [...text.matchAll(/^[✓✗] (\S+): (\d+) passed, (\d+) failed/gmu)];
  return new Map(lines.map(([, name, pass, fail]) => [name, { pass: Number(pass), fail: Number(fail) }]));
}
