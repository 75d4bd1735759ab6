// What a client of the TypeScript SDKs needs for a sign-in by a person: a place for what the SDK wants kept, and the address on loopback
// to which the browser returns. It prints `open URL` on stderr, which whoever plays the person opens in a browser.
import http from 'node:http';
import { options } from './look.mjs';

/** Listens for the browser's return. redirectUrl is its address; answer is the query that it brought. */
export async function listenForReturn() {
  let arrived;
  const answer = new Promise((resolve) => (arrived = resolve));
  const server = http.createServer((request, response) => {
    const url = new URL(request.url, 'http://127.0.0.1');
    if (url.pathname !== '/callback') return response.writeHead(404).end();
    response.setHeader('content-type', 'text/html').end('<!doctype html><title>Signed in</title>You can close this page.');
    arrived(url.searchParams);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  server.unref();
  return { redirectUrl: `http://127.0.0.1:${server.address().port}/callback`, answer };
}

/** An OAuthClientProvider of either SDK that keeps everything in memory. */
export class MemoryProvider {
  #state = crypto.randomUUID();
  #kept = {};

  constructor(name, redirectUrl) {
    this.redirectUrl = redirectUrl;
    this.clientMetadata = {
      client_name: name,
      redirect_uris: [redirectUrl],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
      application_type: 'native',
    };
  }

  state = () => this.#state;
  clientInformation = () => this.#kept.client ?? (options['client-id'] ? { client_id: options['client-id'] } : undefined);
  saveClientInformation = (client) => void (this.#kept.client = client);
  tokens = () => this.#kept.tokens;
  saveTokens = (tokens) => void (this.#kept.tokens = tokens);
  codeVerifier = () => this.#kept.verifier;
  saveCodeVerifier = (verifier) => void (this.#kept.verifier = verifier);
  discoveryState = () => this.#kept.discovery;
  saveDiscoveryState = (state) => void (this.#kept.discovery = state);
  redirectToAuthorization = (url) => console.error(`open ${url}`);
}

/**
 * Connects without a token, which ends when the person was sent to a browser, waits for the browser, and connects again.
 *
 * @param line gets `oauth`, what was found and obtained
 * @param open makes a client and a transport with the provider, and how they connect
 * @param isUnauthorized tells whether an error means that the person was sent to a browser
 * @param finish gives the transport what the browser brought
 */
export async function signIn(line, name, { open, isUnauthorized, finish }) {
  const { redirectUrl, answer } = await listenForReturn();
  const provider = new MemoryProvider(name, redirectUrl);
  const first = open(provider);
  try {
    await first.connect();
    throw new Error('the server asked for no sign-in');
  } catch (error) {
    if (!isUnauthorized(error)) throw error;
  }
  const query = await answer;
  if (query.get('error')) throw new Error(`refused: ${query.get('error')} ${query.get('error_description') ?? ''}`);
  if (query.get('state') !== provider.state()) throw new Error('the answer has another state');
  await finish(first.transport, query);
  const second = open(provider);
  await second.connect();
  line.oauth = {
    authorizationServer: provider.discoveryState()?.authorizationServerUrl ?? null,
    clientId: provider.clientInformation()?.client_id ?? null,
    tokenType: provider.tokens()?.token_type ?? null,
    tokenKind: provider.tokens()?.access_token?.slice(0, 4) ?? null,
    scope: provider.tokens()?.scope ?? null,
    hasRefreshToken: Boolean(provider.tokens()?.refresh_token),
  };
  return second;
}
