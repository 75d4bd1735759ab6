// Plays a person at a browser, for whom no browser is there: opens an address, agrees, signs in, confirms. Cookies and forms are kept and
// sent as a browser does. The provider logs the person in by itself.
//
//   node person.mjs ADDRESS                prints one JSON line: { ok, pages: [headings], consent, confirmation, error }

const jars = new Map();
const line = { ok: false, pages: [], consent: null, confirmation: null, error: null };

async function send(address, form) {
  const url = new URL(address);
  const jar = jars.get(url.host) ?? jars.set(url.host, new Map()).get(url.host);
  const headers = { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; ') };
  if (form) Object.assign(headers, { origin: url.origin, 'sec-fetch-site': 'same-origin', 'content-type': 'application/x-www-form-urlencoded' });
  const answer = await fetch(url, { method: form ? 'POST' : 'GET', headers, body: form && new URLSearchParams(form).toString(), redirect: 'manual' });
  for (const header of answer.headers.getSetCookie()) {
    const [name, ...value] = header.split(';')[0].split('=');
    if (value.join('=') === '') jar.delete(name);
    else jar.set(name, value.join('='));
  }
  const location = answer.headers.get('location');
  return { status: answer.status, next: location && new URL(location, url).href, text: await answer.text() };
}

const decode = (text) => text.replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
const match = (text, form) => form.exec(text)?.[1];
const words = (html) => decode((match(html, /<main>([^]*)<\/main>/) ?? html).replace(/<style[^]*?<\/style>/g, '').replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ').trim());

// Which form a page of the gateway has says which page it is.
function decide(html) {
  const request = decode(match(html, /name="request" value="([^"]*)"/) ?? '');
  const provider = match(html, /name="provider" value="([^"]*)"/);
  if (provider) {
    line.consent = words(html);
    return ['/oauth/consent', { request, provider }];
  }
  line.confirmation = words(html);
  return ['/oauth/confirm', { request, decision: 'continue' }];
}

try {
  let address = process.argv[2];
  const origin = new URL(address).origin;
  for (let step = 0; ; step++) {
    if (step === 30) throw new Error(`too many steps, last ${address}`);
    let { status, next, text } = await send(address);
    const heading = match(text, /<h1>([^<]*)<\/h1>/);
    if (heading) line.pages.push(decode(heading));
    if (!next && text.includes('name="request"')) {
      const [path, form] = decide(text);
      ({ status, next, text } = await send(origin + path, form));
    }
    next ??= decode(match(text, /content="0; url=([^"]*)"/) ?? '') || null;
    if (!next && status === 200) break; // the client has its answer
    if (!next) throw new Error(`status ${status}: ${words(text).slice(0, 300)}`);
    address = next;
  }
  line.ok = true;
} catch (error) {
  line.error = String(error?.message ?? error);
}
console.log(JSON.stringify(line));
process.exitCode = line.ok ? 0 : 1;
