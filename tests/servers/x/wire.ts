/** How X shows what it keeps: only the fields asked for, links shortened, three signs escaped, names before answers. */
import twitterText from 'twitter-text';
import { names, noCredits, OWN, type Direct, type Refusal, type Store, type StoredPost } from './store';

type Query = Readonly<Record<string, string>>;
type Answer = { readonly status: number; readonly body: unknown };

const EPOCH_MS = 1_288_834_974_657n;
const timeOf = (id: string): string => new Date(Number((BigInt(id) >> 22n) + EPOCH_MS)).toISOString();
const asked = (query: Query, name: string): readonly string[] =>
  (query[name] ?? '').split(',').filter(Boolean);
const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
const byNewest = <T extends { readonly id: string }>(all: readonly T[]): T[] =>
  [...all].sort((a, b) => (BigInt(a.id) < BigInt(b.id) ? 1 : -1));

/** Links as X stores them: an address of its own, and what it stands for. */
function shortened(text: string) {
  const urls = twitterText.extractUrls(text).map((expanded, index) => ({
    start: 0,
    end: 0,
    url: `https://t.co/${index}abcdefgh`,
    expanded_url: /^https?:/.test(expanded) ? expanded : `http://${expanded}`,
    was: expanded,
  }));
  return { urls, text: urls.reduce((words, { was, url }) => words.replace(was, url), text) };
}

