import { z } from 'zod';
import type { RemotePost } from '../network';
import { wordsOf } from './attachments';
import { groupKey, groupType } from './keys';
import { isOwn, keyOf, toMessage, toOrigin, type MessageItem, type Viewer } from './mapping';
import type { BareMessage, Message } from './wire';

const MAX_THREADS = 40;
const MAX_PLACES = 800;

const post: z.ZodType<RemotePost> = z.object({
  remoteId: z.string(),
  ref: z.record(z.string(), z.string()),
  author: z.object({ remoteId: z.string(), handle: z.string(), displayName: z.string() }),
  text: z.string(),
  createdAt: z.number(),
  url: z.string().optional(),
  media: z.array(z.object({ kind: z.enum(['image', 'video', 'other']), url: z.string(), alt: z.string() })),
});

/** What the cursor keeps of groups, because no message can be asked for again. */
export const storedPlaces = z.object({
  /** Channel posts by their copy in the discussion group. */
  threads: z.array(z.tuple([z.string(), post])),
  /** Conversations by message, newest last. */
  places: z.array(z.tuple([z.string(), z.string()])),
});
export type StoredPlaces = z.infer<typeof storedPlaces>;

/** Follows who answers whom in groups. */
export function createPlaces(stored: StoredPlaces, answers: ReadonlyMap<string, string>, viewer: Viewer) {
  const threads = new Map(stored.threads);
  const places = new Map([...stored.places, ...answers]);

  const threadOf = (message: BareMessage): RemotePost | undefined =>
    message.message_thread_id === undefined
      ? undefined
      : threads.get(`${message.chat.id}/${message.message_thread_id}`);
  const isOurs = (message: BareMessage): boolean =>
    [viewer.chat, viewer.discussion].includes(String(message.chat.id));

  const put = (message: Message, key: string, origin: RemotePost | undefined): readonly MessageItem[] => {
    places.set(keyOf(message), key);
    const conversation = { remoteKey: key, type: groupType(key), ...(origin && { origin }) };
    return [toMessage(message, conversation, isOwn(message, viewer), viewer)];
  };

  /** Below what was not seen before: that message opens the conversation, and is shown for context. */
  const putBelow = (message: Message, parent: BareMessage): readonly MessageItem[] => {
    const origin = threadOf(message) ?? threadOf(parent);
    const key = groupKey(origin ? 'comment' : 'mention', message.chat.id, parent.message_id);
    places.set(keyOf(parent), key);
    const above = { remoteKey: key, type: groupType(key), ...(origin && { origin }) };
    return [{ ...toMessage(parent, above, false, viewer), context: true }, ...put(message, key, origin)];
  };

  /**
   * The conversation of a message in a group, as items. Below our own post every first comment of somebody else opens
   * one (`comment`), with our post as its origin; what others begin is a `mention`. In groups that are not the
   * account's own only what speaks to the bot is taken.
   */
  const place = (message: Message): readonly MessageItem[] => {
    const { chat, reply_to_message: parent } = message;
    const known = parent && places.get(keyOf(parent));
    if (known !== undefined)
      return put(message, known, groupType(known) === 'comment' ? threadOf(message) : undefined);
    const own = isOwn(message, viewer);
    const post = parent && (parent.is_automatic_forward || isOwn(parent, viewer)) ? parent : undefined;
    const origin = post ? toOrigin(post, viewer) : parent ? undefined : threadOf(message);
    if (origin) return own ? [] : put(message, groupKey('comment', chat.id, message.message_id), origin);
    if (!isOurs(message) && !speaksTo(message, viewer.botName)) return [];
    if (parent) return putBelow(message, parent);
    return own ? [] : put(message, groupKey('mention', chat.id, message.message_id), undefined);
  };

  return {
    place,
    /** A post of the channel arrived (or changed) in its discussion group. */
    thread: (copy: BareMessage): void => {
      threads.set(`${copy.chat.id}/${copy.message_id}`, toOrigin(copy, viewer));
    },
    stored: (): StoredPlaces => ({
      threads: [...threads].slice(-MAX_THREADS),
      places: [...places].slice(-MAX_PLACES),
    }),
  };
}
export type Places = ReturnType<typeof createPlaces>;

const speaksTo = (message: BareMessage, name: string | undefined): boolean =>
  [...wordsOf(message).matchAll(/@(\w+)/g)].some(([, named]) => named?.toLowerCase() === name?.toLowerCase());
