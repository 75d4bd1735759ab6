// Official TypeScript SDK over stdio: v1 (legacy era), v2 as it comes (legacy handshake), v2 that tries the modern era first.
// The command is started by the SDK's own transport, with the whole environment. Options and output: look.mjs.
//
//   node ts-stdio.mjs --url v1|v2|v2-auto      the server's command stands in MCP_COMMAND as a JSON list, a root in MCP_ROOT
import { look, clientInfo, options } from './look.mjs';

const command = JSON.parse(process.env.MCP_COMMAND);
const parameters = { command: command[0], args: command.slice(1), env: process.env, stderr: 'inherit' };

if (options.url === 'v1') {
  const { Client } = await import('@modelcontextprotocol/sdk/client/index.js');
  const { StdioClientTransport } = await import('@modelcontextprotocol/sdk/client/stdio.js');
  await look('ts-v1-stdio', async () => {
    const client = new Client(clientInfo, { capabilities: { roots: { listChanged: true } } });
    await answerRoots(client, (await import('@modelcontextprotocol/sdk/types.js')).ListRootsRequestSchema);
    const transport = new StdioClientTransport(parameters);
    await client.connect(transport);
    return { client, protocolVersion: null };
  });
} else {
  const { Client } = await import('@modelcontextprotocol/client');
  const { StdioClientTransport } = await import('@modelcontextprotocol/client/stdio');
  await look(`ts-${options.url}-stdio`, async () => {
    const mode = options.url === 'v2-auto' ? { versionNegotiation: { mode: 'auto' } } : {};
    const client = new Client(clientInfo, { capabilities: {}, ...mode });
    const transport = new StdioClientTransport(parameters);
    await client.connect(transport);
    return { client, protocolVersion: client.getNegotiatedProtocolVersion() };
  });
}

async function answerRoots(client, schema) {
  client.setRequestHandler(schema, async () => ({ roots: process.env.MCP_ROOT ? [{ uri: `file://${process.env.MCP_ROOT}`, name: 'root' }] : [] }));
}
