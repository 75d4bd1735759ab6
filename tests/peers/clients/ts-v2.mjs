// Official TypeScript SDK, v2 line, as the two programs beside this file use it.
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { answerForm, capabilities, clientInfo, look, options, requestInit } from './look.mjs';

export const lookV2 = (name, clientOptions) =>
  look(name, async () => {
    const client = new Client(clientInfo, { capabilities, ...clientOptions });
    if (options.answer) client.setRequestHandler('elicitation/create', answerForm);
    const transport = new StreamableHTTPClientTransport(new URL(options.url), { requestInit });
    await client.connect(transport);
    return { client, protocolVersion: client.getNegotiatedProtocolVersion(), sessionId: transport.sessionId };
  });