export function createWire(store: Store, base: () => string, now: () => number) {
  const user = (id: string) => ({
    id,
    username: names[id] ?? 'someone',
    name: `Name of ${names[id] ?? 'someone'}`,
    profile_image_url: `${base()}/faces/${id}.png`,
    public_metrics: { followers_count: 12, following_count: 3, listed_count: 0, post_count: 40 },
  });
  const media = (id: string) => ({
    media_key: `3_${id}`,
    type: store.uploads.get(id)?.category === 'tweet_video' ? 'video' : 'photo',
    url: `${base()}/media/${id}.png`,
    alt_text: store.uploads.get(id)?.alt ?? undefined,
  });

  const shown = (one: StoredPost) => {
    const parent = one.parent === null ? undefined : store.posts.get(one.parent);
    const name = parent && parent.by !== one.by ? `@${names[parent.by]} ` : '';
    const prefix = one.text.startsWith(name) ? '' : name;
    const { urls, text } = shortened(one.text);
    const mediaUrl = one.media.length > 0 ? ' https://t.co/mediamedia' : '';
    const mediaUrls = one.media.map((id, index) => ({
      start: 0,
      end: 0,
      url: 'https://t.co/mediamedia',
      expanded_url: `https://x.com/brand/status/${one.id}/photo/${index + 1}`,
      media_key: `3_${id}`,
    }));
    const hidden = prefix === '' && name !== '' ? name : prefix;
    return {
      text: `${prefix}${escaped(text)}${mediaUrl}`,
      display_text_range: [hidden.length, prefix.length + text.length],
      entities: {
        urls: [...urls.map(({ was: _, ...rest }) => rest), ...mediaUrls],
        mentions: store.mentionsOf(one).map((id) => ({ start: 0, end: 0, username: names[id], id })),
      },
    };
  };

  /** The fields that a query asked for, in its own names. */
  const post = (one: StoredPost, query: Query) => {
    const isOld = 'tweet.fields' in query;
    const fields = asked(query, isOld ? 'tweet.fields' : 'post.fields');
    const expansions = asked(query, 'expansions');
    const { text, ...words } = shown(one);
    const related = [
      ...(one.parent === null ? [] : [{ type: 'replied_to', id: one.parent }]),
      ...(one.quotes === null ? [] : [{ type: 'quoted', id: one.quotes }]),
    ];
    const all: Record<string, unknown> = {
      ...words,
      conversation_id: store.rootOf(one),
      created_at: timeOf(one.id),
      lang: 'en',
      ...(one.media.length > 0 && { attachments: { media_keys: one.media.map((id) => `3_${id}`) } }),
      public_metrics: {
        like_count: 2,
        reply_count: 1,
        [isOld ? 'retweet_count' : 'repost_count']: 0,
        quote_count: 0,
        bookmark_count: 4,
        impression_count: 90,
      },
      ...(one.by === OWN && {
        non_public_metrics: { impression_count: 90, url_link_clicks: 5, user_profile_clicks: 1 },
      }),
    };
    return {
      id: one.id,
      text,
      [isOld ? 'edit_history_tweet_ids' : 'edit_history_post_ids']: one.versions,
      ...Object.fromEntries(Object.entries(all).filter(([name]) => fields.includes(name))),
      ...(expansions.includes('author_id') && { author_id: one.by }),
      ...(expansions.some((name) => name.startsWith('referenced_')) &&
        related.length > 0 && { [isOld ? 'referenced_tweets' : 'referenced_posts']: related }),
    };
  };

  const missing = (id: string) => ({
    value: id,
    detail: `Could not find tweet with ids: [${id}].`,
    title: 'Not Found Error',
    resource_type: 'tweet',
    parameter: 'ids',
    resource_id: id,
    type: 'https://api.x.com/2/problems/resource-not-found',
  });

  /** Charged for what it hands out; the posts that come along are charged too. */
  const posts = (
    found: readonly StoredPost[],
    query: Query,
    asOwn: boolean,
    absent: readonly string[],
    meta?: object,
  ) => {
    const isExpanded = asked(query, 'expansions').some((name) => name.startsWith('referenced_'));
    const related = found.flatMap(({ parent, quotes }) => [parent, quotes]).filter((id) => id !== null);
    const ids = isExpanded ? [...new Set(related)].filter((id) => !found.some((one) => one.id === id)) : [];
    const included = ids.flatMap((id) => store.post(id) ?? []);
    const gone = [...absent, ...ids.filter((id) => !store.post(id))];
    const charges = [
      ...found.map((one) => [one.id, asOwn || one.by === OWN] as const),
      ...included.map((one) => [one.id, one.by === OWN] as const),
    ];
    if (charges.some(([id, isOwn]) => !store.charge(isOwn ? 'ownRead' : 'read', id))) return noCredits;
    const people = [...new Set([...found, ...included].map(({ by }) => by))];
    const pictures = [...found, ...included].flatMap((one) => one.media);
    const body = {
      ...(found.length > 0 && { data: found.map((one) => post(one, query)) }),
      includes: {
        ...(included.length > 0 && {
          ['tweet.fields' in query ? 'tweets' : 'posts']: included.map((one) => post(one, query)),
        }),
        users: people.map(user),
        ...(pictures.length > 0 && { media: pictures.map(media) }),
      },
      ...(gone.length > 0 && { errors: gone.map(missing) }),
      ...(meta && { meta }),
    };
    return { status: 200, body };
  };

  const timeline = (all: readonly StoredPost[], query: Query, asOwn: boolean): Answer | Refusal => {
    const until = query.pagination_token?.replace(/^page-/, '');
    const start = query.start_time ? Date.parse(query.start_time) : 0;
    const fits = byNewest(all).filter(
      (one) =>
        !one.deleted &&
        (!query.since_id || BigInt(one.id) > BigInt(query.since_id)) &&
        (!until || BigInt(one.id) < BigInt(until)) &&
        Date.parse(timeOf(one.id)) >= start,
    );
    const page = fits.slice(0, Number(query.max_results ?? 10));
    const last = page.at(-1);
    const meta = {
      result_count: page.length,
      ...(fits.length > page.length && last && { next_token: `page-${last.id}` }),
    };
    return posts(page, query, asOwn, [], meta);
  };

  /** Numbers that only the author sees are given for 30 days. */
  const lookup = (query: Query): Answer | Refusal => {
    const ids = asked(query, 'ids');
    const isPrivate = [...asked(query, 'post.fields'), ...asked(query, 'tweet.fields')].includes(
      'non_public_metrics',
    );
    const tells = (one: StoredPost) =>
      !isPrivate || (one.by === OWN && now() - Date.parse(timeOf(one.id)) < 30 * 24 * 60 * 60_000);
    const absent = ids.filter((id) => !store.post(id));
    const found = ids.flatMap((id) => store.post(id) ?? []).filter(tells);
    return posts(found, query, false, absent);
  };

  const directs = (all: readonly Direct[], query: Query): Answer | Refusal => {
    const until = query.pagination_token?.replace(/^direct-page-of-/, '');
    const fits = byNewest(all).filter(({ id }) => !until || BigInt(id) < BigInt(until));
    const page = fits.slice(0, Number(query.max_results ?? 100));
    if (page.some(({ id }) => !store.charge('dmRead', `dm:${id}`))) return noCredits;
    const last = page.at(-1);
    const body = {
      data: page.map((one) => {
        const { urls, text } = shortened(one.text);
        return {
          id: one.id,
          event_type: 'MessageCreate',
          text: escaped(text),
          sender_id: one.by,
          dm_conversation_id: one.thread,
          created_at: timeOf(one.id),
          ...(urls.length > 0 && { entities: { urls: urls.map(({ was: _, ...rest }) => rest) } }),
        };
      }),
      includes: { users: [...new Set(page.flatMap(({ participants }) => participants))].map(user) },
      meta: {
        result_count: page.length,
        ...(fits.length > page.length && last && { next_token: `direct-page-of-${last.id}` }),
      },
    };
    return { status: 200, body };
  };

  return { user, timeline, lookup, directs };
}
