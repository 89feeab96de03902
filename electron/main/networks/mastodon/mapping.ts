import type { AccountMetrics, Metrics } from '@shared/domain/network';
import type { InboxItem, RemoteAuthor, RemoteMedia, RemotePost, RemoteTarget } from '../network';
import { accountKey } from './auth';
import { htmlToText } from './html';
import type { Account, Attachment, Status } from './wire';

/** What the same status means to the account that looks at it. */
export type Viewer = {
  readonly id: string;
  readonly service: string;
  readonly name: string;
  readonly domain: string;
};

export const isOwn = (status: Status, viewer: Viewer): boolean => status.account.id === viewer.id;
export const isDirect = (status: Status): boolean => status.visibility === 'direct';

export const toAuthor = (account: Account, viewer: Viewer): RemoteAuthor => ({
  remoteId: accountKey(viewer.service, account.id),
  handle: account.acct.includes('@') ? account.acct : `${account.acct}@${viewer.domain}`,
  displayName: account.display_name?.trim() || account.username,
  ...(account.avatar && { avatarUrl: account.avatar }),
});

const kinds: Readonly<Record<string, RemoteMedia['kind']>> = {
  image: 'image',
  video: 'video',
  gifv: 'video',
};

function toMedia(attachment: Attachment): readonly RemoteMedia[] {
  const kind = kinds[attachment.type] ?? 'other';
  const still = kind === 'video' ? attachment.preview_url : undefined;
  const url = still ?? attachment.url ?? attachment.remote_url ?? attachment.preview_url;
  return url ? [{ kind, url, alt: attachment.description ?? '' }] : [];
}
const mediaOf = (status: Status): readonly RemoteMedia[] => (status.media_attachments ?? []).flatMap(toMedia);

/** The words of a status; a content warning stands above them, and the addresses of a direct message are not words. */
export function textOf(status: Status, viewer: Viewer): string {
  const plain = htmlToText(status.content);
  const text = isDirect(status) ? withoutAddresses(plain, status, viewer) : plain;
  const warning = status.spoiler_text?.trim() ?? '';
  return warning === '' ? text : `${warning}\n\n${text}`.trim();
}

const ADDRESS = /^@([\w.-]+)(?:@[\w.:-]+)?(?:\s+|$)/;

function withoutAddresses(text: string, status: Status, viewer: Viewer): string {
  const named = (status.mentions ?? []).map(({ username }) => username);
  // Small servers leave the list of mentions empty.
  const names = new Set([...named, viewer.name].map((name) => name.toLowerCase()));
  let rest = text;
  for (let found = ADDRESS.exec(rest); found && names.has((found[1] ?? '').toLowerCase());) {
    rest = rest.slice(found[0].length);
    found = ADDRESS.exec(rest);
  }
  return rest === '' ? text : rest;
}

/** What later writes need: an answer must not be seen by more people than what it answers. */
const refOf = (status: Status): RemoteTarget['ref'] => ({
  visibility: status.visibility,
  acct: status.account.acct,
});

const webUrl = (status: Status): string | undefined =>
  [status.url, status.uri].find((url) => url?.startsWith('http')) ?? undefined;

export const timeOf = (status: Status): number => Date.parse(status.created_at);

export const toOrigin = (status: Status, viewer: Viewer): RemotePost => ({
  remoteId: status.id,
  ref: refOf(status),
  author: toAuthor(status.account, viewer),
  text: textOf(status, viewer),
  createdAt: timeOf(status),
  url: webUrl(status),
  media: mediaOf(status),
});

export type MessageItem = Extract<InboxItem, { readonly kind: 'message' }>;

export const toMessage = (
  status: Status,
  conversation: MessageItem['conversation'],
  viewer: Viewer,
  context = false,
): MessageItem => ({
  kind: 'message',
  conversation,
  remoteId: status.id,
  ref: refOf(status),
  author: toAuthor(status.account, viewer),
  own: isOwn(status, viewer),
  text: textOf(status, viewer),
  ...(status.language && { lang: status.language }),
  createdAt: timeOf(status),
  url: webUrl(status),
  ...(status.in_reply_to_id && { parentRemoteId: status.in_reply_to_id }),
  media: mediaOf(status),
  ...(context && { context: true }),
});

const DIRECT = 'direct:';

/** Direct messages belong to the people in them: the server's own conversations begin anew with every first one. */
export const directKey = (accts: readonly string[]): string =>
  `${DIRECT}${[...new Set(accts)].sort().join(',')}`;

/** The people a direct conversation is with; undefined for any other key. */
export const directAccts = (key: string): readonly string[] | undefined =>
  key.startsWith(DIRECT) ? key.slice(DIRECT.length).split(',').filter(Boolean) : undefined;

/** A direct status as a message of its conversation; undefined for a note to oneself. */
export function toDirectMessage(
  status: Status,
  viewer: Viewer,
  people: readonly Account[] = [],
): MessageItem | undefined {
  const mentioned = (status.mentions ?? []).filter(({ id }) => id !== viewer.id).map(({ acct }) => acct);
  const accts = isOwn(status, viewer) ? mentioned : [status.account.acct, ...mentioned];
  const [first] = accts;
  if (first === undefined) return undefined;
  const face = isOwn(status, viewer) ? people.find(({ acct }) => acct === first) : status.account;
  const other = face && toAuthor(face, viewer);
  const conversation = { remoteKey: directKey(accts), type: 'dm', ...(other && { other }) } as const;
  return toMessage(status, conversation, viewer);
}

export function metricsOf(status: Status): Metrics {
  const { favourites_count, replies_count, reblogs_count, quotes_count } = status;
  return {
    ...(typeof favourites_count === 'number' && { likes: favourites_count }),
    ...(typeof replies_count === 'number' && { replies: replies_count }),
    ...(typeof reblogs_count === 'number' && { reposts: reblogs_count }),
    ...(typeof quotes_count === 'number' && { quotes: quotes_count }),
  };
}

export function accountMetricsOf({
  followers_count,
  following_count,
  statuses_count,
}: Account): AccountMetrics {
  return {
    ...(typeof followers_count === 'number' && { followers: followers_count }),
    ...(typeof following_count === 'number' && { following: following_count }),
    ...(typeof statuses_count === 'number' && { posts: statuses_count }),
  };
}
