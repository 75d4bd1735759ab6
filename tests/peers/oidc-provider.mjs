// A real OpenID provider on loopback: what Gatehouse trusts in tests. Login and consent happen by themselves unless told
// otherwise, state is in memory, every secret below is public. Test use only.
//
//   PORT=0 node oidc-provider.mjs        prints: listening http://127.0.0.1:PORT
//
//   PORT             port to listen on; 0 (default) takes a free one
//   ISSUER           issuer URL; default is the address it listens on
//   RESOURCES        resources (audiences) it issues tokens for, comma-separated; `*` (default) is any URL that
//                    starts with http://127.0.0.1: or http://localhost:
//   RESOURCE_SCOPES  scopes such a token may carry; default `mcp:tools mcp:read mcp:admin`
//   TOKEN_TTL        lifetime of access tokens in seconds; default 300
//   TOKEN_FORMAT     jwt (default) or opaque: access tokens that only introspection can read
//   ALG              signature of access tokens: ES256 (default), RS256 or PS256
//   KEYS_FILE        file with a private JWKS ({"keys":[…]}). Made on first start when absent, so that a restart keeps
//                    its keys; a test that rotates keys changes or removes the file and restarts on the same PORT
//   CLIENTS_FILE     file with an array of further clients in the provider's own registration format. A client that proves itself with a
//                    key: {"client_id":"svc-jwt","token_endpoint_auth_method":"private_key_jwt","jwks":{"keys":[PUBLIC JWK]},
//                    "grant_types":["client_credentials"],"redirect_uris":[],"response_types":[]}. Its assertions are used once
//   CIMD_MAP         `https://client.test=http://127.0.0.1:PORT`: turns on client id metadata documents, and reads
//                    those under the first origin from the second
//   BACKCHANNEL      1: back-channel logout. When a person signs out (/session/end), each client with a `backchannel_logout_uri` in
//                    CLIENTS_FILE gets a logout token; those on loopback are reached too
//   PLAIN            1: no registration and no resource indicators, as most company providers are
//   LOGIN_FORM       1: login is a page with a form that asks for the account, for tests with a browser
//   EXIT_WITH_STDIN  1: end when stdin closes, so that a killed test run leaves nothing behind
//   DEBUG            1: print the provider's errors to stderr
//
// Clients: svc / svc-secret (client_credentials), gateway / gateway-secret (code, refresh; redirect
// http://127.0.0.1:8080/callback), cli (public, code with PKCE, refresh; any loopback port). Registration is open unless PLAIN is set.
// The account is the one named by login_hint, else alice; `root` is in the group admins, all others in staff.
import { generateKeyPairSync } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { text } from 'node:stream/consumers';
import Provider, { errors } from 'oidc-provider';

const { env } = process;
const resources = (env.RESOURCES || '*').split(',').map((r) => r.trim());
const resourceScopes = env.RESOURCE_SCOPES || 'mcp:tools mcp:read mcp:admin';
const tokenTtl = Number(env.TOKEN_TTL || 300);
const tokenFormat = env.TOKEN_FORMAT || 'jwt';
const tokenAlg = env.ALG || 'ES256';
const isPlain = env.PLAIN === '1';

// The issuer is part of every token and of the provider's own routes, so the port must be known before it is built.
const server = http.createServer();
await new Promise((resolve, reject) => {
  server.once('error', reject);
  server.listen(Number(env.PORT || 0), '127.0.0.1', resolve);
});
const address = `http://127.0.0.1:${server.address().port}`;
const issuer = env.ISSUER || address;

const provider = new Provider(issuer, {
  jwks: loadKeys(env.KEYS_FILE),
  cookies: { keys: ['test-only'] },
  // Those of the resources belong here too: clients name them when they register, and are refused otherwise.
  scopes: ['openid', 'offline_access', 'profile', 'email', 'groups', ...resourceScopes.split(' ')],
  claims: { openid: ['sub'], profile: ['name'], email: ['email'], groups: ['groups'] },
  conformIdTokenClaims: false,
  findAccount: (_ctx, sub) => ({
    accountId: sub,
    claims: () => ({ sub, name: sub, email: `${sub}@example.test`, groups: groupsOf(sub) }),
  }),
  // Groups stand in the access token too, as company providers put them there; a service has none.
  extraTokenClaims: (_ctx, token) => (token.accountId ? { groups: groupsOf(token.accountId) } : undefined),
  clients: [
    {
      client_id: 'svc',
      client_secret: 'svc-secret',
      grant_types: ['client_credentials'],
      redirect_uris: [],
      response_types: [],
    },
    {
      client_id: 'gateway',
      client_secret: 'gateway-secret',
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      redirect_uris: ['http://127.0.0.1:8080/callback'],
      id_token_signed_response_alg: 'ES256',
    },
    {
      client_id: 'cli',
      token_endpoint_auth_method: 'none',
      application_type: 'native',
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      redirect_uris: ['http://127.0.0.1/callback'],
      id_token_signed_response_alg: 'ES256',
    },
    ...(env.CLIENTS_FILE ? JSON.parse(readFileSync(env.CLIENTS_FILE, 'utf8')) : []),
  ],
  // A registration without this member asks for RS256, which every key set here has, but ES256 is what the tests read.
  clientDefaults: { id_token_signed_response_alg: 'ES256' },
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    introspection: { enabled: true },
    revocation: { enabled: true },
    deviceFlow: { enabled: true },
    dPoP: { enabled: true, nonceSecret: Buffer.alloc(32, 1) },
    registration: { enabled: !isPlain, initialAccessToken: false },
    registrationManagement: { enabled: !isPlain },
    resourceIndicators: {
      enabled: !isPlain,
      defaultResource: () => undefined,
      useGrantedResource: () => true,
      getResourceServerInfo: (_ctx, resource) => {
        if (!isKnownResource(resource)) throw new errors.InvalidTarget('unknown resource');
        return {
          scope: resourceScopes,
          audience: resource,
          accessTokenTTL: tokenTtl,
          accessTokenFormat: tokenFormat,
          ...(tokenFormat === 'jwt' ? { jwt: { sign: { alg: tokenAlg } } } : {}),
        };
      },
    },
    backchannelLogout: { enabled: env.BACKCHANNEL === '1' },
    ...(env.CIMD_MAP ? { clientIdMetadataDocument: { enabled: true, ack: 'draft-02' } } : {}),
  },
  ...(env.CIMD_MAP || env.BACKCHANNEL === '1' ? { fetch: fetchFromLoopback(env.CIMD_MAP) } : {}),
  ttl: {
    AccessToken: tokenTtl,
    ClientCredentials: tokenTtl,
    IdToken: tokenTtl,
    Grant: 3600,
    Session: 3600,
    Interaction: 600,
    RefreshToken: 3600,
  },
  interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
  // Without a stored grant the provider would ask for consent scope by scope; one made from the request is "yes to all".
  // A consent just given (see finishInteraction) must win, or prompt=consent would loop.
  loadExistingGrant: async (ctx) => {
    const { client, session, params, result } = ctx.oidc;
    if (result?.consent?.grantId) return provider.Grant.find(result.consent.grantId);
    return grantAll(client.clientId, session.accountId, params);
  },
});

