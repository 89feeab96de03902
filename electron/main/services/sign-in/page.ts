/** Headers of every answer of the listener: nothing is run, loaded, framed, kept or passed on. */
export const pageHeaders = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy':
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
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
<meta name="color-scheme" content="light dark">
<meta name="viewport" content="width=device-width">
<title>${title} · Candor</title>
<h1>${title}</h1>
<p>${text}</p>
</html>
`;
}
