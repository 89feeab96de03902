/** What the YouTube stub knows: one channel, its videos, comments below them, uploads under way. */

export const CHANNEL = 'UCown0000000000000000001';
export const UPLOADS = 'UUown0000000000000000001';
export const ANA = 'UCana0000000000000000007';

export type StoredVideo = {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  status: {
    privacyStatus: string;
    selfDeclaredMadeForKids?: boolean;
    containsSyntheticMedia?: boolean;
  };
  uploadStatus: string;
  failureReason?: string;
  /** Looks until it is processed. */
  looks: number;
  commentsDisabled?: boolean;
  readonly publishedAt: string;
};
export type StoredComment = {
  readonly id: string;
  readonly video: string;
  readonly author: string;
  readonly parent: string | undefined;
  text: string;
  moderation: 'published' | 'heldForReview' | 'likelySpam' | 'rejected';
  readonly order: number;
  readonly publishedAt: string;
  updatedAt: string;
};
export type Session = {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly status: StoredVideo['status'];
  readonly total: number;
  readonly mime: string;
  received: number;
  video: string | undefined;
};

/** Times on the wire have whole seconds. */
const instant = (at: number) => new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');

export type Store = ReturnType<typeof createStore>;

export function createStore(now: () => number) {
  let last = 0;
  const videos = new Map<string, StoredVideo>();
  const comments = new Map<string, StoredComment>();
  const sessions = new Map<string, Session>();
  const nextVideoId = () => `vid${String((last += 1)).padStart(8, '0')}`;

  const addVideo = (one: Partial<StoredVideo> & { readonly title: string }): StoredVideo => {
    const made: StoredVideo = {
      id: nextVideoId(),
      description: '',
      status: { privacyStatus: 'public' },
      uploadStatus: 'processed',
      looks: 0,
      publishedAt: instant(now()),
      ...one,
    };
    videos.set(made.id, made);
    return made;
  };
  const addComment = (one: {
    readonly video: string;
    readonly text: string;
    readonly author?: string;
    readonly parent?: string;
    readonly moderation?: StoredComment['moderation'];
    readonly at?: number;
  }): StoredComment => {
    const order = (last += 1);
    const at = instant(one.at ?? now());
    const id = `Ugx${String(order).padStart(20, '0')}`;
    const made: StoredComment = {
      id: one.parent === undefined ? id : `${one.parent}.${order}`,
      video: one.video,
      author: one.author ?? ANA,
      parent: one.parent,
      text: one.text,
      moderation: one.moderation ?? 'published',
      order,
      publishedAt: at,
      updatedAt: at,
    };
    comments.set(made.id, made);
    return made;
  };
  return {
    videos,
    comments,
    sessions,
    addVideo,
    addComment,
    edit: (id: string, text: string) => {
      const found = comments.get(id)!;
      found.text = text;
      found.updatedAt = instant(Date.parse(found.publishedAt) + 5000);
    },
    removeComment: (id: string) => {
      for (const one of comments.values()) if (one.parent === id) comments.delete(one.id);
      return comments.delete(id);
    },
    repliesTo: (id: string) =>
      [...comments.values()].filter((one) => one.parent === id && one.moderation === 'published'),
    waitingBelow: (id: string) =>
      [...comments.values()].filter(
        (one) => one.parent === id && ['heldForReview', 'likelySpam'].includes(one.moderation),
      ),
    /** Threads of published comments; of the other kinds also those in which only an answer is of that kind. */
    tops: (moderation: string) =>
      [...comments.values()]
        .filter(
          (one) =>
            one.parent === undefined &&
            one.moderation !== 'rejected' &&
            (one.moderation === moderation ||
              (moderation !== 'published' &&
                [...comments.values()].some(
                  (answer) => answer.parent === one.id && answer.moderation === moderation,
                ))),
        )
        .sort((a, b) => Date.parse(b.publishedAt) - Date.parse(a.publishedAt) || b.order - a.order),
  };
}
