import Database from 'better-sqlite3';
import type { Stream } from '../../network';
import type { PracticeEvent, RemoteDirect, RemotePerson, RemotePracticePost } from '../wire';

const SCHEMA = `
CREATE TABLE IF NOT EXISTS person(id TEXT PRIMARY KEY, handle TEXT NOT NULL UNIQUE, name TEXT NOT NULL, lang TEXT NOT NULL, brand INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS post(n INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, author TEXT NOT NULL REFERENCES person(id), text TEXT NOT NULL,
  lang TEXT NOT NULL, created_at INTEGER NOT NULL, parent TEXT, root TEXT NOT NULL, images TEXT NOT NULL DEFAULT '[]',
  hidden INTEGER NOT NULL DEFAULT 0, likes INTEGER NOT NULL DEFAULT 0, client_id TEXT UNIQUE) STRICT;
CREATE INDEX IF NOT EXISTS post_root ON post(root, n);
CREATE INDEX IF NOT EXISTS post_parent ON post(parent);
CREATE TABLE IF NOT EXISTS direct(n INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, talk TEXT NOT NULL, brand TEXT NOT NULL, person TEXT NOT NULL,
  author TEXT NOT NULL, text TEXT NOT NULL, lang TEXT NOT NULL, created_at INTEGER NOT NULL, client_id TEXT UNIQUE) STRICT;
CREATE INDEX IF NOT EXISTS direct_talk ON direct(talk, n);
CREATE TABLE IF NOT EXISTS event(seq INTEGER PRIMARY KEY, brand TEXT NOT NULL, kind TEXT NOT NULL, subject TEXT NOT NULL) STRICT;
CREATE INDEX IF NOT EXISTS event_brand ON event(brand, seq);
CREATE TABLE IF NOT EXISTS liked(post TEXT NOT NULL, brand TEXT NOT NULL, PRIMARY KEY(post, brand)) STRICT;
CREATE TABLE IF NOT EXISTS pending(n INTEGER PRIMARY KEY, due_at INTEGER NOT NULL, brand TEXT NOT NULL, answers TEXT NOT NULL, kind TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS signed_in(brand TEXT PRIMARY KEY) STRICT;
CREATE TABLE IF NOT EXISTS meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
`;

export type NewPost = {
  readonly author: string;
  readonly text: string;
  readonly lang: string;
  readonly createdAt: number;
  readonly parent: string | null;
  readonly images?: readonly { readonly id: string; readonly alt: string }[];
  readonly likes?: number;
  readonly clientId?: string;
};
export type NewDirect = {
  readonly brand: string;
  readonly person: string;
  readonly author: string;
  readonly text: string;
  readonly lang: string;
  readonly createdAt: number;
  readonly clientId?: string;
};
export type EventKind = PracticeEvent['kind'];
export type Pending = {
  readonly n: number;
  readonly brand: string;
  readonly answers: string;
  readonly kind: 'post' | 'direct';
};
type PostRow = {
  id: string;
  author: string;
  text: string;
  lang: string;
  created_at: number;
  parent: string | null;
  root: string;
  images: string;
};
type DirectRow = {
  id: string;
  talk: string;
  brand: string;
  person: string;
  author: string;
  text: string;
  lang: string;
  created_at: number;
};

