import { z } from 'zod';
import { appError } from '@shared/domain/errors';
import { fileOf } from '@shared/domain/file-address';
import type { AccountId } from '@shared/domain/ids';
import type { NetworkId } from '@shared/domain/network';
import type { ConversationView, MediaView, MessageView } from '@shared/ipc/inbox';
import type { AccountRow } from '../db/repositories/accounts';
import type { AuthorRow, ConversationRow } from '../db/repositories/conversation-rows';
import type { MessageMedia, ThreadMessage } from '../db/repositories/messages';
import type { PictureAddress } from './remote-pictures';

const toAuthorView = (picture: PictureAddress, author: AuthorRow, accountId: AccountId): AuthorRow => ({
  ...author,
  avatarUrl: picture(author.avatarUrl, accountId),
});

const toMediaView = (
  picture: PictureAddress,
  media: readonly MessageMedia[],
  accountId: AccountId,
): readonly MediaView[] =>
  media.map((item) => {
    const isOpenedByNetwork = fileOf(item.url) !== undefined;
    const isPicture = item.kind === 'image' || isOpenedByNetwork;
    return {
      ...item,
      url: isOpenedByNetwork ? null : item.url,
      picture: isPicture ? picture(item.url, accountId) : null,
    };
  });

export const toRowView =
  (picture: PictureAddress) =>
  <Row extends Pick<ConversationRow, 'author' | 'accountId'>>(row: Row): Row => ({
    ...row,
    author: toAuthorView(picture, row.author, row.accountId),
  });

/** Why a network takes no answer to one message; null where nothing is known against it. */
export type WhyNoAnswer = (network: NetworkId, ref: ThreadMessage['ref']) => string | null;

/** A message as the window shows it. What only the network needs (remote ids, references) stays here. */
export const toMessageView =
  (picture: PictureAddress, whyNoAnswer: WhyNoAnswer) =>
  (message: ThreadMessage): MessageView => ({
    id: message.id,
    conversationId: message.conversationId,
    direction: message.direction,
    author: message.author && toAuthorView(picture, message.author, message.accountId),
    text: message.text,
    lang: message.lang,
    createdAt: message.createdAt,
    url: message.url,
    media: toMediaView(picture, message.media, message.accountId),
    liked: message.liked,
    hidden: message.hidden,
    unanswerable: message.author && whyNoAnswer(message.author.network, message.ref),
    edited: message.editedAt !== null,
    deleted: message.deletedAt !== null,
    sentFromHere: message.sentFromHere,
    delivery: message.direction === 'outgoing' ? message.delivery : null,
    problem: message.problem,
    jobId: message.jobId,
    origin: message.origin,
  });

const storedOrigin = z.object({
  author: z.object({ remoteId: z.string(), handle: z.string(), displayName: z.string() }),
  text: z.string(),
  createdAt: z.number(),
  url: z.string().optional(),
  media: z
    .array(z.object({ kind: z.enum(['image', 'video', 'other']), url: z.string(), alt: z.string() }))
    .default([]),
});

/** The post that a conversation in the inbox of `account` hangs on. */
export const toOriginView =
  (picture: PictureAddress) =>
  (stored: string | null, account: Pick<AccountRow, 'id' | 'remoteId'>): ConversationView['origin'] => {
    if (stored === null) return null;
    const parsed = storedOrigin.safeParse(JSON.parse(stored));
    if (!parsed.success)
      throw appError('database', { detail: 'a stored origin cannot be read' }, parsed.error);
    const { author, text, createdAt, url, media } = parsed.data;
    return {
      author: author.displayName === '' ? author.handle : author.displayName,
      text,
      createdAt,
      url: url ?? null,
      media: toMediaView(picture, media, account.id),
      own: author.remoteId === account.remoteId,
    };
  };
