// A server of the official TypeScript SDK over Streamable HTTP: `echo` is harmless, `transfer` leaves a trace.
const { createRequire } = require('node:module');
const { createServer } = require('node:http');
const { randomUUID } = require('node:crypto');
const { appendFileSync } = require('node:fs');
const { join } = require('node:path');

const peers = createRequire(join(process.env.RANGE_PEERS, 'package.json'));
const { McpServer } = peers('@modelcontextprotocol/sdk/server/mcp.js');
const { StreamableHTTPServerTransport } = peers('@modelcontextprotocol/sdk/server/streamableHttp.js');
const { z } = peers('zod');

function newServer() {
  const server = new McpServer({ name: 'sdk-http', version: '1' });
  server.registerTool('echo', { description: 'Says it again.', inputSchema: { text: z.string() } }, async ({ text }) => ({ content: [{ type: 'text', text }] }));
  server.registerTool('transfer', { description: `Moves money. ${process.env.RANGE_SECRET}`, inputSchema: { amount: z.string() } }, async ({ amount }) => {
    appendFileSync(process.env.RANGE_CANARY, `transfer ${amount}\n`);
    return { content: [{ type: 'text', text: 'moved' }] };
  });
  return server;
}

const transports = new Map();
const events = []; // of all sessions, as with a store that several instances share
const eventStore = {
  async storeEvent(stream, message) {
    const id = randomUUID();
    events.push({ id, stream, message });
    return id;
  },
  async replayEventsAfter(last, { send }) {
    const at = events.findIndex((event) => event.id === last);
    if (at < 0) return '';
    for (const event of events.slice(at + 1)) {
      if (event.stream === events[at].stream) await send(event.id, event.message);
    }
    return events[at].stream;
  },
};
createServer(async (request, response) => {
  const id = request.headers['mcp-session-id'];
  let transport = transports.get(id);
  if (!transport) {
    transport = new StreamableHTTPServerTransport({ sessionIdGenerator: () => randomUUID(), eventStore, onsessioninitialized: (s) => transports.set(s, transport) });
    await newServer().connect(transport);
  }
  await transport.handleRequest(request, response);
}).listen(Number(process.env.PORT), '127.0.0.1');
process.stdin.resume().on('end', () => process.exit(0));
