// Reads one JSON text a line, a URI, and answers with a JSON list of what WHATWG URL makes of it.
import { createInterface } from "node:readline";

const unescape = (text) => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

function readings(uri) {
  let url;
  try {
    url = new URL(uri);
  } catch {
    return [];
  }
  url.hash = "";
  const whole = url.href.replace(/#$/, "");
  return [whole, `${url.protocol}//${url.host}|${unescape(url.pathname)}`];
}

for await (const line of createInterface({ input: process.stdin })) process.stdout.write(JSON.stringify(readings(JSON.parse(line))) + "\n");
