import { createHash } from 'node:crypto';

/** The colours of `renderer/src/styles/tokens.css`, which this page cannot load. */
const STYLE = `
:root { color-scheme: light dark; --bg: #f7f7f5; --surface: #fff; --border: #e4e4df; --text: #1b1c1e; --quiet: #505358 }
@media (prefers-color-scheme: dark) {
  :root { --bg: #0e0f11; --surface: #15171a; --border: #272b31; --text: #ececee; --quiet: #b0b5bd }
}
body {
  display: grid; min-height: 100vh; margin: 0; place-items: center; background: var(--bg); color: var(--text);
  font: 14px/1.45 system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif;
}
main {
  box-sizing: border-box; width: min(26rem, 100vw - 2rem); padding: 24px;
  background: var(--surface); border: 1px solid var(--border); border-radius: 10px;
}
p { margin: 0; color: var(--quiet) }
h1 { margin: 4px 0 8px; font-size: 20px; font-weight: 600 }
`;
const styleHash = createHash('sha256').update(STYLE).digest('base64');

/** Headers of every answer of the listener: nothing is run, loaded, framed, kept or passed on. */
export const pageHeaders = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'cross-origin-opener-policy': 'same-origin',
  connection: 'close',
} as const;

const texts = {
  arrived: ['Signed in', 'You can close this page and return to Candor.'],
  refused: ['Not signed in', 'You can close this page and return to Candor.'],
  foreign: [
    'This page does not belong to a sign-in that Candor waits for',
    'Start the sign-in again in Candor.',
  ],
} as const;

/** What the browser shows at the end. It is the same for everybody: nothing of the request is in it. */
export function pageOf(kind: keyof typeof texts): string {
  const [title, text] = texts[kind];
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${title} · Candor</title>
<style>${STYLE}</style>
<main>
<p>Candor</p>
<h1>${title}</h1>
<p>${text}</p>
</main>
</html>
`;
}
