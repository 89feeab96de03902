/** A professional account on Instagram with the people around it, in memory. */
export const OWN = '17841400000000001';
export const OWN_NAME = 'brand';
export const PAGE = '1000000000001';
export const ANA = { id: '9000000000000011', username: 'ana' };

export type Post = {
  id: string;
  caption: string;
  media_type: string;
  product: string;
  url: string;
  alt?: string;
  ai: boolean;
  shareToFeed?: boolean;
  children: readonly {
    readonly media_type: string;
    readonly media_url: string;
    readonly alt_text?: string;
  }[];
  by: string;
  at: number;
};
export type Remark = {
  id: string;
  post: string;
  parent: string | null;
  text: string;
  by: { readonly id: string; readonly username: string };
  at: number;
  hidden: boolean;
};
export type Letter = { id: string; person: string; text: string; own: boolean; at: number };

export type InstagramStore = ReturnType<typeof createStore>;

export function createStore(now: () => number) {
  const posts: Post[] = [];
  const stories: Post[] = [];
  const tagged: Post[] = [];
  const remarks: Remark[] = [];
  const letters: Letter[] = [];
  const people = new Map<string, string>([
    [OWN, OWN_NAME],
    [ANA.id, ANA.username],
  ]);
  const answeredPrivately = new Set<string>();
  let counter = 1000;
  const nextId = (prefix: string) => `${prefix}${String((counter += 1)).padStart(8, '0')}`;
  return {
    posts,
    stories,
    tagged,
    remarks,
    letters,
    people,
    answeredPrivately,
    nextId,
    addPost: (post: Partial<Post> = {}): Post => {
      const made: Post = {
        id: nextId('180'),
        caption: '',
        media_type: 'IMAGE',
        product: 'FEED',
        url: 'https://cdn.example/p.jpg',
        ai: false,
        children: [],
        by: OWN_NAME,
        at: now(),
        ...post,
      };
      posts.push(made);
      return made;
    },
    remark: (one: {
      post: string;
      text: string;
      parent?: string;
      by?: Remark['by'];
      at?: number;
    }): Remark => {
      const made: Remark = { id: nextId('179'), parent: null, by: ANA, at: now(), hidden: false, ...one };
      remarks.push(made);
      return made;
    },
    removeRemark: (id: string): void => {
      const gone = remarks.filter((one) => one.id === id || one.parent === id);
      for (const one of gone) remarks.splice(remarks.indexOf(one), 1);
    },
    letter: (one: { text: string; person?: string; own?: boolean; at?: number }): Letter => {
      const made: Letter = { id: nextId('aWdfZA'), person: ANA.id, own: false, at: now(), ...one };
      letters.push(made);
      return made;
    },
    below: (post: string): readonly Remark[] =>
      remarks.filter((one) => one.post === post && one.parent === null).reverse(),
    answers: (id: string): readonly Remark[] => remarks.filter(({ parent }) => parent === id),
  };
}
