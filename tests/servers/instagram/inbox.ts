/** Comments, tags, conversations and numbers, with their fields and rules. */
import { fail, fieldsOf, missing, ok, onlyParams, pageOf, type Answer, type Call } from './kit';
import type { Row } from './fields';
import { ANA, OWN, OWN_NAME, type InstagramStore, type Letter, type Post, type Remark } from './store';

const POST_FIELDS = [
  'id',
  'caption',
  'media_type',
  'media_product_type',
  'media_url',
  'thumbnail_url',
  'permalink',
  'timestamp',
  'username',
  'comments_count',
  'like_count',
  'children',
  'alt_text',
  'is_comment_enabled',
  'shortcode',
  'owner',
];
const REMARK_FIELDS = [
  'id',
  'text',
  'timestamp',
  'username',
  'from',
  'hidden',
  'like_count',
  'parent_id',
  'media',
  'replies',
  'user',
];
const USER_FIELDS = [
  'id',
  'user_id',
  'username',
  'name',
  'account_type',
  'profile_picture_url',
  'followers_count',
  'follows_count',
  'media_count',
  'biography',
  'website',
];
const DAY_MS = 86_400_000;
const timeOf = (at: number): string => new Date(at).toISOString().replace(/\.\d+Z$/, '+0000');
const personFields = (by: Remark['by']) => ({ id: by.id, username: by.username });

export const userRow = (store: InstagramStore, call: Call): Answer => {
  const isFacebook = call.path.startsWith('/facebook/');
  const row = {
    id: isFacebook ? OWN : '6000000000000001',
    ...(!isFacebook && { user_id: OWN, account_type: 'BUSINESS' }),
    username: OWN_NAME,
    name: 'Brand & Co',
    profile_picture_url: 'https://cdn.example/me.jpg',
    followers_count: 1200,
    follows_count: 34,
    media_count: store.posts.length,
  };
  const known = isFacebook
    ? USER_FIELDS.filter((name) => name !== 'user_id' && name !== 'account_type')
    : USER_FIELDS;
  return fieldsOf(row, call, known);
};

