// TypeScript SDK v2 that knows only the URL, with a person at a browser: sign-in.mjs. Options and output: look.mjs, and `oauth`.
import { Client, StreamableHTTPClientTransport, UnauthorizedError } from '@modelcontextprotocol/client';
import { clientInfo, look, options } from './look.mjs';
import { signIn } from './sign-in.mjs';

await look('ts-v2-sign-in', async (line) => {
  const connected = await signIn(line, 'Peer of SDK v2', {
    open: (authProvider) => {
      const transport = new StreamableHTTPClientTransport(new URL(options.url), { authProvider });
      const client = new Client(clientInfo, { capabilities: {}, versionNegotiation: { mode: 'auto' } });
      return { client, transport, connect: () => client.connect(transport) };
    },
    isUnauthorized: (error) => error instanceof UnauthorizedError,
    finish: (transport, query) => transport.finishAuth(query),
  });
  return { ...connected, protocolVersion: connected.client.getNegotiatedProtocolVersion(), sessionId: connected.transport.sessionId };
});
