// TypeScript SDK v1 with its own OAuth flow, from nothing but the URL: 401 challenge, protected resource metadata,
// authorization server metadata, registration, code with PKCE, token, connected. Options and output: look.mjs, plus
// oauth: { requests: ["METHOD URL"…] in order, resourceMetadata, authorizationServer, clientId, tokenType, scope }.
// LOGIN_HINT in the environment names the account at the provider; SCOPE asks for scopes.
import { UnauthorizedError } from '@modelcontextprotocol/sdk/client/auth.js';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { clientInfo, look, options } from './look.mjs';

// Nothing listens there: the browser's part is played below, and stops where it would be sent back to the client.
const redirectUrl = 'http://127.0.0.1:33418/callback';

class Memory {
  redirectUrl = redirectUrl;
  clientMetadata = {
    client_name: 'Gatehouse test peer',
    redirect_uris: [redirectUrl],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    token_endpoint_auth_method: 'none',
    application_type: 'native',
    ...(process.env.SCOPE ? { scope: process.env.SCOPE } : {}),
  };
  #state = crypto.randomUUID();
  #client;
  #tokens;
  #verifier;
  #discovery;
  code;

  state = () => this.#state;
  clientInformation = () => this.#client;
  saveClientInformation = (client) => void (this.#client = client);
  tokens = () => this.#tokens;
  saveTokens = (tokens) => void (this.#tokens = tokens);
  codeVerifier = () => this.#verifier;
  saveCodeVerifier = (verifier) => void (this.#verifier = verifier);
  discoveryState = () => this.#discovery;
  saveDiscoveryState = (state) => void (this.#discovery = state);

  async redirectToAuthorization(url) {
    if (process.env.LOGIN_HINT) url.searchParams.set('login_hint', process.env.LOGIN_HINT);
    const answer = await browse(url);
    if (answer.get('error')) throw new Error(`authorization refused: ${answer.get('error')} ${answer.get('error_description') ?? ''}`);
    if (answer.get('state') !== this.#state) throw new Error('authorization answered with another state');
    this.code = answer.get('code');
  }
}

/** Follows redirects with a cookie jar, as a browser would, up to the one that leads back to the client. */
async function browse(start) {
  const jars = new Map();
  let url = new URL(start);
  for (let hop = 0; hop < 20; hop++) {
    if (url.href.startsWith(`${redirectUrl}?`)) return url.searchParams;
    const jar = jars.get(url.origin) ?? new Map();
    jars.set(url.origin, jar);
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(url, { redirect: 'manual', headers: cookie ? { cookie } : {} });
    for (const line of response.headers.getSetCookie()) {
      const pair = line.split(';', 1)[0];
      const at = pair.indexOf('=');
      jar.set(pair.slice(0, at).trim(), pair.slice(at + 1));
    }
    const location = response.headers.get('location');
    if (!location) throw new Error(`authorization stopped at ${url} with ${response.status}: ${(await response.text()).slice(0, 300)}`);
    await response.body?.cancel();
    url = new URL(location, url);
  }
  throw new Error('authorization: too many redirects');
}

await look('ts-v1-oauth', async (line) => {
  const requests = [];
  line.oauth = { requests };
  const tracingFetch = (url, init) => {
    requests.push(`${init?.method ?? 'GET'} ${url}`);
    return fetch(url, init);
  };
  const memory = new Memory();
  const open = async () => {
    const transport = new StreamableHTTPClientTransport(new URL(options.url), { authProvider: memory, fetch: tracingFetch });
    const client = new Client(clientInfo, { capabilities: {} });
    try {
      await client.connect(transport);
      return { client, transport };
    } catch (error) {
      if (!(error instanceof UnauthorizedError) || !memory.code) throw error;
      await transport.finishAuth(memory.code);
      return undefined;
    }
  };
  // First without a token; the SDK ends that attempt once the person was sent away. Then with the token it now holds.
  const connected = (await open()) ?? (await open());
  const discovery = memory.discoveryState();
  Object.assign(line.oauth, {
    resourceMetadata: discovery?.resourceMetadata ?? null,
    authorizationServer: discovery?.authorizationServerUrl ?? null,
    clientId: memory.clientInformation()?.client_id ?? null,
    tokenType: memory.tokens()?.token_type ?? null,
    scope: memory.tokens()?.scope ?? null,
  });
  return { ...connected, protocolVersion: connected.transport.protocolVersion, sessionId: connected.transport.sessionId };
});
