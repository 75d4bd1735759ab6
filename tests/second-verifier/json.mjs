// A strict reader of JSON (RFC 8259, RFC 7493). JSON.parse takes the last of repeated members and makes Infinity of 1e400, so a forged call would have
// the digest of the true one.

import { FormatError } from './note.mjs';

const SPACE = /[ \t\r\n]*/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const PLAIN = /[^"\\\u0000-\u001f]{1,65536}/y; // in pieces: one match of a long text would need a stack as long
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const WORDS = { true: true, false: false, null: null };
const MOST_DEPTH = 64;

// Returns the value. Objects have no prototype, so that the member __proto__ is one like others.
export function parseStrict(text) {
  let at = 0;

  function take(pattern) {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found === null) return null;
    at = pattern.lastIndex;
    return found[0];
  }

  function next(sign) {
    take(SPACE);
    if (text[at] !== sign) return false;
    at++;
    return true;
  }

  function need(sign) {
    if (!next(sign)) throw new FormatError(`JSON: ${sign} is missing`);
  }

  function string() {
    if (!next('"')) throw new FormatError('JSON: a text is missing');
    const start = at;
    while (take(PLAIN) !== null || take(ESCAPE) !== null);
    const end = at;
    if (text[at] !== '"') throw new FormatError('JSON: not a text that every reader reads alike');
    at++;
    const value = JSON.parse(`"${text.slice(start, end)}"`);
    if (!value.isWellFormed()) throw new FormatError('JSON: not a text that every reader reads alike');
    return value;
  }

  function number() {
    const found = take(NUMBER);
    if (found === null) throw new FormatError('JSON: not a value');
    const value = Number(found);
    if (!Number.isFinite(value)) throw new FormatError('JSON: a number is not finite');
    return value;
  }

  function object(depth) {
    const value = Object.create(null);
    if (next('}')) return value;
    do {
      const name = string();
      if (Object.hasOwn(value, name)) throw new FormatError('JSON: a member is repeated');
      need(':');
      value[name] = any(depth);
    } while (next(','));
    need('}');
    return value;
  }

  function array(depth) {
    const value = [];
    if (next(']')) return value;
    do value.push(any(depth)); while (next(','));
    need(']');
    return value;
  }

  function any(depth) {
    take(SPACE);
    if (depth === 0 && (text[at] === '{' || text[at] === '[')) throw new FormatError('JSON: nested too deeply');
    if (next('{')) return object(depth - 1);
    if (next('[')) return array(depth - 1);
    if (text[at] === '"') return string();
    for (const [word, value] of Object.entries(WORDS)) {
      if (text.startsWith(word, at)) {
        at += word.length;
        return value;
      }
    }
    return number();
  }

  const value = any(MOST_DEPTH);
  take(SPACE);
  if (at !== text.length) throw new FormatError('JSON: more than one value');
  return value;
}