export function createInbox(store: InstagramStore, now: () => number) {
  /** Who wrote a comment, and what was answered, is not told; what gives nothing that is in it; what the app has. */
  const access = { hidesAuthors: false, closed: new Set<string>(), humanAgent: false };
  const postRow = (post: Post): Row => ({
    id: post.id,
    caption: post.caption === '' ? undefined : post.caption,
    media_type: post.media_type,
    media_product_type: post.product,
    media_url: post.url,
    permalink: `https://www.instagram.example/p/${post.id}/`,
    timestamp: timeOf(post.at),
    username: post.by,
    alt_text: post.alt,
    comments_count: store.remarks.filter((one) => one.post === post.id).length,
    like_count: 7,
    ...(post.children.length > 0 && { children: { data: post.children } }),
  });
  const remarkRow = (one: Remark): Row => ({
    id: one.id,
    text: one.text,
    timestamp: timeOf(one.at),
    username: one.by.username,
    from: personFields(one.by),
    hidden: one.hidden,
    parent_id: one.parent ?? undefined,
    ...(store.answers(one.id).length > 0 && { replies: { data: store.answers(one.id).map(remarkRow) } }),
  });
  const talkId = (person: string) => `aWdfZm${Buffer.from(person).toString('base64url')}`;
  const lettersOf = (person: string) => store.letters.filter((one) => one.person === person).reverse();
  const own = { id: OWN, username: OWN_NAME };
  const letterRow = (one: Letter): Row => {
    const other = { id: one.person, username: store.people.get(one.person) ?? 'someone' };
    return {
      id: one.id,
      created_time: timeOf(one.at),
      message: one.text,
      from: one.own ? own : other,
      to: { data: [one.own ? other : own] },
    };
  };
  const find = (id: string) => store.remarks.find((one) => one.id === id);
  const findPost = (id: string) =>
    [...store.posts, ...store.stories, ...store.tagged].find((post) => post.id === id);
  const write = (post: string, text: string, parent: string | null) =>
    store.remark({ post, text, ...(parent !== null && { parent }), by: own });

  return {
    listPosts: (posts: readonly Post[], call: Call): Answer =>
      pageOf([...posts].reverse().map(postRow), call, POST_FIELDS),
    one: (call: Call, id: string): Answer => {
      const [post, remark] = [findPost(id), find(id)];
      if (post) return fieldsOf(postRow(post), call, POST_FIELDS);
      return remark ? fieldsOf(remarkRow(remark), call, REMARK_FIELDS) : missing;
    },
    access,
    listRemarks: (call: Call, id: string): Answer => {
      if (access.closed.has(id)) return fail(400, 100, 'Unsupported get request');
      if (access.hidesAuthors && /from|replies/.test(call.query.get('fields') ?? ''))
        return fail(403, 10, '(#10) Application does not have permission for this action');
      return findPost(id) ? pageOf(store.below(id).map(remarkRow), call, REMARK_FIELDS) : missing;
    },
    listAnswers: (call: Call, id: string): Answer =>
      find(id) ? pageOf(store.answers(id).map(remarkRow), call, REMARK_FIELDS) : missing,
    /** With `fields` the comment is made, and the answer is an error all the same. */
    comment: (call: Call, id: string): Answer => {
      const message = call.form.get('message') ?? '';
      if (!findPost(id)) return missing;
      if (message === '') return fail(400, 100, 'The parameter message is required');
      const made = write(id, message, null);
      return onlyParams(call.form, ['message']) ?? ok({ id: made.id });
    },
    reply: (call: Call, id: string): Answer => {
      const parent = find(id);
      const message = call.form.get('message') ?? '';
      const strange = onlyParams(call.form, ['message']);
      if (strange) return strange;
      if (!parent) return missing;
      if (parent.parent !== null) return fail(400, 100, 'Replies can only be made to top-level comments');
      if (parent.hidden) return fail(400, 100, 'A hidden comment takes no reply');
      return message === ''
        ? fail(400, 100, 'The parameter message is required')
        : ok({ id: write(parent.post, message, id).id });
    },
    hide: (call: Call, id: string): Answer => {
      const found = find(id);
      const strange = onlyParams(call.form, ['hide']);
      if (strange) return strange;
      if (!found) return missing;
      if (found.by.id === OWN) return fail(400, 100, 'Own comments cannot be hidden');
      found.hidden = call.form.get('hide') === 'true';
      return ok({ success: true });
    },
    remove: (id: string, mayRemovePosts: boolean): Answer => {
      if (find(id)) {
        store.removeRemark(id);
        return ok({ success: true });
      }
      const at = store.posts.findIndex((post) => post.id === id);
      if (at < 0) return missing;
      if (!mayRemovePosts) return fail(403, 10, 'Application does not have permission for this action');
      store.posts.splice(at, 1);
      return ok({ success: true });
    },
    listTalks: (call: Call): Answer => {
      if (call.query.get('platform') !== 'instagram') return fail(400, 100, 'platform must be instagram');
      const wanted = call.query.get('user_id');
      const people = [...new Set(store.letters.map(({ person }) => person))].filter(
        (id) => wanted === null || id === wanted,
      );
      const rows = people
        .map((person): Row & { at: number } => {
          const at = lettersOf(person)[0]?.at ?? 0;
          const other = { id: person, username: store.people.get(person) ?? 'someone' };
          return { id: talkId(person), updated_time: timeOf(at), participants: { data: [own, other] }, at };
        })
        .sort((a, b) => b.at - a.at);
      return pageOf(rows, call, ['id', 'updated_time', 'participants', 'messages', 'name']);
    },
    talkId,
    listLetters: (call: Call, id: string): Answer => {
      if (access.closed.has(id)) return fail(400, 100, 'Unsupported get request');
      const person = [...store.people.keys()].find((one) => talkId(one) === id);
      if (person === undefined) return missing;
      // Only the newest 20 can be had.
      return pageOf(lettersOf(person).slice(0, 20).map(letterRow), call, [
        'id',
        'created_time',
        'from',
        'to',
        'message',
        'attachments',
      ]);
    },
    send: (call: Call): Answer => {
      const { recipient, message, messaging_type, tag, ...more } = call.json as {
        recipient?: { id?: string; comment_id?: string };
        message?: { text?: string };
        messaging_type?: string;
        tag?: string;
      };
      const text = message?.text ?? '';
      if (Object.keys(more).length > 0) return fail(400, 100, `Param ${Object.keys(more)[0]} is not allowed`);
      if (text === '' || Buffer.byteLength(text) > 4000 || text.length > 1000)
        return fail(400, 100, 'Length of param message[text] must be less than or equal to 1000');
      const remark = recipient?.comment_id === undefined ? undefined : find(recipient.comment_id);
      if (recipient?.comment_id !== undefined) {
        if (!remark) return missing;
        if (now() - remark.at > 7 * DAY_MS || store.answeredPrivately.has(remark.id))
          return fail(400, 10, 'This message is sent outside of allowed window.', 2_534_022);
        store.answeredPrivately.add(remark.id);
      }
      const person = remark?.by.id ?? recipient?.id ?? '';
      const asked = lettersOf(person).find((one) => !one.own);
      const isTagged = messaging_type === 'MESSAGE_TAG';
      if (isTagged !== (tag !== undefined) || (isTagged && (tag !== 'HUMAN_AGENT' || remark)))
        return fail(400, 100, 'Invalid parameter', 1_893_061);
      // Later than a day only as a human agent, which the app must have been granted.
      const days = isTagged ? (access.humanAgent ? 7 : 0) : 1;
      if (!remark && (!asked || now() - asked.at > days * DAY_MS))
        return fail(400, 10, 'This message is sent outside of allowed window.', 2_534_022);
      const sent = store.letter({ text, person, own: true });
      return ok({ recipient_id: person, message_id: sent.id });
    },
    postInsights: (call: Call, id: string): Answer => {
      const post = findPost(id);
      if (!post) return missing;
      const known =
        post.product === 'STORY'
          ? ['reach', 'views', 'shares']
          : ['reach', 'views', 'likes', 'comments', 'saved', 'shares', 'total_interactions'];
      return insights(call, known, { reach: 50, views: 80, likes: 7, comments: 2, shares: 1 }, false);
    },
    accountInsights: (call: Call): Answer => {
      if (call.query.get('period') !== 'day') return fail(400, 100, 'period must be day');
      return insights(
        call,
        ['reach', 'views', 'accounts_engaged', 'total_interactions'],
        { reach: 900, views: 1500, accounts_engaged: 40 },
        true,
      );
    },
    ana: ANA,
  };
}

/** One unknown metric fails the whole call; one without data is left out. */
function insights(
  call: Call,
  known: readonly string[],
  values: Readonly<Record<string, number>>,
  asTotal: boolean,
): Answer {
  const wanted = (call.query.get('metric') ?? '').split(',');
  const strange = wanted.find((name) => !known.includes(name));
  if (strange !== undefined)
    return fail(400, 100, `(#100) metric[0] must be one of the following values: ${known.join(', ')}`);
  const data = wanted.flatMap((name) => {
    const value = values[name];
    if (value === undefined) return [];
    return [
      {
        name,
        period: asTotal ? 'day' : 'lifetime',
        ...(asTotal ? { total_value: { value } } : { values: [{ value }] }),
      },
    ];
  });
  return ok({ data });
}
