/** What a Mastodon server keeps, with the shapes and rules of its published specification. */
import { randomUUID } from 'node:crypto';
import { countText } from '@shared/domain/count';

export const OWN = '109000000000000001';
export const OTHER = '109000000000000002';
export const MAX_CHARACTERS = 500;
const HOUR_MS = 60 * 60_000;
const names: Readonly<Record<string, string>> = { [OWN]: 'brand', [OTHER]: 'ana@far.example' };

export type Post = {
  id: string;
  by: string;
  text: string;
  visibility: string;
  parent: string | null;
  mentions: readonly string[];
  media: readonly string[];
  language: string | null;
  spoiler: string;
  sensitive: boolean;
  quoted: string | null;
  at: string;
  editedAt: string | null;
  deleted: boolean;
};
export type Refusal = { readonly status: number; readonly error: string };
export const refused = (value: object): value is Refusal => 'error' in value;

type NewPost = {
  readonly by?: string;
  readonly text: string;
  readonly visibility?: string;
  readonly parent?: string | null;
  /** Beyond those that the text names. */
  readonly mentions?: readonly string[];
  readonly media?: readonly string[];
  readonly language?: string | null;
  readonly spoiler?: string;
  readonly sensitive?: boolean;
  readonly quoted?: string | null;
};
type Told = {
  readonly notification: (entry: Notification) => void;
  readonly conversation: (id: string) => void;
};
type Notification = { id: string; type: 'mention' | 'favourite'; post: string; by: string };

