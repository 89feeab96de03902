/** Text for HTML. Everything that the report prints goes through here. */
const escapeHtml = (text: string): string =>
  text
    .toWellFormed()
    // Control characters other than tab and line ends are not allowed in HTML.
    .replace(/[^\P{Cc}\t\n\r]/gu, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');

export type Html = { readonly html: string };
type Part = string | number | Html | readonly Html[] | undefined;

const render = (part: Part): string => {
  if (part === undefined) return '';
  if (typeof part === 'string') return escapeHtml(part);
  if (typeof part === 'number') return String(part);
  return 'html' in part ? part.html : part.map((item) => item.html).join('');
};

/** A template whose values are escaped unless they come from this function themselves. */
export const html = (strings: TemplateStringsArray, ...values: readonly Part[]): Html => ({
  html: strings.reduce((text, piece, i) => `${text}${render(values[i - 1])}${piece}`),
});

/** Words of other people keep their own direction and cannot turn the page's. */
export const quoted = (text: string): Html => html`<bdi class="words" dir="auto">${text}</bdi>`;
