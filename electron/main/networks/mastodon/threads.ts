import type { Agent } from './agent';
import { isOwn, toOrigin, type MessageItem, type Viewer } from './mapping';
import type { Status } from './wire';

const MAX_CONTEXT = 10;
const MAX_HEIGHT = 100;

export type Known = Map<string, Status>;

/**
 * Everything above the given statuses. One look brings a whole thread, so that the many answers below one post
 * cost one request together.
 */
export async function loadThreads(agent: Agent, seeds: readonly Status[]): Promise<Known> {
  const known: Known = new Map(seeds.map((seed) => [seed.id, seed]));
  for (const seed of seeds) {
    if (isWhole(seed, known)) continue;
    for (const ancestor of await agent.ancestors(seed.id)) known.set(ancestor.id, ancestor);
  }
  return known;
}

const isWhole = (status: Status, known: Known): boolean => {
  const [top] = chainOf(status, known);
  return !top?.in_reply_to_id;
};

/** From the highest known ancestor down to the status itself. */
export function chainOf(status: Status, known: Known): readonly Status[] {
  const chain = [status];
  for (let parent = parentOf(status, known); parent && chain.length < MAX_HEIGHT;) {
    chain.unshift(parent);
    parent = parentOf(parent, known);
  }
  return chain;
}
const parentOf = (status: Status, known: Known): Status | undefined =>
  status.in_reply_to_id ? known.get(status.in_reply_to_id) : undefined;

type Place = {
  readonly conversation: MessageItem['conversation'];
  /** Earlier statuses of the conversation, oldest first. */
  readonly context: readonly Status[];
};

/**
 * The conversation of a status. Below our own post every first answer of somebody else opens one (`comment`), with
 * our post as its origin; a thread that somebody else began is one conversation (`mention`). Undefined for a
 * thread of our own posts only.
 */
export function placeOf(status: Status, known: Known, viewer: Viewer): Place | undefined {
  const chain = chainOf(status, known);
  const [top = status] = chain;
  if (!isOwn(top, viewer)) {
    // A post above that cannot be seen still names the thread, so that later answers find the same one.
    const remoteKey = top.in_reply_to_id ?? top.id;
    return {
      conversation: { remoteKey, type: 'mention' },
      context: chain.slice(0, -1).slice(-MAX_CONTEXT),
    };
  }
  const head = chain.findIndex((one) => !isOwn(one, viewer));
  const first = chain[head];
  const origin = chain[head - 1];
  if (!first || !origin) return undefined;
  return {
    conversation: { remoteKey: first.id, type: 'comment', origin: toOrigin(origin, viewer) },
    context: chain.slice(head, -1).slice(-MAX_CONTEXT),
  };
}
