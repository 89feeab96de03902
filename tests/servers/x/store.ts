/** What X keeps, with the rules of its specification (2.167), its changelog and its prices. */
import twitterText from 'twitter-text';

export const OWN = '1000000000000000001';
export const OTHER = '1000000000000000002';
export const THIRD = '1000000000000000003';
export const names: Readonly<Record<string, string>> = { [OWN]: 'brand', [OTHER]: 'ana', [THIRD]: 'ben' };

const DAY_MS = 24 * 60 * 60_000;
const EPOCH_MS = 1_288_834_974_657;

export type StoredPost = {
  id: string;
  by: string;
  text: string;
  parent: string | null;
  quotes: string | null;
  media: readonly string[];
  versions: readonly string[];
  deleted: boolean;
  hidden: boolean;
  madeWithAi: boolean;
  paidPartnership: boolean;
  replySettings: string;
};
export type Upload = {
  id: string;
  category: string;
  mime: string;
  total: number;
  parts: Map<number, Buffer>;
  state: 'open' | 'pending' | 'failed' | 'succeeded';
  looks: number;
  alt: string | null;
};
export type Direct = {
  id: string;
  thread: string;
  by: string;
  text: string;
  participants: readonly string[];
};
export type Refusal = { readonly status: number; readonly problem: Record<string, unknown> };
export const refused = (value: object): value is Refusal => 'problem' in value;

export const problem = (
  status: number,
  kind: string,
  title: string,
  detail: string,
  more: object = {},
): Refusal => ({
  status,
  problem: { title, detail, type: `https://api.x.com/2/problems/${kind}`, status, ...more },
});
export const forbidden = (detail: string): Refusal => ({
  status: 403,
  problem: { detail, type: 'about:blank', title: 'Forbidden', status: 403 },
});
export const invalid = (message: string): Refusal =>
  problem(400, 'invalid-request', 'Invalid Request', 'One or more parameters to your request was invalid.', {
    errors: [{ message }],
  });

type NewPost = {
  readonly by?: string;
  readonly text: string;
  readonly parent?: string | null;
  readonly quotes?: string | null;
  readonly media?: readonly string[];
  readonly madeWithAi?: boolean;
  readonly paidPartnership?: boolean;
  readonly replySettings?: string;
  readonly versions?: readonly string[];
  /** Older than now by so much. */
  readonly ago?: number;
};

const priceTable: Readonly<Record<string, number>> = {
  post: 15_000,
  postWithUrl: 200_000,
  reply: 10_000,
  dm: 15_000,
  read: 5_000,
  ownRead: 1_000,
  dmRead: 10_000,
  altText: 5_000,
};

