// Verifies many logs in one process. Run: node verify-each.mjs < input.json
//
// Standard input: {"vkey","checkpoint","folders":[…]}, the checkpoint being a file that was kept elsewhere. Standard output: one line of JSON, a list with
// one of true (no finding), false (findings) or null (the log cannot be read) for each folder.

import fs from 'node:fs';
import { parseVkey } from './note.mjs';
import { UnreadableError } from './layout.mjs';
import { verifyLog } from './commands.mjs';

const input = JSON.parse(fs.readFileSync(0, 'utf8'));
const keys = [parseVkey(input.vkey)];
const results = input.folders.map((folder) => {
  try {
    return verifyLog(folder, { keys, cosigners: [], archivedRanges: [], checkpointFiles: [input.checkpoint] }).ok;
  } catch (error) {
    if (error instanceof UnreadableError) return null;
    throw error;
  }
});
process.stdout.write(`${JSON.stringify(results)}\n`);