/** The practice network's memory: its own file, apart from Candor's database, as a server would have. */
export function createStore(file: string) {
  const db = new Database(file);
  db.pragma('journal_mode = WAL');
  db.exec(SCHEMA);

  const personById = db.prepare<[string], RemotePerson>(
    'SELECT id, handle, name, lang FROM person WHERE id = ?',
  );
  const person = (id: string): RemotePerson => {
    const row = personById.get(id);
    if (!row) throw new Error(`the practice network has no person ${id}`);
    return row;
  };
  const toPost = (row: PostRow): RemotePracticePost => ({
    id: row.id,
    author: person(row.author),
    text: row.text,
    lang: row.lang,
    createdAt: row.created_at,
    parentId: row.parent,
    rootId: row.root,
    images: JSON.parse(row.images) as { id: string; alt: string }[],
  });
  const toDirect = (row: DirectRow): RemoteDirect => ({
    id: row.id,
    talkId: row.talk,
    with: person(row.person),
    author: person(row.author),
    text: row.text,
    lang: row.lang,
    createdAt: row.created_at,
  });

  const postRow = db.prepare<[string], PostRow>('SELECT * FROM post WHERE id = ?');
  const post = (id: string): RemotePracticePost | undefined => {
    const row = postRow.get(id);
    return row && toPost(row);
  };
  const directRow = db.prepare<[string], DirectRow>('SELECT * FROM direct WHERE id = ?');
  // AUTOINCREMENT remembers what was deleted: an id is never given twice, as on a real network.
  const lastNumber = db.prepare<[string], { seq: number }>('SELECT seq FROM sqlite_sequence WHERE name = ?');
  const nextNumber = (table: 'post' | 'direct'): number => (lastNumber.get(table)?.seq ?? 0) + 1;
  const insertPost = db.prepare(
    'INSERT INTO post(n, id, author, text, lang, created_at, parent, root, images, likes, client_id) VALUES(?,?,?,?,?,?,?,?,?,?,?)',
  );
  const addPost = (draft: NewPost): RemotePracticePost => {
    const n = nextNumber('post');
    const id = `post-${n}`;
    const root = draft.parent === null ? id : (postRow.get(draft.parent)?.root ?? draft.parent);
    const images = JSON.stringify(draft.images ?? []);
    insertPost.run(
      n,
      id,
      draft.author,
      draft.text,
      draft.lang,
      draft.createdAt,
      draft.parent,
      root,
      images,
      draft.likes ?? 0,
      draft.clientId ?? null,
    );
    return post(id) as RemotePracticePost;
  };
  const insertDirect = db.prepare(
    'INSERT INTO direct(n, id, talk, brand, person, author, text, lang, created_at, client_id) VALUES(?,?,?,?,?,?,?,?,?,?)',
  );
  const addDirect = (draft: NewDirect): RemoteDirect => {
    const n = nextNumber('direct');
    const id = `direct-${n}`;
    insertDirect.run(
      n,
      id,
      talkId(draft.brand, draft.person),
      draft.brand,
      draft.person,
      draft.author,
      draft.text,
      draft.lang,
      draft.createdAt,
      draft.clientId ?? null,
    );
    return toDirect(directRow.get(id) as DirectRow);
  };

  const insertEvent = db.prepare('INSERT INTO event(brand, kind, subject) VALUES(?,?,?)');
  const after = `FROM event WHERE brand = @brand AND seq > @after
    AND CASE @stream WHEN 'dm' THEN kind = 'dm' WHEN 'notifications' THEN kind <> 'dm' ELSE 1 END`;
  type Window = { brand: string; after: number; stream: Stream | null };
  const eventRows = db.prepare<
    [Window & { limit: number }],
    { seq: number; kind: EventKind; subject: string }
  >(`SELECT seq, kind, subject ${after} ORDER BY seq LIMIT @limit`);
  const countEvents = db.prepare<[Window], { n: number }>(`SELECT COUNT(*) AS n ${after}`);
  /** From the root to the post itself. */
  const threadOf = (leaf: RemotePracticePost): readonly RemotePracticePost[] => {
    const chain = [leaf];
    for (let at = leaf.parentId; at !== null;) {
      const parent = post(at);
      if (!parent) break;
      chain.unshift(parent);
      at = parent.parentId;
    }
    return chain;
  };
  const toEvent = (row: { seq: number; kind: EventKind; subject: string }): PracticeEvent | undefined => {
    if (row.kind === 'deleted') return { seq: row.seq, kind: 'deleted', id: row.subject };
    if (row.kind === 'dm') {
      const direct = directRow.get(row.subject);
      return direct && { seq: row.seq, kind: 'dm', direct: toDirect(direct) };
    }
    const about = post(row.subject);
    const thread = about ? threadOf(about) : [];
    const root = thread[0];
    return about && root && { seq: row.seq, kind: row.kind, post: about, root, thread };
  };

  return {
    db,
    person,
    post,
    addPost,
    addDirect,
    threadOf,
    transaction: <T>(work: () => T): T => db.transaction(work).immediate(),
    addPerson: (who: RemotePerson, brand: boolean): void => {
      db.prepare('INSERT OR IGNORE INTO person(id, handle, name, lang, brand) VALUES(?,?,?,?,?)').run(
        who.id,
        who.handle,
        who.name,
        who.lang,
        brand ? 1 : 0,
      );
    },
    people: (): readonly RemotePerson[] =>
      db
        .prepare<[], RemotePerson>('SELECT id, handle, name, lang FROM person WHERE brand = 0 ORDER BY id')
        .all(),
    addEvent: (brand: string, kind: EventKind, subject: string): void =>
      void insertEvent.run(brand, kind, subject),
    events: (brand: string, after: number, limit: number, stream: Stream | null = null) => {
      const rows = eventRows.all({ brand, after, stream, limit });
      return {
        rows: rows.map((row) => toEvent(row)),
        last: rows.at(-1)?.seq ?? after,
        left: (countEvents.get({ brand, after, stream })?.n ?? 0) - rows.length,
      };
    },
    byClientId: (clientId: string): string | undefined =>
      db
        .prepare<[string, string], { id: string }>(
          'SELECT id FROM post WHERE client_id = ? UNION ALL SELECT id FROM direct WHERE client_id = ?',
        )
        .get(clientId, clientId)?.id,
    brandPosts: (brand: string): readonly RemotePracticePost[] =>
      db
        .prepare<[string], PostRow>(
          'SELECT * FROM post WHERE author = ? AND parent IS NULL ORDER BY created_at DESC',
        )
        .all(brand)
        .map(toPost),
    direct: (id: string): RemoteDirect | undefined => {
      const row = directRow.get(id);
      return row && toDirect(row);
    },
    setLiked: (brand: string, id: string, on: boolean): void => {
      const sql = on
        ? 'INSERT OR IGNORE INTO liked(post, brand) VALUES(?,?)'
        : 'DELETE FROM liked WHERE post = ? AND brand = ?';
      db.prepare(sql).run(id, brand);
    },
    setHidden: (id: string, hidden: boolean): void =>
      void db.prepare('UPDATE post SET hidden = ? WHERE id = ?').run(hidden ? 1 : 0, id),
    remove: (id: string): void => {
      db.prepare('DELETE FROM post WHERE id = ?').run(id);
      db.prepare('DELETE FROM direct WHERE id = ?').run(id);
    },
    numbers: (id: string) =>
      db
        .prepare<[string, string], { likes: number; replies: number }>(
          'SELECT likes, (SELECT COUNT(*) FROM post AS answer WHERE answer.parent = ?) AS replies FROM post WHERE id = ?',
        )
        .get(id, id),
    addLikes: (id: string, more: number): void =>
      void db.prepare('UPDATE post SET likes = likes + ? WHERE id = ?').run(more, id),
    plan: (dueAt: number, brand: string, answers: string, kind: Pending['kind']): void =>
      void db
        .prepare('INSERT INTO pending(due_at, brand, answers, kind) VALUES(?,?,?,?)')
        .run(dueAt, brand, answers, kind),
    takeDue: (brand: string, now: number): readonly Pending[] => {
      const rows = db
        .prepare<[string, number], Pending>(
          'SELECT n, brand, answers, kind FROM pending WHERE brand = ? AND due_at <= ? ORDER BY due_at',
        )
        .all(brand, now);
      for (const { n } of rows) db.prepare('DELETE FROM pending WHERE n = ?').run(n);
      return rows;
    },
    signIn: (brand: string): void =>
      void db.prepare('INSERT OR IGNORE INTO signed_in(brand) VALUES(?)').run(brand),
    isSignedIn: (brand: string): boolean =>
      db.prepare('SELECT 1 FROM signed_in WHERE brand = ?').get(brand) !== undefined,
    meta: (key: string): string | undefined =>
      db.prepare<[string], { value: string }>('SELECT value FROM meta WHERE key = ?').get(key)?.value,
    setMeta: (key: string, value: string): void =>
      void db
        .prepare(
          'INSERT INTO meta(key, value) VALUES(?,?) ON CONFLICT(key) DO UPDATE SET value = excluded.value',
        )
        .run(key, value),
    close: (): void => void db.close(),
  };
}
export type Store = ReturnType<typeof createStore>;

export const talkId = (brand: string, person: string): string => `${brand}~${person}`;
