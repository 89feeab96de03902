import type { SignInPages } from '../../electron/main/ports';

/** A person who allows everything: reads the page that a sign-in opens and presses its first button. */
export function createAllowingPages(): SignInPages {
  return {
    openInBrowser: async (url) => {
      const back = await allow(url);
      if (back) await (await fetch(back)).arrayBuffer();
    },
    openInWindow: async ({ url }) => (await allow(url)) ?? '',
  };
}

/** Where the network sends the person after the press. */
async function allow(address: string): Promise<string | null> {
  const page = await fetch(address);
  const html = await page.text();
  if (!page.ok) throw new Error(`no page to allow on: ${html}`);
  const action = /<form[^>]*action="([^"]*)"/.exec(html)?.[1] ?? address;
  const [, name, value = ''] = /<button[^>]*name="([^"]+)"[^>]*value="([^"]*)"/.exec(html) ?? [];
  const inputs = [...html.matchAll(/<input type="(?:hidden|checkbox)" name="([^"]*)" value="([^"]*)"/g)];
  const form = new URLSearchParams(inputs.map(([, key = '', text = '']) => [plain(key), plain(text)]));
  if (name !== undefined) form.set(name, value);
  const answer = await fetch(new URL(action, address), { method: 'POST', body: form, redirect: 'manual' });
  return answer.headers.get('location');
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"' };
const plain = (text: string): string =>
  text
    .replace(/&#(\d+);/g, (_all, code: string) => String.fromCharCode(Number(code)))
    .replace(/&(amp|lt|gt|quot);/g, (all, name: string) => entities[name] ?? all);
