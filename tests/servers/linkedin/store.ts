/** What the LinkedIn stub knows: people, a Page, posts, comments, reactions, files. */

export const PERSON = 'urn:li:person:Own1';
export const PAGE = 'urn:li:organization:5501';
export const ANA = 'urn:li:person:Ana7';
export const MAX_TEXT = 3000;
export const MAX_COMMENT = 1250;

export type StoredPost = {
  readonly id: string;
  readonly activity: string;
  readonly author: string;
  readonly visibility: string;
  /** As it was sent, in little text. */
  readonly commentary: string;
  readonly content: Readonly<Record<string, unknown>> | undefined;
  createdAt: number;
};
export type StoredComment = {
  readonly id: string;
  readonly urn: string;
  readonly post: string;
  readonly activity: string;
  readonly actor: string;
  readonly parent: string | undefined;
  text: string;
  readonly createdAt: number;
  changedAt: number;
};
export type StoredFile = {
  readonly urn: string;
  readonly owner: string;
  readonly size: number;
  readonly parts: Map<number, { readonly etag: string; readonly bytes: number }>;
  readonly partCount: number;
  /** Until when its addresses take parts. */
  readonly openUntil: number;
  status: 'WAITING_UPLOAD' | 'PROCESSING' | 'AVAILABLE' | 'PROCESSING_FAILED';
  looks: number;
};

const UNESCAPED = /\\[\s\S]|[|{}@[\]()<>#*_~]/g;

/** As a reader sees it: at a character of syntax that is not escaped the rest is lost, as on LinkedIn. */
export function shown(commentary: string): string {
  for (const found of commentary.matchAll(UNESCAPED))
    if (!found[0].startsWith('\\')) return shown(commentary.slice(0, found.index));
  return commentary.replace(/\\([\s\S])/g, '$1');
}

export type Store = ReturnType<typeof createStore>;

export function createStore(now: () => number) {
  let last = 7_000_000_000;
  const nextId = () => String((last += 7));
  const posts = new Map<string, StoredPost>();
  const comments = new Map<string, StoredComment>();
  const reactions = new Set<string>();
  const files = new Map<string, StoredFile>();
  const names: Record<string, string> = { [PERSON]: 'Pat Own', [ANA]: 'Ana Far' };

  const addPost = (one: {
    readonly author?: string;
    readonly commentary: string;
    readonly visibility?: string;
    readonly content?: Readonly<Record<string, unknown>>;
  }): StoredPost => {
    const made: StoredPost = {
      id: `urn:li:share:${nextId()}`,
      activity: `urn:li:activity:${nextId()}`,
      author: one.author ?? PAGE,
      visibility: one.visibility ?? 'PUBLIC',
      commentary: one.commentary,
      content: one.content,
      createdAt: now(),
    };
    posts.set(made.id, made);
    return made;
  };
  const addComment = (one: {
    readonly post: string;
    readonly text: string;
    readonly actor?: string;
    readonly parent?: string;
  }): StoredComment => {
    const { activity } = posts.get(one.post)!;
    const id = nextId();
    const made: StoredComment = {
      id,
      urn: `urn:li:comment:(${activity},${id})`,
      post: one.post,
      activity,
      actor: one.actor ?? ANA,
      parent: one.parent,
      text: one.text,
      createdAt: now(),
      changedAt: now(),
    };
    comments.set(made.urn, made);
    return made;
  };
  return {
    posts,
    comments,
    reactions,
    files,
    names,
    nextId,
    addPost,
    addComment,
    edit: (urn: string, text: string) => {
      const found = comments.get(urn)!;
      found.text = text;
      found.changedAt = now() + 1;
    },
    removeComment: (urn: string) => {
      for (const one of comments.values()) if (one.parent === urn) comments.delete(one.urn);
      return comments.delete(urn);
    },
    /** The post that a name of it, of its activity, or of a comment belongs to. */
    postOf: (urn: string): StoredPost | undefined =>
      posts.get(urn) ?? [...posts.values()].find(({ activity }) => activity === urn),
    below: (post: string, parent: string | undefined) =>
      [...comments.values()].filter((one) => one.post === post && one.parent === parent),
  };
}
