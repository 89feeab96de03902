/** What Discord keeps for one bot on one server, with the shapes of its published specification (API v10). */
import { randomBytes } from 'node:crypto';

export const BOT = '300000000000000001';
export const ANA = '300000000000000002';
export const BEN = '300000000000000003';
/** Another bot on the server. */
export const ROBOT = '300000000000000004';
export const SERVER = '200000000000000001';
export const CHANNEL = '200000000000000010';
export const NEWS = '200000000000000011';
export const VOICE = '200000000000000012';
export const THREAD = '200000000000000013';
export const HOOK = '400000000000000001';
const ROLE = '200000000000000002';
const EPOCH = 1_420_070_400_000n;
const NONCE_MS = 120_000;

export const bits = {
  addReactions: 6,
  view: 10,
  send: 11,
  manageMessages: 13,
  attach: 15,
  history: 16,
  sendInThreads: 38,
} as const;
export type Right = keyof typeof bits;

const people: Readonly<Record<string, { username: string; global_name: string | null; bot?: boolean }>> = {
  [BOT]: { username: 'candor', global_name: null, bot: true },
  [ANA]: { username: 'ana', global_name: 'Ana Lima' },
  [BEN]: { username: 'ben', global_name: null },
  [ROBOT]: { username: 'robot', global_name: null, bot: true },
};

export type Attachment = { readonly filename: string; readonly description?: string; readonly mime: string };
export type Post = {
  readonly id: string;
  readonly channel: string;
  readonly by: string;
  readonly type: number;
  text: string;
  edited: string | null;
  readonly at: string;
  readonly reference: string | null;
  readonly attachments: readonly Attachment[];
  readonly webhook: boolean;
  readonly mentions: readonly string[];
  readonly allowed?: unknown;
  readonly flags: number;
};
/** What has become known of messages; `updated` without an edit: Discord has looked at a link. */
export type Happening =
  | { readonly kind: 'created' | 'updated'; readonly post: Post }
  | { readonly kind: 'deleted'; readonly posts: readonly Post[] };
export type NewPost = {
  readonly by?: string;
  readonly channel?: string;
  readonly text: string;
  readonly to?: string;
  readonly type?: number;
  readonly attachments?: readonly Attachment[];
  readonly webhook?: boolean;
  readonly allowed?: unknown;
  readonly flags?: number;
};

export function createStore(now: () => number) {
  let ticks = 0n;
  const posts = new Map<string, Post>();
  const reactions = new Map<string, Map<string, Set<string>>>();
  const nonces = new Map<string, { readonly post: Post; readonly at: number }>();
  /** Direct channels by person. */
  const direct = new Map<string, string>();
  const denied = new Set<Right>();
  const closed = new Set<string>();
  const listeners = new Set<(happening: Happening) => void>();
  const tell = (happening: Happening) => listeners.forEach((listener) => listener(happening));
  const hooks = new Map([[HOOK, randomBytes(34).toString('base64url')]]);

  const nextId = () => String(((BigInt(now()) - EPOCH) << 22n) + (ticks += 1n));
  const add = (input: NewPost): Post => {
    const made: Post = {
      id: nextId(),
      channel: input.channel ?? CHANNEL,
      by: input.by ?? ANA,
      type: input.type ?? (input.to === undefined ? 0 : 19),
      text: input.text.trim(),
      edited: null,
      at: new Date(now()).toISOString(),
      reference: input.to ?? null,
      attachments: input.attachments ?? [],
      webhook: input.webhook ?? false,
      mentions: [...input.text.matchAll(/<@!?(\d+)>/g)].map(([, id]) => id ?? ''),
      allowed: input.allowed,
      flags: input.flags ?? 0,
    };
    posts.set(made.id, made);
    tell({ kind: 'created', post: made });
    return made;
  };
  const userOf = (id: string) => ({
    id,
    ...(people[id] ?? { username: 'candor hook', global_name: null, bot: true }),
    avatar: id === ANA ? 'abc123' : null,
    discriminator: '0',
    public_flags: 0,
    flags: 0,
    primary_guild: null,
  });

  return {
    posts,
    reactions,
    direct,
    denied,
    closed,
    hooks,
    add,
    userOf,
    people,
    /** The same nonce within minutes gives the message that it made before. */
    addOnce: (nonce: string | undefined, input: NewPost): Post => {
      const before = nonce === undefined ? undefined : nonces.get(nonce);
      if (before && now() - before.at < NONCE_MS) return before.post;
      const made = add(input);
      if (nonce !== undefined) nonces.set(nonce, { post: made, at: now() });
      return made;
    },
    edit: (post: Post, text: string): void => {
      post.text = text;
      post.edited = new Date(now()).toISOString();
      tell({ kind: 'updated', post });
    },
    /** Discord has found a picture behind a link. */
    unfurl: (post: Post): void => tell({ kind: 'updated', post }),
    /** At once, as far as they are there. */
    remove: (ids: readonly string[]): void => {
      const found = ids.flatMap((id) => posts.get(id) ?? []);
      found.forEach(({ id }) => posts.delete(id));
      if (found.length > 0) tell({ kind: 'deleted', posts: found });
    },
    onHappening: (listener: (happening: Happening) => void): void => void listeners.add(listener),
    openDirect: (person: string): string => {
      const known = direct.get(person) ?? nextId();
      direct.set(person, known);
      return known;
    },
    recipientOf: (channel: string) => [...direct].find(([, id]) => id === channel)?.[0],
    in: (channel: string): readonly Post[] =>
      [...posts.values()]
        .filter((post) => post.channel === channel)
        .sort((a, b) => (BigInt(a.id) < BigInt(b.id) ? -1 : 1)),
    channels: {
      [CHANNEL]: { id: CHANNEL, type: 0, name: 'general' },
      [NEWS]: { id: NEWS, type: 5, name: 'news' },
      [VOICE]: { id: VOICE, type: 2, name: 'Talk' },
      [THREAD]: { id: THREAD, type: 11, name: 'a thread', parent_id: CHANNEL },
    } as Readonly<Record<string, { id: string; type: number; name: string; parent_id?: string }>>,
    roles: () => [
      { id: SERVER, name: '@everyone', permissions: String(1n << 10n) },
      {
        id: ROLE,
        name: 'Candor',
        permissions: String(Object.values(bits).reduce((all, bit) => all | (1n << BigInt(bit)), 0n)),
      },
    ],
    memberRoles: [ROLE],
    overwrites: () => [
      {
        id: BOT,
        type: 1,
        allow: '0',
        deny: String([...denied].reduce((all, right) => all | (1n << BigInt(bits[right])), 0n)),
      },
    ],
    token: `${Buffer.from(BOT).toString('base64url')}.G${randomBytes(4).toString('base64url')}.${randomBytes(28).toString('base64url')}`,
  };
}
export type DiscordStore = ReturnType<typeof createStore>;
