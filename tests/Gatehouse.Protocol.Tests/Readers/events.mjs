// Reads one event stream a line, as hexadecimal bytes and the size of its parts (0 for one part), and answers with one line: its number and the
// events that eventsource-parser dispatched. The parser is the one that the TypeScript SDK of MCP finds; its folder is the first argument.
// The form of the answer is described in EventStreamAgreementTests.cs.
import { createRequire } from "node:module";
import path from "node:path";
import { createInterface } from "node:readline";

const { createParser } = createRequire(path.join(process.argv[2], "package.json"))("eventsource-parser");
const hexed = (text) => Buffer.from(text, "utf8").toString("hex");

function dispatched(bytes, size) {
  const events = [];
  let retry = "";
  const parser = createParser({
    onEvent: ({ id, event, data }) =>
      events.push(`${hexed(event ?? "message")}:${hexed(data)}${id === undefined ? "" : "#" + hexed(id)}@${retry}`),
    // Gatehouse believes a day at most.
    onRetry: (milliseconds) => (retry = Math.min(milliseconds, 86400000)),
  });
  // As the SDK does it: TextDecoderStream, then the parser.
  const decoder = new TextDecoder();
  for (let at = 0; at < bytes.length; at += size || bytes.length)
    parser.feed(decoder.decode(bytes.subarray(at, at + (size || bytes.length)), { stream: true }));
  return events.join("|");
}

let count = 0;
for await (const line of createInterface({ input: process.stdin })) {
  const [bytes, size] = line.split(" ");
  process.stdout.write(`${count++} ${dispatched(Buffer.from(bytes, "hex"), Number(size))}\n`);
}
