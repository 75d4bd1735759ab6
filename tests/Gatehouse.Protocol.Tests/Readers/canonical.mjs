// Reads one JSON value a line and answers with its canonical form, made from ECMAScript's own parsing, sorting and printing.
import { createInterface } from 'node:readline';

function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  return `{${Object.keys(value).sort().map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join(',')}}`;
}

for await (const line of createInterface({ input: process.stdin }))
  process.stdout.write(canonical(JSON.parse(line)) + '\n');
