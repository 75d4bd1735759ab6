// TypeScript SDK v1 that knows only the URL, with a person at a browser: sign-in.mjs. Options and output: look.mjs, and `oauth`.
import { UnauthorizedError } from '@modelcontextprotocol/sdk/client/auth.js';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { clientInfo, look, options } from './look.mjs';
import { signIn } from './sign-in.mjs';

await look('ts-v1-sign-in', async (line) => {
  const connected = await signIn(line, 'Peer of SDK v1', {
    open: (authProvider) => {
      const transport = new StreamableHTTPClientTransport(new URL(options.url), { authProvider });
      const client = new Client(clientInfo, { capabilities: {} });
      return { client, transport, connect: () => client.connect(transport) };
    },
    isUnauthorized: (error) => error instanceof UnauthorizedError,
    finish: (transport, query) => transport.finishAuth(query.get('code')),
  });
  return { ...connected, protocolVersion: connected.transport.protocolVersion, sessionId: connected.transport.sessionId };
});
