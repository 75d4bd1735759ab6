// Official TypeScript SDK, v1 line: legacy era only. Options and output: look.mjs.
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { answerForm, capabilities, clientInfo, look, options, requestInit } from './look.mjs';

await look('ts-v1', async () => {
  const client = new Client(clientInfo, { capabilities });
  if (options.answer) client.setRequestHandler(ElicitRequestSchema, answerForm);
  const transport = new StreamableHTTPClientTransport(new URL(options.url), { requestInit });
  await client.connect(transport);
  return { client, protocolVersion: transport.protocolVersion, sessionId: transport.sessionId };
});
