// A server of the official TypeScript SDK over stdio: `echo` is harmless, `transfer` leaves a trace.
const { createRequire } = require('node:module');
const { appendFileSync } = require('node:fs');
const { join } = require('node:path');

const [folder, canary] = process.argv.slice(2);
const peers = createRequire(join(folder, 'package.json'));
const { McpServer } = peers('@modelcontextprotocol/sdk/server/mcp.js');
const { StdioServerTransport } = peers('@modelcontextprotocol/sdk/server/stdio.js');
const { z } = peers('zod');

const server = new McpServer({ name: 'sdk-stdio', version: '1' });
server.registerTool('echo', { inputSchema: { text: z.string() } }, async ({ text }) => ({ content: [{ type: 'text', text }] }));
server.registerTool('transfer', { inputSchema: { amount: z.string() } }, async ({ amount }) => {
  appendFileSync(canary, `transfer ${amount}\n`);
  return { content: [{ type: 'text', text: 'moved' }] };
});
server.connect(new StdioServerTransport());
