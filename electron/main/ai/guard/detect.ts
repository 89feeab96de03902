import { ibanAt, isCardNumber } from './checksums';

export type Span = { readonly start: number; readonly end: number };
export type Detector = (text: string) => readonly Span[];

const spansOf = (
  text: string,
  pattern: RegExp,
  accept: (found: string, at: number) => boolean = () => true,
): readonly Span[] =>
  Array.from(text.matchAll(pattern))
    .filter((match) => accept(match[0], match.index))
    .map((match) => ({ start: match.index, end: match.index + match[0].length }));

const EMAIL =
  /(?<![\p{L}\p{N}._%+-])[\p{L}\p{N}._%+-]{1,64}@[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63})*\.\p{L}{2,24}/gu;
export const findEmails: Detector = (text) => spansOf(text, EMAIL);

const URL_LIKE = /\bhttps?:\/\/[^\s<>"'`\]）」]+/giu;
const BARE_DOMAIN =
  /(?<![\p{L}\p{N}@/._-])(?:[\p{L}\p{N}-]{1,63}\.)+(?:com|net|org|io|co|app|dev|shop|store|info|biz|me|ly|gl|link|site|online|xyz|top|club|live|ru|cn|jp|de|fr|es|it|pt|br|uk|us|eu|nl|pl|in|tk|to|cc|ws|zip|mov)(?:\/[^\s<>"'`\])]*)?(?![\p{L}\p{N}])/giu;
const TRAILING = /[.,;:!?)»”’]+$/u;
const trimmed = (text: string, span: Span): Span => ({
  start: span.start,
  end: span.end - (TRAILING.exec(text.slice(span.start, span.end))?.[0].length ?? 0),
});
/** Addresses as a reader would see them, with or without a scheme. */
export const findUrls: Detector = (text) => {
  const full = spansOf(text, URL_LIKE).map((span) => trimmed(text, span));
  const bare = spansOf(text, BARE_DOMAIN).map((span) => trimmed(text, span));
  return [...full, ...bare.filter((span) => !full.some((other) => overlaps(span, other)))];
};

const USER_PATH = /\/(?:@|u\/|user\/|users\/|profile\/|profiles\/|people\/|in\/|members?\/)[^/?#]+/iu;
const USER_QUERY = /[?&](?:e?mail|user(?:name)?|phone|token|session|uid|customer)=[^&#]+/iu;
/** Addresses that name a person: user info, a profile path, or an account in the query. */
export const findPersonalUrls: Detector = (text) =>
  spansOf(text, URL_LIKE)
    .map((span) => trimmed(text, span))
    .filter(({ start, end }) => namesSomebody(text.slice(start, end)));

function namesSomebody(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const url = new URL(address);
  return (
    url.username !== '' || url.password !== '' || USER_PATH.test(url.pathname) || USER_QUERY.test(url.search)
  );
}

const IBAN_START = /(?<![A-Za-z0-9])[A-Za-z]{2}\d{2}(?=[ \u00A0-]?[A-Za-z0-9])/gu;
export const findIbans: Detector = (text) =>
  Array.from(text.matchAll(IBAN_START))
    .map((match) => ({
      start: match.index,
      end: match.index + ibanAt(text.slice(match.index, match.index + 60)),
    }))
    .filter(({ start, end }) => end > start && !/[A-Za-z0-9]/.test(text[end] ?? ' '));

const CARD = /(?<![\d.,-])\d(?:[ -]?\d){12,18}(?![\d-]|[.,]\d)/gu;
export const findCards: Detector = (text) =>
  spansOf(text, CARD, (found) => isCardNumber(found.replace(/\D/gu, '')));

const IP = /(?<![\w.:])(?:\d{1,3}(?:\.\d{1,3}){3}|(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{0,4})(?![\w:]|\.\d)/giu;
export const findIps: Detector = (text) => spansOf(text, IP, isIp);
const isIp = (found: string): boolean =>
  found.includes(':')
    ? found !== '::' && URL.canParse(`http://[${found}]/`)
    : found.split('.').every((part) => Number(part) <= 255);

const PHONE = /(?<![\p{L}\p{N}._@/#-])(?:\+|\()?\d[\d ()\u00A0./-]{5,22}\d(?![\p{L}\p{N}]|[.,]\d|-\d)/gu;
const DATE_LIKE = /^(?:\d{4}[-./]\d{1,2}[-./]\d{1,2}|\d{1,2}[-./]\d{1,2}[-./]\d{2,4})\b/u;
const NORTH_AMERICAN = /^(?:1[ .-]?)?\(?[2-9]\d{2}\)?[ .-]\d{3}[ .-]\d{4}$/u;
const CUE =
  /(?:tel|phone|call|mobile|cell|whatsapp|sms|text me|fax|handy|nummer|anruf|rufen|ruf|teléfono|telefono|móvil|ll[aá]m|appel|téléphone|portable|chiama|cellulare|ligue|telefone|телефон|звон|позвон|电话|手机|電話|携帯|전화|هاتف|اتصل)[^\d+]{0,24}$/iu;
/**
 * Phone numbers by a careful rule: written internationally, with a trunk zero, in North American form, or after a
 * word that announces one. Dates, prices and order numbers are not phone numbers.
 */
export const findPhones: Detector = (text) =>
  spansOf(text, PHONE, (found, at) => {
    const digits = found.replace(/\D/gu, '');
    if (digits.length < 7 || digits.length > 15 || DATE_LIKE.test(found)) return false;
    if (found.startsWith('+') || digits.startsWith('00')) return digits.length >= 8;
    if (digits.startsWith('0') && digits.length >= 9) return true;
    return NORTH_AMERICAN.test(found) || CUE.test(text.slice(Math.max(0, at - 40), at));
  });

const HANDLE = /(?<![\p{L}\p{N}_.@/%+-])@[\p{L}\p{N}_](?:[\p{L}\p{N}_.-]{0,252}[\p{L}\p{N}_])?/gu;
export const findHandles: Detector = (text) => spansOf(text, HANDLE);

export const overlaps = (a: Span, b: Span): boolean => a.start < b.end && b.start < a.end;
export const textsOf = (detector: Detector, text: string): readonly string[] =>
  detector(text).map(({ start, end }) => text.slice(start, end));
