/** What a Page keeps on Facebook, with the rules of the published documentation. */
export const PAGE = '200000000000001';
export const SECOND_PAGE = '200000000000002';
export const USER = '100000000000009';
export const ANA = '300000000000001';
export const BEN = '300000000000002';

export const names: Readonly<Record<string, string>> = {
  [PAGE]: 'Brand',
  [SECOND_PAGE]: 'Second brand',
  [ANA]: 'Ana Example',
  [BEN]: 'Ben Example',
};

export type Thing = {
  readonly id: string;
  readonly by: string;
  text: string;
  at: number;
  deleted: boolean;
};
export type StoredPost = Thing & {
  readonly kind: 'post';
  readonly link?: string;
  readonly photos: readonly string[];
  readonly video?: string;
  /** Where it stands, if not on the Page. */
  readonly tagged: boolean;
};
export type StoredComment = Thing & {
  readonly kind: 'comment';
  readonly post: string;
  readonly parent: string | null;
  readonly photo?: string;
  hidden: boolean;
  liked: boolean;
  privateReply?: string;
};
export type StoredMessage = Thing & { readonly kind: 'message'; readonly person: string };
export type StoredPhoto = { readonly id: string; readonly mime: string; readonly alt: string; used: boolean };
export type StoredVideo = {
  readonly id: string;
  readonly reel: boolean;
  readonly size: number;
  received: number;
  bytes: Buffer[];
  finished: boolean;
  looks: number;
  failed: boolean;
  post?: string;
};

export function createStore(now: () => number) {
  let ticks = 0;
  const posts = new Map<string, StoredPost>();
  const comments = new Map<string, StoredComment>();
  const messages = new Map<string, StoredMessage>();
  const photos = new Map<string, StoredPhoto>();
  const videos = new Map<string, StoredVideo>();
  const unread = new Set<string>();
  const limits = { messages: Infinity };
  /** What Meta has granted the app that asks. */
  const app = { humanAgent: false };

  const next = () => String(900_000_000_000 + (ticks += 1));
  /** Written just now, in the order of writing; Facebook tells whole seconds. */
  const time = () => now() - 60_000 + ticks;
  const alive = <T extends Thing>(found: T | undefined): T | undefined =>
    found?.deleted === false ? found : undefined;
  const post = (id: string) => alive(posts.get(id));
  const comment = (id: string) => alive(comments.get(id));

  const addPost = (input: {
    readonly by?: string;
    readonly text: string;
    readonly link?: string;
    readonly photos?: readonly string[];
    readonly video?: string;
    readonly tagged?: boolean;
    readonly at?: number;
  }): StoredPost => {
    const number = next();
    const by = input.by ?? PAGE;
    const made: StoredPost = {
      kind: 'post',
      id: `${input.tagged ? by : PAGE}_${number}`,
      by,
      text: input.text,
      link: input.link,
      photos: input.photos ?? [],
      video: input.video,
      tagged: input.tagged ?? false,
      at: input.at ?? time(),
      deleted: false,
    };
    posts.set(made.id, made);
    return made;
  };

  const addComment = (input: {
    readonly by?: string;
    readonly text: string;
    readonly on: string;
    readonly photo?: string;
    readonly at?: number;
  }): StoredComment => {
    const above = comments.get(input.on);
    const on = above ? above.post : input.on;
    const made: StoredComment = {
      kind: 'comment',
      id: `${on.split('_')[1] ?? on}_${next()}`,
      by: input.by ?? ANA,
      text: input.text,
      post: on,
      parent: above?.id ?? null,
      photo: input.photo,
      at: input.at ?? time(),
      hidden: false,
      liked: false,
      deleted: false,
    };
    comments.set(made.id, made);
    return made;
  };

  const addMessage = (input: {
    readonly by?: string;
    readonly person?: string;
    readonly text: string;
    readonly at?: number;
  }): StoredMessage => {
    const person = input.person ?? ANA;
    const by = input.by ?? person;
    const id = `m_${next()}`;
    const made: StoredMessage = {
      kind: 'message',
      id,
      by,
      person,
      text: input.text,
      at: input.at ?? time(),
      deleted: false,
    };
    messages.set(id, made);
    if (by !== PAGE) unread.add(person);
    return made;
  };

  const newestFirst = <T extends Thing>(all: Iterable<T>): T[] =>
    [...all].filter(({ deleted }) => !deleted).reverse();

  return {
    posts,
    comments,
    messages,
    photos,
    videos,
    unread,
    limits,
    app,
    next,
    post,
    comment,
    addPost,
    addComment,
    addMessage,
    message: (id: string) => alive(messages.get(id)),
    newestFirst,
    commentsOn: (id: string, filter: 'stream' | 'toplevel'): StoredComment[] =>
      newestFirst(comments.values()).filter((one) => {
        if (comments.has(id)) return one.parent === id;
        return one.post === id && (filter === 'stream' || one.parent === null);
      }),
    conversation: (person: string): StoredMessage[] =>
      newestFirst(messages.values()).filter((one) => one.person === person),
    remove: (id: string): void => {
      for (const kept of [posts.get(id), comments.get(id)]) if (kept) kept.deleted = true;
      for (const one of comments.values()) if (one.post === id || one.parent === id) one.deleted = true;
    },
    edit: (id: string, text: string): void => {
      const found = posts.get(id) ?? comments.get(id);
      if (found) found.text = text;
    },
  };
}
export type Store = ReturnType<typeof createStore>;
