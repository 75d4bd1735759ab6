// What every client here does: connect, look at the server, call one tool, print one JSON line.
//
//   node ts-….mjs --url URL [--tool NAME [--args JSON]] [--timeout MS] [--answer RESULT]      token, if any: MCP_TOKEN
//
// With --client-id a client that signs in is one that the server has registered.
// With --answer the client shows forms: it declares form elicitation and answers each question with the result, given as JSON. The questions are in
// the member asked of the line.
// Line: { ok, client, protocolVersion, server, serverVersion, sessionId, tools: [sorted names], prompts, resources, call, error }
// prompts and resources are counts, null where the server does not offer the feature. call is the result of the tool,
// or { error: { code, message, data } }. What was seen before a failure is printed too. Exit: 0 when all went well, else 1.
import { parseArgs } from 'node:util';

export const { values: options } = parseArgs({
  options: {
    url: { type: 'string' },
    tool: { type: 'string' },
    args: { type: 'string', default: '{}' },
    timeout: { type: 'string', default: '30000' },
    answer: { type: 'string' },
    'client-id': { type: 'string' },
  },
});
if (!options.url) {
  console.error('usage: --url URL [--tool NAME [--args JSON]] [--timeout MS] [--answer RESULT], token in MCP_TOKEN');
  process.exit(2);
}

/** The token is given by environment, as an argument would be visible in the list of processes. */
export const requestInit = process.env.MCP_TOKEN ? { headers: { Authorization: `Bearer ${process.env.MCP_TOKEN}` } } : {};

/** What the client declares, and how it answers the questions of a form. */
export const capabilities = options.answer ? { elicitation: { form: {} } } : {};
const asked = [];
export const answerForm = async (request) => {
  asked.push(request.params);
  return JSON.parse(options.answer);
};

export const clientInfo = { name: 'gatehouse-test-peer', version: '1.0.0' };

/**
 * @param name what to call this client in the line
 * @param connect returns { client, protocolVersion, sessionId }; it gets the line, to add what else it saw
 */
export async function look(name, connect) {
  const line = { ok: false, client: name };
  let printed = false;
  const limit = setTimeout(() => finish(line, new Error(`no end within ${options.timeout} ms`)), Number(options.timeout));
  let client;
  try {
    const connected = await connect(line);
    client = connected.client;
    line.protocolVersion = connected.protocolVersion ?? null;
    line.sessionId = connected.sessionId ?? null;
    line.server = client.getServerVersion()?.name ?? null;
    line.serverVersion = client.getServerVersion()?.version ?? null;
    const offered = client.getServerCapabilities() ?? {};
    line.tools = (await all(offered.tools, (cursor) => client.listTools({ cursor }), 'tools'))?.map((tool) => tool.name).sort() ?? null;
    line.prompts = (await all(offered.prompts, (cursor) => client.listPrompts({ cursor }), 'prompts'))?.length ?? null;
    line.resources = (await all(offered.resources, (cursor) => client.listResources({ cursor }), 'resources'))?.length ?? null;
    if (options.tool) {
      try {
        line.call = await client.callTool({ name: options.tool, arguments: JSON.parse(options.args) });
      } catch (error) {
        line.call = { error: describe(error) };
        throw error;
      }
    }
    line.ok = true;
    finish(line);
  } catch (error) {
    finish(line, error);
  } finally {
    clearTimeout(limit);
  }

  function finish(seen, error) {
    if (printed) return; // the time limit and a late answer may both arrive
    printed = true;
    if (error) seen.error = describe(error);
    if (options.answer) seen.asked = asked;
    // The line is written before the session is ended: a server that hangs at the end must not cost the result.
    process.stdout.write(`${JSON.stringify(seen)}\n`, async () => {
      await Promise.race([client?.close(), new Promise((resolve) => setTimeout(resolve, 1000))]).catch(() => {});
      process.exit(seen.ok ? 0 : 1);
    });
  }
}

async function all(offered, page, member) {
  if (!offered) return undefined;
  const items = [];
  let cursor;
  do {
    const result = await page(cursor);
    items.push(...result[member]);
    cursor = result.nextCursor;
  } while (cursor);
  return items;
}

function describe(error) {
  const { name, code, status, data, message, cause } = error ?? {};
  return { name, code, status, message: message ?? String(error), data, cause: cause && String(cause.message ?? cause) };
}
