import { z } from 'zod';
import type { ConversationView, MessageView } from '@shared/ipc/inbox';
import { appError } from '@shared/domain/errors';
import type { ThreadMessage } from '../db/repositories/messages';

/** A message as the window shows it. What only the network needs (remote ids, references) stays here. */
export const toMessageView = (message: ThreadMessage): MessageView => ({
  id: message.id,
  conversationId: message.conversationId,
  direction: message.direction,
  author: message.author,
  text: message.text,
  lang: message.lang,
  createdAt: message.createdAt,
  url: message.url,
  media: message.media,
  liked: message.liked,
  hidden: message.hidden,
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

/** The post that a conversation hangs on. `ownRemoteId`: the account whose inbox it is. */
export function toOriginView(stored: string | null, ownRemoteId: string): ConversationView['origin'] {
  if (stored === null) return null;
  const parsed = storedOrigin.safeParse(JSON.parse(stored));
  if (!parsed.success) throw appError('database', { detail: 'a stored origin cannot be read' }, parsed.error);
  const { author, text, createdAt, url, media } = parsed.data;
  return {
    author: author.displayName === '' ? author.handle : author.displayName,
    text,
    createdAt,
    url: url ?? null,
    media,
    own: author.remoteId === ownRemoteId,
  };
}
