import { perAccount } from '../per-account';

/** A post of a channel as an update told it: the only sign of a post that the Bot API gives. */
export type SeenPost = {
  readonly chat: string;
  readonly id: number;
  readonly text: string;
  readonly hasMedia: boolean;
  /** Part of an album: its words are on one of several messages. */
  readonly inAlbum: boolean;
  readonly date: number;
};

const MAX_POSTS = 200;
const MAX_NOTES = 1_000;

/**
 * What is known of an account's chats since the app began: the Bot API can be asked for no message again. Nothing
 * depends on it but an answer that would be "not known" otherwise.
 */
export type Memory = {
  readonly posts: readonly SeenPost[];
  readonly see: (post: SeenPost) => void;
  /** Messages that were deleted here. */
  readonly isGone: (key: string) => boolean;
  readonly gone: (key: string) => void;
  /** Own answers and the conversation of each: updates bring those of others only. */
  readonly answers: ReadonlyMap<string, string>;
  readonly answered: (key: string, conversation: string) => void;
  /** Newest message that came in, by direct conversation. */
  readonly newest: ReadonlyMap<string, number>;
  readonly came: (conversation: string, id: number) => void;
};

function createMemory(): Memory {
  let posts: readonly SeenPost[] = [];
  const deleted = new Set<string>();
  const answers = new Map<string, string>();
  const newest = new Map<string, number>();
  return {
    get posts() {
      return posts;
    },
    see: (post) => {
      const others = posts.filter(({ chat, id }) => chat !== post.chat || id !== post.id);
      posts = [post, ...others].slice(0, MAX_POSTS);
    },
    isGone: (key) => deleted.has(key),
    gone: (key) => bounded(deleted.add(key)),
    answers,
    answered: (key, conversation) => bounded(answers.set(key, conversation)),
    newest,
    came: (conversation, id) =>
      bounded(newest.set(conversation, Math.max(id, newest.get(conversation) ?? 0))),
  };
}

function bounded(notes: Set<string> | Map<string, unknown>): void {
  if (notes.size <= MAX_NOTES) return;
  for (const oldest of notes.keys()) {
    notes.delete(oldest);
    return;
  }
}

export const createMemories = () => perAccount(createMemory);
export type Memories = ReturnType<typeof createMemories>;
