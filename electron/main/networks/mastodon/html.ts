/**
 * Posts arrive as HTML that each server has cleaned its own way. They are read as text only: no element, attribute
 * or script survives, entities are decoded exactly once, and a link that hides its target shows it.
 */
export function htmlToText(html: string): string {
  const parts: string[] = [];
  let link: { readonly href: string; readonly from: number } | undefined;
  let at = 0;
  while (at < html.length) {
    const open = html.indexOf('<', at);
    if (open < 0) break;
    parts.push(decode(html.slice(at, open)));
    const tag = readTag(html, open);
    if (tag === 'text') {
      parts.push('<');
      at = open + 1;
      continue;
    }
    at = tag.end;
    if (tag.skipTo !== undefined) continue;
    if (tag.name === 'a') {
      if (link) parts.push(hiddenTarget(link.href, parts.slice(link.from).join('')));
      link = tag.closing ? undefined : { href: tag.href, from: parts.length };
      continue;
    }
    parts.push(breakOf(tag.name, tag.closing));
  }
  parts.push(decode(html.slice(at)));
  // Line by line: a pattern for spaces before a line's end would try each of them anew.
  const lines = parts
    .join('')
    .split('\n')
    .map((line) => line.trimEnd());
  return lines
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

type Tag = {
  readonly name: string;
  readonly closing: boolean;
  readonly href: string;
  readonly end: number;
  /** Its content is no text. */
  readonly skipTo?: number;
};
const SILENT = new Set(['script', 'style', 'template', 'iframe', 'object', 'noscript', 'textarea', 'title']);
const HREF = /\shref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/i;

/** The tag at `open`, or 'text' where the sign is only a sign. A tag or comment without an end takes the rest. */
function readTag(html: string, open: number): Tag | 'text' {
  const none = { name: '', closing: false, href: '' };
  if (html.startsWith('<!--', open)) {
    const end = html.indexOf('-->', open + 4);
    return { ...none, end: end < 0 ? html.length : end + 3 };
  }
  const [, slash = '', typed = ''] = /^<(\/?)([a-z][a-z0-9]*)/i.exec(html.slice(open, open + 20)) ?? [];
  if (typed === '') return /^<[!?/]/.test(html.slice(open, open + 2)) ? closeAt(html, open, none) : 'text';
  const name = typed.toLowerCase();
  const closing = slash !== '';
  const end = endOfTag(html, open + 1 + slash.length + typed.length);
  if (!closing && SILENT.has(name)) {
    const close = new RegExp(`</${name}`, 'gi');
    close.lastIndex = end;
    const found = close.exec(html);
    const past = found ? endOfTag(html, found.index) : html.length;
    return { name, closing, href: '', end: past, skipTo: past };
  }
  const href = name === 'a' && !closing ? HREF.exec(html.slice(open, end)) : null;
  return { name, closing, href: decode(href?.[1] ?? href?.[2] ?? href?.[3] ?? ''), end };
}

const closeAt = (html: string, open: number, none: Omit<Tag, 'end'>): Tag => {
  const end = html.indexOf('>', open);
  return { ...none, end: end < 0 ? html.length : end + 1 };
};

/** Just past the `>` that ends a tag; one inside quotes does not. */
function endOfTag(html: string, from: number): number {
  let quote = '';
  for (let at = from; at < html.length; at += 1) {
    const sign = html.charAt(at);
    if (quote !== '') quote = sign === quote ? '' : quote;
    else if (sign === '"' || sign === "'") quote = sign;
    else if (sign === '>') return at + 1;
  }
  return html.length;
}

function breakOf(name: string, closing: boolean): string {
  if (name === 'br') return '\n';
  if (['p', 'blockquote', 'ul', 'ol', 'pre', 'div', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6'].includes(name))
    return '\n\n';
  if (name === 'li') return closing ? '' : '\n- ';
  return '';
}

/** Mentions, tags and addresses speak for themselves; other words could lead anywhere. */
function hiddenTarget(href: string, shown: string): string {
  const text = shown.trim();
  if (text === '' || /^[@#＃]/.test(text) || !/^https?:\/\//i.test(href)) return '';
  const plain = (address: string) => address.replace(/^https?:\/\//i, '').replace(/\/$/, '');
  return plain(href) === plain(text) ? '' : ` (${href})`;
}

const NAMED: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: '\u00a0',
  hellip: '…',
  ndash: '–',
  mdash: '—',
};

function decode(text: string): string {
  return text.replace(
    /&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z]+));/gi,
    (whole: string, decimal?: string, hex?: string, name?: string) => {
      if (name !== undefined) return NAMED[name] ?? whole;
      const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number.parseInt(decimal, 10);
      const isCharacter = code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff);
      return isCharacter ? String.fromCodePoint(code) : '\ufffd';
    },
  );
}
