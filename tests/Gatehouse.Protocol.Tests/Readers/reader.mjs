// Reads one JSON message a line and answers with one line: its number and what JSON.parse understood.
// The form of the answer is described in Understanding.cs.

const hexed = (text) => Buffer.from(text, "utf8").toString("hex");

function number(value) {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(value);
  return "n" + bytes.toString("hex");
}

function canonical(value) {
  if (value === null) return "z";
  if (typeof value === "boolean") return value ? "t" : "f";
  if (typeof value === "number") return number(value);
  if (typeof value === "string") return "s" + hexed(value);
  if (Array.isArray(value)) return "[" + value.map(canonical).join(",") + "]";
  const members = Object.keys(value).map((name) => hexed(name) + ":" + canonical(value[name]));
  return "{" + members.sort().join(",") + "}";
}

const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const member = (value, name) => (isObject(value) && Object.hasOwn(value, name) ? canonical(value[name]) : "-");

function understood(line) {
  const message = JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(line));
  const params = Object.hasOwn(message, "params") ? message.params : undefined;
  return [member(message, "method"), member(message, "id"), member(params, "name"), member(params, "arguments")].join("|");
}

function answer(line) {
  try {
    return understood(line);
  } catch (fault) {
    return "refused " + fault.name;
  }
}

let count = 0;
let rest = Buffer.alloc(0);
for await (const chunk of process.stdin) {
  rest = Buffer.concat([rest, chunk]);
  const answers = [];
  for (let feed = rest.indexOf(10); feed >= 0; feed = rest.indexOf(10)) {
    answers.push(`${count++} ${answer(rest.subarray(0, feed))}\n`);
    rest = rest.subarray(feed + 1);
  }
  if (answers.length > 0) process.stdout.write(answers.join(""));
}