if (env.DEBUG === '1') {
  for (const event of ['server_error', 'grant.error', 'authorization.error', 'registration_create.error']) {
    provider.on(event, (_ctx, error) => console.error(event, error));
  }
}

const serveProvider = provider.callback();
server.on('request', (req, res) => (req.url.startsWith('/interaction/') ? finishInteraction(req, res) : serveProvider(req, res)));

process.on('SIGTERM', () => process.exit(0));
if (env.EXIT_WITH_STDIN === '1') process.stdin.on('end', () => process.exit(0)).on('error', () => process.exit(0)).resume();
console.log(`listening ${address}`);

/** Answers the provider's login or consent question at once, as a person who always agrees would. */
async function finishInteraction(req, res) {
  try {
    const { params, prompt, session } = await provider.interactionDetails(req, res);
    if (env.LOGIN_FORM === '1' && prompt.name === 'login' && req.method === 'GET') return askForAccount(res);
    const typed = req.method === 'POST' ? new URLSearchParams(await text(req)).get('account') : undefined;
    const accountId = typed || (session?.accountId ?? params.login_hint ?? 'alice');
    const result =
      prompt.name === 'consent' // asked for only with prompt=consent, which offline_access needs
        ? { consent: { grantId: (await grantAll(params.client_id, accountId, params)).jti } }
        : { login: { accountId } };
    await provider.interactionFinished(req, res, result, { mergeWithLastSubmission: true });
  } catch (error) {
    res.statusCode = 400;
    res.end(String(error));
  }
}

/** The form is sent to the address of the page itself. */
function askForAccount(res) {
  res.setHeader('content-type', 'text/html; charset=utf-8');
  res.end('<!doctype html><title>Sign in</title><form method="post"><input name="account" autofocus><button>Sign in</button></form>');
}

async function grantAll(clientId, accountId, params) {
  const grant = new provider.Grant({ clientId, accountId });
  grant.addOIDCScope(params.scope ?? 'openid');
  for (const resource of [params.resource ?? []].flat()) grant.addResourceScope(resource, params.scope ?? '');
  await grant.save();
  return grant;
}

function groupsOf(account) {
  return [account === 'root' ? 'admins' : 'staff'];
}

function isKnownResource(resource) {
  if (!resources.includes('*')) return resources.includes(resource);
  return resource.startsWith('http://127.0.0.1:') || resource.startsWith('http://localhost:');
}

/** One key of each kind: a resource server that pins one algorithm must still pick its key by id. */
function loadKeys(file) {
  if (file && existsSync(file)) return JSON.parse(readFileSync(file, 'utf8'));
  const stamp = Date.now().toString(36);
  const key = (kid, alg, type, options) => ({
    ...generateKeyPairSync(type, options).privateKey.export({ format: 'jwk' }),
    kid: `${kid}-${stamp}`, // a new set has new ids, as rotated keys have
    alg,
    use: 'sig',
  });
  const jwks = {
    keys: [
      key('es', 'ES256', 'ec', { namedCurve: 'P-256' }),
      key('rs', 'RS256', 'rsa', { modulusLength: 2048 }),
      key('ps', 'PS256', 'rsa', { modulusLength: 2048 }),
    ],
  };
  if (file) writeFileSync(file, JSON.stringify(jwks, null, 2), { mode: 0o600 });
  return jwks;
}

/** The provider refuses, rightly, to fetch from loopback; a mapped origin and addresses of back-channel logout are fetched without that guard. */
function fetchFromLoopback(map = '') {
  const [from, to] = map.split('=');
  return (url, options) => {
    const target = String(url);
    const { dispatcher: _guard, ...rest } = options;
    if (to && target.startsWith(`${from}/`)) return fetch(to + target.slice(from.length), rest);
    return env.BACKCHANNEL === '1' && target.startsWith('http://127.0.0.1:') ? fetch(target, rest) : fetch(url, options);
  };
}
