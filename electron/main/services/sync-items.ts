import type { IncomingItem } from '../db/repositories/inbox-writer';
import type { InboxItem, RemoteMedia } from '../networks/network';

/** What a network may hand us before it is cut: far above any network's limit, far below what hurts. */
const MAX_TEXT = 100_000;
const MAX_NAME = 200;
const MAX_HANDLE = 300;
const MAX_ALT = 5_000;
const MAX_URL = 4_000;
const MAX_MEDIA = 40;

/**
 * Makes an item of a network safe to keep: text that the database and the search can hold, and a time that
 * cannot put a message above everything else for years (authors of some networks choose theirs freely).
 */
export function toIncoming(item: InboxItem, now: number): IncomingItem {
  if (item.kind === 'deleted') return item;
  if (item.kind === 'edited')
    return { ...item, text: cleanText(item.text), editedAt: saneTime(item.editedAt, now) };
  const { conversation } = item;
  return {
    ...item,
    text: cleanText(item.text),
    createdAt: saneTime(item.createdAt, now),
    author: cleanAuthor(item.author),
    media: cleanMedia(item.media),
    url: cleanUrl(item.url),
    conversation: {
      ...conversation,
      ...(conversation.other ? { other: cleanAuthor(conversation.other) } : {}),
      ...(conversation.origin
        ? {
            origin: {
              ...conversation.origin,
              author: cleanAuthor(conversation.origin.author),
              media: cleanMedia(conversation.origin.media),
              text: cleanText(conversation.origin.text),
              url: cleanUrl(conversation.origin.url),
              createdAt: saneTime(conversation.origin.createdAt, now),
            },
          }
        : {}),
    },
  };
}

/** One way to write a character (NFC), no halves of pairs, no NUL (which ends a text inside SQLite), bounded. */
export function cleanText(text: string): string {
  const cut = text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text;
  return cut
    .replace(/\p{Cs}/gu, '\ufffd')
    .replaceAll('\0', '')
    .normalize('NFC');
}

const cleanAuthor = <Author extends { readonly displayName: string; readonly handle: string }>(
  author: Author,
): Author => ({
  ...author,
  displayName: cleanText(author.displayName.slice(0, MAX_NAME)),
  handle: cleanText(author.handle.slice(0, MAX_HANDLE)),
});

/** An address that is too long to be one is dropped with its picture. */
const cleanMedia = (media: readonly RemoteMedia[]): readonly RemoteMedia[] =>
  media
    .flatMap((item) => {
      const url = cleanUrl(item.url);
      return url === undefined ? [] : [{ ...item, url, alt: cleanText(item.alt.slice(0, MAX_ALT)) }];
    })
    .slice(0, MAX_MEDIA);

/** Addresses are made of names that people chose: what is not plain in them is written as an address writes it. */
function cleanUrl(url: string | undefined): string | undefined {
  if (url === undefined || url.length > MAX_URL) return undefined;
  if (/^[\x21-\x7e]*$/.test(url)) return url;
  return URL.canParse(url) ? new URL(url).href : undefined;
}

const saneTime = (at: number, now: number): number =>
  Number.isFinite(at) ? Math.max(0, Math.min(Math.trunc(at), now)) : now;
