/** Posts, comments and numbers of the Page. */
import { pageOf, parseFields, reply, selectFields } from '../graph/fields';
import { graphError, missing, ok, type GraphReply, type GraphRoute } from '../graph/kit';
import type { Nodes } from './nodes';
import { PAGE, type Store, type StoredPost } from './store';

const METRICS = {
  post: ['post_media_view', 'post_total_media_view_unique', 'post_clicks', 'post_reactions_by_type_total'],
  page: [
    'page_media_view',
    'page_total_media_view_unique',
    'page_follows',
    'page_daily_follows_unique',
    'page_post_engagements',
  ],
};
const TEXT_MAX = 63_206;
type Fields = Readonly<Record<string, string>>;

export type ContentOptions = {
  readonly store: Store;
  readonly nodes: Nodes;
  readonly goneMetrics: () => readonly string[];
  readonly twoLevels: () => boolean;
  /** More comments than these with one list of posts are too much. */
  readonly mostData: () => number;
  /** Edges that are closed to the app, and those that give posts without comments. */
  readonly closed: () => Readonly<Record<string, 'all' | 'comments'>>;
};

export function contentRoutes({
  store,
  nodes,
  goneMetrics,
  twoLevels,
  mostData,
  closed,
}: ContentOptions): readonly GraphRoute[] {
  const posts = () => store.newestFirst(store.posts.values());
  const read = ['pages_read_engagement'];
  const engage = ['pages_manage_engagement'];

  const edge = (name: string, which: (post: StoredPost) => boolean, scopes = read): GraphRoute => ({
    match: new RegExp(`^GET /${PAGE}/${name}$`),
    scopes,
    run: ({ fields }) => {
      const asked = parseFields(fields.fields ?? 'id,message,created_time');
      const inside = Number(asked.find(({ name: field }) => field === 'comments')?.args.limit ?? 0);
      const isClosed = closed()[name];
      if (isClosed === 'all' || (isClosed === 'comments' && inside > 0))
        return graphError(10, `(#10) The edge ${name} needs a feature of the app`, { status: 403 });
      if (inside > mostData())
        return graphError(1, "Please reduce the amount of data you're asking for, then retry your request", {
          status: 500,
        });
      const show = (one: StoredPost) => selectFields('Post', nodes.post(one), asked);
      return reply(pageOf(posts().filter(which), fields, ({ id }) => id, show));
    },
  });

  const useUp = (ids: readonly string[]): boolean => {
    const photos = ids.map((id) => store.photos.get(id));
    if (photos.some((photo) => photo?.used !== false)) return false;
    for (const photo of photos) if (photo) photo.used = true;
    return true;
  };

  const publish = (fields: Fields): GraphReply => {
    const { message: text = '', link } = fields;
    const media = JSON.parse(fields.attached_media ?? '[]') as { media_fbid: string }[];
    const photos = media.map(({ media_fbid }) => media_fbid);
    if (text.length > TEXT_MAX) return graphError(100, '(#100) The message is too long');
    if (text === '' && photos.length === 0 && !link)
      return graphError(100, '(#100) Missing message or attachment');
    if (photos.length > 0 && link) return graphError(100, '(#100) Photos and a link exclude each other');
    if (link !== undefined && /blocked\.example/.test(link))
      return graphError(1_609_005, '(#1609005) The link cannot be posted');
    const [last] = posts().filter(({ by }) => by === PAGE);
    if (text !== '' && photos.length === 0 && last?.text === text)
      return graphError(506, '(#506) Duplicate status message');
    if (!useUp(photos)) return graphError(100, '(#100) Invalid media_fbid');
    return ok({ id: store.addPost({ text, link, photos }).id });
  };

  const comment = (on: string, { message: text = '', attachment_id: photo }: Fields): GraphReply => {
    const target = store.post(on) ?? store.comment(on) ?? store.post(store.videos.get(on)?.post ?? '');
    if (!target) return missing;
    if (text === '' && photo === undefined) return graphError(100, '(#100) Missing message or attachment');
    if (photo !== undefined && !useUp([photo])) return graphError(100, '(#100) Invalid attachment_id');
    // An answer to an answer stands beside it where comments have two levels only.
    const beside = target.kind === 'comment' && twoLevels() ? target.parent : null;
    return ok({ id: store.addComment({ by: PAGE, text, on: beside ?? target.id, photo }).id });
  };

  const insights = (known: readonly string[], fields: Fields): GraphReply => {
    const asked = (fields.metric ?? '').split(',');
    if (asked.some((one) => !known.includes(one) || goneMetrics().includes(one)))
      return graphError(100, '(#100) The value must be a valid insights metric');
    const values = (index: number) => [{ value: 1 }, { value: 40 + index }];
    return ok({ data: asked.map((name, index) => ({ name, period: 'day', values: values(index) })) });
  };

  return [
    edge('feed', ({ tagged }) => !tagged, ['pages_read_engagement', 'pages_read_user_content']),
    edge('published_posts', ({ by }) => by === PAGE),
    edge('tagged', ({ tagged }) => tagged, ['pages_read_user_content']),
    edge('visitor_posts', ({ by, tagged }) => by !== PAGE && !tagged, ['pages_read_user_content']),
    {
      match: new RegExp(`^POST /${PAGE}/feed$`),
      params: ['message', 'link', 'attached_media', 'published'],
      scopes: ['pages_manage_posts'],
      visible: true,
      run: ({ fields }) => publish(fields),
    },
    {
      match: new RegExp(`^GET /${PAGE}/insights$`),
      params: ['metric', 'period'],
      scopes: ['read_insights'],
      run: ({ fields }) => insights(METRICS.page, fields),
    },
    {
      match: /^GET \/(\w+)\/insights$/,
      params: ['metric'],
      scopes: ['read_insights'],
      run: ({ fields }, id = '') => (store.post(id) ? insights(METRICS.post, fields) : missing),
    },
    {
      match: /^GET \/(\w+)\/comments$/,
      params: ['filter', 'order'],
      scopes: read,
      run: ({ fields }, id = '') =>
        store.post(id) || store.comment(id)
          ? reply(nodes.listComments(id, fields, parseFields(fields.fields ?? '')))
          : missing,
    },
    {
      match: /^POST \/(\w+)\/comments$/,
      params: ['message', 'attachment_id'],
      scopes: engage,
      visible: true,
      run: ({ fields }, id = '') => comment(id, fields),
    },
    {
      match: /^(POST|DELETE) \/(\w+)\/likes$/,
      scopes: engage,
      visible: true,
      run: (_request, method, id = '') => {
        const found = store.comment(id);
        if (!found) return missing;
        found.liked = method === 'POST';
        return ok({ success: true });
      },
    },
    {
      match: /^POST \/(\d+_\d+)$/,
      params: ['is_hidden'],
      scopes: engage,
      visible: true,
      run: ({ fields }, id = '') => {
        const found = store.comment(id);
        if (!found) return missing;
        if (found.by === PAGE)
          return graphError(200, '(#200) An own comment cannot be hidden', { status: 403 });
        found.hidden = fields.is_hidden === 'true';
        return ok({ success: true });
      },
    },
    {
      match: /^DELETE \/(\w+)$/,
      scopes: ['pages_manage_posts'],
      visible: true,
      run: (_request, id = '') => {
        const post = store.post(id);
        if (!post && !store.comment(id)) return missing;
        if (post?.tagged) return graphError(200, '(#200) Permissions error', { status: 403 });
        store.remove(id);
        return ok({ success: true });
      },
    },
  ];
}