export function createStore(now: () => number) {
  let ticks = 0;
  let credits = Number.POSITIVE_INFINITY;
  let allowsSelfReplies = true;
  const posts = new Map<string, StoredPost>();
  const uploads = new Map<string, Upload>();
  const directs: Direct[] = [];
  /** What the account was charged for, as `[price, count]` sums. */
  const charged = new Map<string, number>();
  const readToday = new Set<string>();
  const blocks = new Set<string>();

  const idAt = (at: number): string => String((BigInt(at - EPOCH_MS) << 22n) + BigInt((ticks += 1)));
  const nextId = (): string => idAt(now());
  const post = (id: string): StoredPost | undefined => {
    const found = posts.get(id);
    return found?.deleted === false ? found : undefined;
  };
  const rootOf = (one: StoredPost): string => {
    const parent = one.parent === null ? undefined : posts.get(one.parent);
    return parent ? rootOf(parent) : (one.parent ?? one.id);
  };
  const mentionsOf = (one: StoredPost): readonly string[] => {
    const parent = one.parent === null ? undefined : posts.get(one.parent)?.by;
    const named = Object.keys(names).filter((id) => new RegExp(`@${names[id]}(?!\\w)`, 'i').test(one.text));
    return [...new Set([...(parent && parent !== one.by ? [parent] : []), ...named])];
  };

  const add = (input: NewPost): StoredPost => {
    const id = idAt(now() - (input.ago ?? 0));
    const made: StoredPost = {
      id,
      by: input.by ?? OTHER,
      text: input.text,
      parent: input.parent ?? null,
      quotes: input.quotes ?? null,
      media: input.media ?? [],
      versions: [...(input.versions ?? []), id],
      deleted: false,
      hidden: false,
      madeWithAi: input.madeWithAi ?? false,
      paidPartnership: input.paidPartnership ?? false,
      replySettings: input.replySettings ?? 'everyone',
    };
    posts.set(id, made);
    return made;
  };

  const charge = (price: string, key?: string): boolean => {
    if (key !== undefined) {
      const today = `${Math.floor(now() / DAY_MS)}:${key}`;
      if (readToday.has(today)) return true;
      readToday.add(today);
    }
    const micro = priceTable[price] ?? 0;
    if (credits < micro) return false;
    credits -= micro;
    charged.set(price, (charged.get(price) ?? 0) + 1);
    return true;
  };

  const mediaRefusal = (ids: readonly string[]): Refusal | undefined => {
    const found = ids.map((id) => uploads.get(id));
    if (found.some((one) => one?.state !== 'succeeded')) return invalid('Your media IDs are invalid.');
    const alone = found.some((one) => one?.category !== 'tweet_image');
    return alone && found.length > 1 ? invalid('Your media IDs are invalid.') : undefined;
  };

  const replyRefusal = (parentId: string): Refusal | undefined => {
    const parent = post(parentId);
    if (!parent) return forbidden('You attempted to reply to a Tweet that is deleted or not visible to you.');
    const quoted = parent.quotes === null ? undefined : posts.get(parent.quotes)?.by;
    const summoned =
      parent.by === OWN ? allowsSelfReplies : mentionsOf(parent).includes(OWN) || quoted === OWN;
    if (summoned) return undefined;
    return forbidden(
      'Reply to this conversation is not allowed because you have not been mentioned or otherwise engaged by the author of the post you are replying to.',
    );
  };

  /** What X checks before it takes a post. */
  const publish = (input: {
    readonly text?: string;
    readonly media?: { readonly media_ids: readonly string[] };
    readonly reply?: { readonly in_reply_to_tweet_id: string };
    readonly made_with_ai?: boolean;
    readonly paid_partnership?: boolean;
    readonly reply_settings?: string;
    readonly quote_tweet_id?: string;
  }): StoredPost | Refusal => {
    const text = (input.text ?? '').normalize('NFC');
    const media = input.media?.media_ids ?? [];
    const parent = input.reply?.in_reply_to_tweet_id ?? null;
    if (input.quote_tweet_id !== undefined)
      return forbidden(
        'You are not permitted to perform this action: quote posts are not available on this plan.',
      );
    if (text.trim() === '' && media.length === 0) return invalid('One of text or media is required.');
    if (twitterText.parseTweet(text).weightedLength > 280) return forbidden('Your Tweet text is too long.');
    if (twitterText.extractCashtags(text).length > 1) return forbidden('Posts are limited to one cashtag.');
    const mediaProblem = mediaRefusal(media);
    if (mediaProblem) return mediaProblem;
    const replyProblem = parent === null ? undefined : replyRefusal(parent);
    if (replyProblem) return replyProblem;
    const isSame = (one: StoredPost) =>
      !one.deleted && one.by === OWN && one.text === text && one.parent === parent && media.length === 0;
    if ([...posts.values()].some(isSame))
      return forbidden('You are not allowed to create a Tweet with duplicate content.');
    const toOther = parent !== null && posts.get(parent)?.by !== OWN;
    const price = toOther ? 'reply' : twitterText.extractUrls(text).length > 0 ? 'postWithUrl' : 'post';
    if (!charge(price)) return noCredits;
    return add({
      by: OWN,
      text,
      parent,
      media,
      madeWithAi: input.made_with_ai,
      paidPartnership: input.paid_partnership,
      replySettings: input.reply_settings,
    });
  };

  return {
    posts,
    uploads,
    directs,
    charged,
    blocks,
    nextId,
    post,
    rootOf,
    mentionsOf,
    add,
    publish,
    charge,
    setCredits: (micro: number): void => void (credits = micro),
    allowSelfReplies: (allowed: boolean): void => void (allowsSelfReplies = allowed),
    addDirect: (by: string, text: string, participants: readonly string[] = [OWN, OTHER]): Direct => {
      const thread = participants.length === 2 ? [...participants].sort().join('-') : '1999000000000000001';
      const made = { id: nextId(), thread, by, text, participants };
      directs.push(made);
      return made;
    },
    /** As X edits: the new version is a post of its own that names the earlier ones. */
    edit: (id: string, text: string): StoredPost => {
      const before = posts.get(id);
      if (!before) throw new Error('nothing to edit');
      return add({ by: before.by, text, parent: before.parent, versions: before.versions });
    },
    remove: (id: string): void => {
      const found = posts.get(id);
      if (found) found.deleted = true;
    },
  };
}
export type Store = ReturnType<typeof createStore>;

export const noCredits: Refusal = problem(
  402,
  'credits',
  'CreditsDepleted',
  'Your enrolled account does not have any credits to fulfill this request.',
);
