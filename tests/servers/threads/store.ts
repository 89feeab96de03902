/** A Threads profile with the people around it, in memory. */
export const OWN = '25000000000000001';
export const OWN_NAME = 'brand';

export type Post = {
  id: string;
  text: string;
  media_type: string;
  url?: string;
  alt?: string;
  children: readonly {
    readonly media_type: string;
    readonly media_url: string;
    readonly alt_text?: string;
  }[];
  by: string;
  at: number;
  root: string | null;
  parent: string | null;
  hidden: boolean;
  mentions: readonly string[];
  replyControl?: string;
  topicTag?: string;
  link?: string;
};

export type ThreadsStore = ReturnType<typeof createStore>;

export function createStore(now: () => number) {
  const posts: Post[] = [];
  let counter = 1000;
  const nextId = (prefix: string) => `${prefix}${String((counter += 1)).padStart(8, '0')}`;
  const find = (id: string) => posts.find((post) => post.id === id);
  return {
    posts,
    nextId,
    find,
    add: (post: Partial<Post>): Post => {
      const parent = post.parent ? find(post.parent) : undefined;
      const made: Post = {
        id: nextId('180'),
        text: '',
        media_type: 'TEXT_POST',
        children: [],
        by: 'ana',
        at: now(),
        root: parent ? (parent.root ?? parent.id) : null,
        parent: null,
        hidden: false,
        mentions: [],
        ...post,
      };
      posts.push(made);
      return made;
    },
    remove: (id: string): void => {
      const gone = posts.filter((post) => post.id === id || post.parent === id);
      for (const post of gone) posts.splice(posts.indexOf(post), 1);
    },
    /** Everything below a post, newest first. */
    below: (id: string): readonly Post[] => posts.filter(({ root }) => root === id).reverse(),
    own: () => posts.filter(({ by }) => by === OWN_NAME),
  };
}