export function createStore(now: () => number, told: Told) {
  let ticks = 0;
  const posts = new Map<string, Post>();
  const notifications: Notification[] = [];
  const notify = (entry: Notification) => {
    notifications.push(entry);
    told.notification(entry);
  };
  const conversations = new Map<string, { id: string; thread: string; last: string; unread: boolean }>();
  const media = new Map<
    string,
    { description: string | null; mime: string; processing: number; bytes: number; broken: boolean }
  >();
  const likes = new Set<string>();
  /** How many posts each account wrote. */
  const written = new Map<string, number>();
  const keys = new Map<string, { post: string; at: number }>();

  const nextId = () => String(113_000_000_000_000_000n + BigInt((ticks += 1)));
  const post = (id: string): Post | undefined => {
    const found = posts.get(id);
    return found?.deleted === false ? found : undefined;
  };
  const rootOf = (one: Post): string => {
    const parent = one.parent === null ? undefined : posts.get(one.parent);
    return parent ? rootOf(parent) : one.id;
  };
  const mentionedIn = (text: string): string[] =>
    Object.keys(names).filter((id) => new RegExp(`@${names[id]}(?![\\w.])`, 'i').test(text));

  const add = (input: NewPost): Post => {
    const by = input.by ?? OTHER;
    const made: Post = {
      id: nextId(),
      by,
      text: input.text,
      visibility: input.visibility ?? 'public',
      parent: input.parent ?? null,
      mentions: [...new Set([...mentionedIn(input.text), ...(input.mentions ?? [])])].filter(
        (id) => id !== by,
      ),
      media: input.media ?? [],
      language: input.language ?? null,
      spoiler: input.spoiler ?? '',
      sensitive: input.sensitive ?? (input.spoiler ?? '') !== '',
      quoted: input.quoted ?? null,
      at: new Date(now() - 60_000 + ticks).toISOString(),
      editedAt: null,
      deleted: false,
    };
    posts.set(made.id, made);
    written.set(by, (written.get(by) ?? 0) + 1);
    if (made.by !== OWN && made.mentions.includes(OWN))
      notify({ id: nextId(), type: 'mention', post: made.id, by });
    const isOurs = made.by === OWN ? made.mentions.length > 0 : made.mentions.includes(OWN);
    if (made.visibility === 'direct' && isOurs) {
      const thread = rootOf(made);
      const { id } = conversations.get(thread) ?? { id: nextId() };
      conversations.set(thread, { id, thread, last: made.id, unread: made.by !== OWN });
      told.conversation(id);
    }
    return made;
  };

  /** What Mastodon checks before it takes a status. */
  const publish = (input: Record<string, unknown>, key: string | undefined): Post | Refusal => {
    const earlier = key === undefined ? undefined : keys.get(key);
    const again = earlier && now() - earlier.at < HOUR_MS ? post(earlier.post) : undefined;
    if (again) return again;
    const text = (input.status as string | undefined) ?? '';
    const ids = (input.media_ids as string[] | undefined) ?? [];
    const limit = { max: MAX_CHARACTERS, unit: 'mastodon', urlWeight: 23 } as const;
    if (text.trim() === '' && ids.length === 0)
      return { status: 422, error: "Validation failed: Text can't be blank" };
    const spoiler = (input.spoiler_text as string | undefined) ?? '';
    if (countText(spoiler + text, limit).over)
      return {
        status: 422,
        error: `Validation failed: Text character limit of ${MAX_CHARACTERS} exceeded`,
      };
    if (ids.length > 4) return { status: 422, error: 'Validation failed: Cannot attach more than 4 files' };
    for (const id of ids) {
      const file = media.get(id);
      if (!file) return { status: 422, error: `Validation failed: Media ${id} not found` };
      if (file.processing > 0)
        return {
          status: 422,
          error: 'Cannot attach files that have not finished processing. Try again in a moment!',
        };
    }
    const kinds = ids.map((id) => media.get(id)?.mime.split('/')[0]);
    if (kinds.includes('video') && ids.length > 1)
      return { status: 422, error: 'Cannot attach a video to a post that already contains images' };
    const visibility = (input.visibility as string | undefined) ?? 'public';
    if (!['public', 'unlisted', 'private', 'direct'].includes(visibility))
      return { status: 422, error: `'${visibility}' is not a valid visibility` };
    const quoted = (input.quoted_status_id as string | undefined) ?? null;
    if (quoted !== null && !post(quoted)) return { status: 404, error: 'Record not found' };
    if (quoted !== null && post(quoted)?.visibility === 'private')
      return { status: 422, error: 'Validation failed: Quoted status is not allowed to be quoted' };
    const parent = (input.in_reply_to_id as string | undefined) ?? null;
    if (parent !== null && !post(parent))
      return { status: 404, error: 'The post you are trying to reply to does not appear to exist.' };
    const made = add({
      by: OWN,
      text,
      visibility,
      spoiler,
      sensitive: (input.sensitive as boolean | undefined) ?? spoiler !== '',
      quoted,
      parent,
      media: ids,
      language: (input.language as string | undefined) ?? null,
    });
    if (key !== undefined) keys.set(key, { post: made.id, at: now() });
    return made;
  };

  return {
    posts,
    notifications,
    conversations,
    media,
    likes,
    written,
    names,
    post,
    add,
    publish,
    upload: (file: {
      mime: string;
      description: string | null;
      processing: number;
      bytes: number;
      broken: boolean;
    }): string => {
      const id = nextId();
      media.set(id, file);
      return id;
    },
    edit: (id: string, text: string): void => {
      const found = posts.get(id);
      if (found) Object.assign(found, { text, editedAt: new Date(now()).toISOString() });
    },
    remove: (id: string): void => {
      const found = posts.get(id);
      if (found) found.deleted = true;
      const at = notifications.findIndex((one) => one.post === id);
      if (at >= 0) notifications.splice(at, 1);
      for (const one of posts.values()) if (one.parent === id) one.parent = null;
    },
    like: (id: string) => notify({ id: nextId(), type: 'favourite', post: id, by: OTHER }),
    ancestors: (id: string): readonly Post[] => {
      const above: Post[] = [];
      for (let at = post(id)?.parent; at;) {
        const one = post(at);
        if (!one) break;
        above.unshift(one);
        at = one.parent;
      }
      return above;
    },
    token: randomUUID().replaceAll('-', ''),
  };
}

const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** A post's text as Mastodon formats it: paragraphs, shortened links, mentions as cards. */
export function contentOf(text: string): string {
  const linked = escape(text)
    .replace(/https?:\/\/[^\s<]+/g, (address) => {
      const [, scheme = '', shown = '', rest = ''] = /^(https?:\/\/)(.{0,30})(.*)$/.exec(address) ?? [];
      const parts = `<span class="invisible">${scheme}</span><span class="ellipsis">${shown}</span><span class="invisible">${rest}</span>`;
      return `<a href="${address}" target="_blank" rel="nofollow noopener" translate="no">${parts}</a>`;
    })
    .replace(
      /@([\w-]+)(?:@[\w.]+\w)?/g,
      '<span class="h-card" translate="no"><a href="https://far.example/@$1" class="u-url mention">@<span>$1</span></a></span>',
    );
  return linked
    .split(/\n{2,}/)
    .map((part) => `<p>${part.replaceAll('\n', '<br />')}</p>`)
    .join('');
}
