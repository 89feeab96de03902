import type { RemotePost } from '../network';
import type { Agent } from './agent';
import { threadKey, threadType } from './keys';
import { isOwn, isSaid, parentId, toMessage, toOrigin, type MessageItem, type Viewer } from './mapping';
import type { Message } from './wire';

const MAX_HEIGHT = 20;
const MAX_KNOWN = 800;

/** Conversation by message, newest last; empty for own posts that opened none. */
export type Known = readonly (readonly [string, string])[];

type Place = { readonly key: string; readonly origin?: RemotePost };

/**
 * Follows who answers whom in a channel. Below an own post every first answer of somebody else opens a conversation
 * (`comment`), with our post as its origin; what others begin is a `mention`. Own posts open none.
 */
export function createThreads(agent: Agent, viewer: Viewer, known: Known, page: readonly Message[]) {
  const places = new Map(known);
  const atHand = new Map<string, Message>();
  for (const one of page) {
    if (one.referenced_message) atHand.set(one.referenced_message.id, one.referenced_message);
    atHand.set(one.id, one);
  }
  const onPage = new Set(page.map(({ id }) => id));
  const context = new Map<string, MessageItem>();

  const itemOf = (message: Message, { key, origin }: Place, isContext: boolean): MessageItem => {
    const conversation = { remoteKey: key, type: threadType(key), ...(origin && { origin }) };
    return toMessage(message, conversation, viewer, isContext);
  };

  const keep = (message: Message, place: Place | undefined): Place | undefined => {
    const isNew = !places.has(message.id);
    places.set(message.id, place?.key ?? '');
    if (isNew && place && !onPage.has(message.id) && isSaid(message, viewer))
      context.set(message.id, itemOf(message, place, true));
    return place;
  };

  const below = (message: Message, parent: Message, above: Place | undefined): Place | undefined => {
    if (above) return above;
    if (isOwn(message, viewer)) return undefined;
    const key = threadKey('comment', message.channel_id, message.id);
    return { key, origin: toOrigin(parent, viewer) };
  };

  const placeOf = async (message: Message, height = 0): Promise<Place | undefined> => {
    const before = places.get(message.id);
    if (before !== undefined) return before === '' ? undefined : { key: before };
    const above = parentId(message);
    const own = isOwn(message, viewer);
    const alone = own ? undefined : { key: threadKey('mention', message.channel_id, message.id) };
    if (above === undefined || height > MAX_HEIGHT) return keep(message, alone);
    const parent = atHand.get(above) ?? (await agent.message(message.channel_id, above));
    // A message above that is gone still names the conversation, so that later answers find the same one.
    if (!parent) {
      const place = places.get(above);
      return keep(message, { key: place || threadKey('mention', message.channel_id, above) });
    }
    return keep(message, below(message, parent, await placeOf(parent, height + 1)));
  };

  return {
    /** The messages of the page as items, oldest first, with what was said above them before. */
    items: async (): Promise<readonly MessageItem[]> => {
      const items: MessageItem[] = [];
      for (const message of page) {
        if (!isSaid(message, viewer)) continue;
        const place = await placeOf(message);
        if (place) items.push(itemOf(message, place, false));
      }
      return [...context.values(), ...items].sort((a, b) => a.createdAt - b.createdAt);
    },
    known: (): Known => [...places].slice(-MAX_KNOWN),
  };
}
