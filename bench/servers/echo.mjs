// A stdio server of the TypeScript SDK that keeps nothing between requests. The SDK is resolved from the folder that
// the first argument names.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const from = createRequire(join(process.argv[2], 'package.json'));
const load = (name) => import(pathToFileURL(from.resolve(name)));
const { Server } = await load('@modelcontextprotocol/sdk/server/index.js');
const { StdioServerTransport } = await load('@modelcontextprotocol/sdk/server/stdio.js');
const { CallToolRequestSchema, ListToolsRequestSchema } = await load('@modelcontextprotocol/sdk/types.js');

const results = { r200: 't'.repeat(120), r10k: 't'.repeat(10160) };
const server = new Server({ name: 'bench', version: '1' }, { capabilities: { tools: {} } });
server.setRequestHandler(ListToolsRequestSchema, () => ({
  tools: Object.keys(results).map((name) => ({ name, inputSchema: { type: 'object' } })),
}));
server.setRequestHandler(CallToolRequestSchema, ({ params }) => ({ content: [{ type: 'text', text: results[params.name] }] }));
await server.connect(new StdioServerTransport());
