// A reverse proxy on loopback that adds a token, for clients that cannot send one (the conformance suite, say).
//
//   TARGET=http://127.0.0.1:8080/mcp MCP_TOKEN=… PORT=0 node injector.mjs      prints: listening http://127.0.0.1:PORT
//
//   PORT             port to listen on; 0 (default) takes a free one
//   TARGET           where requests go. /mcp here is TARGET's path there; any other path goes to the same path there
//   MCP_TOKEN        sent as `Authorization: Bearer …` on requests that have no Authorization of their own
//   EXIT_WITH_STDIN  1: end when stdin closes
//
// Everything else crosses byte for byte and at once, duplicate headers and their spelling included. Host and Origin
// are rewritten to TARGET's only where they name this proxy: a foreign Host or Origin must arrive as it was sent, or
// tests of DNS rebinding would test nothing.
import http from 'node:http';

const { env } = process;
if (!env.TARGET) {
  console.error('injector: TARGET is missing, e.g. TARGET=http://127.0.0.1:8080/mcp');
  process.exit(2);
}
const target = new URL(env.TARGET);
if (target.protocol !== 'http:') {
  console.error('injector: TARGET must be an http URL');
  process.exit(2);
}
const entry = '/mcp';
// These belong to one connection (RFC 9110 §7.6.1); Node frames each side by itself.
const perConnection = new Set(['connection', 'keep-alive', 'proxy-connection', 'transfer-encoding', 'upgrade']);
// One connection a request: a kept one that the other side closes just then would look like a fault of the server.
const agent = new http.Agent({ keepAlive: false });

const server = http.createServer((incoming, response) => {
  const outgoing = http.request({
    host: target.hostname,
    port: target.port || 80,
    method: incoming.method,
    path: mapPath(incoming.url),
    headers: requestHeaders(incoming.rawHeaders),
    setHost: false,
    agent,
  });

  response.sendDate = false; // nothing of our own on an answer

  outgoing.on('response', (answer) => {
    response.writeHead(answer.statusCode, answer.statusMessage, withoutPerConnection(answer.rawHeaders));
    response.flushHeaders(); // an SSE client waits for them before the first event exists
    answer.on('data', (chunk) => {
      if (!response.write(chunk)) answer.pause();
    });
    response.on('drain', () => answer.resume());
    answer.on('end', () => response.end());
    answer.on('error', () => response.destroy()); // cut off there: cut off here, never a clean end
  });
  outgoing.on('error', (error) => {
    if (response.headersSent || response.destroyed) return response.destroy();
    response.writeHead(502, { 'Content-Type': 'text/plain' });
    response.end(`injector: no answer from TARGET: ${error.message}\n`);
  });
  response.on('close', () => {
    if (!response.writableFinished) outgoing.destroy(); // the client went away
  });

  incoming.on('data', (chunk) => {
    if (!outgoing.write(chunk)) incoming.pause();
  });
  outgoing.on('drain', () => incoming.resume());
  incoming.on('end', () => outgoing.end());
  incoming.on('error', () => outgoing.destroy());
  outgoing.flushHeaders();
});

server.requestTimeout = 0; // streams stay open as long as both sides want
server.timeout = 0;
server.keepAliveTimeout = 60_000;
server.listen(Number(env.PORT || 0), '127.0.0.1', () => console.log(`listening http://127.0.0.1:${server.address().port}`));
process.on('SIGTERM', () => process.exit(0));
if (env.EXIT_WITH_STDIN === '1') process.stdin.on('end', () => process.exit(0)).on('error', () => process.exit(0)).resume();

function mapPath(url) {
  const query = url.indexOf('?');
  const path = query < 0 ? url : url.slice(0, query);
  return (path === entry ? target.pathname : path) + (query < 0 ? '' : url.slice(query));
}

function requestHeaders(raw) {
  const headers = [];
  let hasToken = false;
  for (const [name, value] of pairs(withoutPerConnection(raw))) {
    const lower = name.toLowerCase();
    if (lower === 'authorization') hasToken = true;
    headers.push(name, lower === 'host' ? mapHost(value) : lower === 'origin' ? mapOrigin(value) : value);
  }
  if (!hasToken && env.MCP_TOKEN) headers.push('Authorization', `Bearer ${env.MCP_TOKEN}`);
  // Framing of the body is taken over as it was declared; a body without a length goes on in chunks.
  if (pairs(raw).some(([name]) => name.toLowerCase() === 'transfer-encoding')) headers.push('Transfer-Encoding', 'chunked');
  return headers;
}

function withoutPerConnection(raw) {
  const listed = pairs(raw)
    .filter(([name]) => name.toLowerCase() === 'connection')
    .flatMap(([, value]) => value.split(','))
    .map((name) => name.trim().toLowerCase());
  return pairs(raw)
    .filter(([name]) => !perConnection.has(name.toLowerCase()) && !listed.includes(name.toLowerCase()))
    .flat();
}

function mapHost(host) {
  return isHere(host) ? target.host : host;
}

function mapOrigin(origin) {
  return origin.startsWith('http://') && isHere(origin.slice('http://'.length)) ? target.origin : origin;
}

function isHere(host) {
  const { port } = server.address();
  return host === `127.0.0.1:${port}` || host === `localhost:${port}`;
}

function pairs(raw) {
  const list = [];
  for (let i = 0; i < raw.length; i += 2) list.push([raw[i], raw[i + 1]]);
  return list;
}
