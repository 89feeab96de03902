/** Posts of the LinkedIn stub, with their numbers. */
import {
  bad,
  denied,
  listOf,
  missing,
  ok,
  paged,
  unknownKeys,
  unprocessable,
  type Answer,
  type Call,
  type World,
} from './answers';
import { MAX_TEXT, PAGE, PERSON, shown, type StoredPost } from './store';

type Part = { readonly id: string; readonly altText?: string };
type Content = {
  readonly media?: Part;
  readonly multiImage?: { readonly images: readonly Part[] };
  readonly article?: Readonly<Record<string, string>>;
};

export function createPosts({ store, mayActAs, mayRead, isAdministrator }: World) {
  const postOf = (one: StoredPost) => ({
    id: one.id,
    author: one.author,
    commentary: one.commentary,
    visibility: one.visibility,
    lifecycleState: 'PUBLISHED',
    distribution: { feedDistribution: 'MAIN_FEED', targetEntities: [], thirdPartyDistributionChannels: [] },
    createdAt: one.createdAt,
    publishedAt: one.createdAt,
    lastModifiedAt: one.createdAt,
    isReshareDisabledByAuthor: false,
    ...(one.content && { content: one.content }),
  });
  const checkContent = (content: Content | undefined, author: string): Answer | undefined => {
    if (content === undefined) return undefined;
    const [kind, ...more] = Object.keys(content);
    if (more.length > 0)
      return unprocessable('ERROR :: /content :: union type is not backed by a single member');
    const { article } = content;
    if (article)
      return article.source && article.title
        ? unknownKeys(article, ['source', 'title', 'description', 'thumbnail', 'thumbnailAltText'])
        : unprocessable('ERROR :: /content/article/title :: field is required but not found');
    const parts = content.multiImage?.images ?? (content.media ? [content.media] : []);
    if (kind === 'multiImage' && (parts.length < 2 || parts.length > 20))
      return unprocessable('ERROR :: /content/multiImage/images :: 2 to 20 images are allowed');
    if (parts.length === 0) return unprocessable(`ERROR :: /content/${kind} :: unrecognized field`);
    for (const part of parts) {
      const file = store.files.get(part.id);
      if (file?.owner !== author || file.status !== 'AVAILABLE')
        return unprocessable(`ERROR :: /content :: media asset ${part.id} is not available to ${author}`);
      if (part.id.startsWith('urn:li:video:') && part.altText !== undefined)
        return unprocessable('ERROR :: /content/media/altText :: not allowed for videos');
      if ((part.altText ?? '').length > 4086)
        return unprocessable(
          'ERROR :: /content/media/altText :: text length exceeded the maximum allowed (4086)',
        );
    }
    return undefined;
  };
  const publish = ({ body, grant }: Call): Answer => {
    const sent = JSON.parse(body.toString('utf8'));
    const strange = unknownKeys(sent, [
      'author',
      'commentary',
      'visibility',
      'distribution',
      'content',
      'lifecycleState',
      'isReshareDisabledByAuthor',
    ]);
    if (strange) return strange;
    for (const name of ['author', 'commentary', 'visibility', 'distribution', 'lifecycleState'])
      if (sent[name] === undefined)
        return unprocessable(`ERROR :: /${name} :: field is required but not found`);
    if (!mayActAs(sent.author, grant)) return denied('posts.CREATE');
    if (sent.distribution.feedDistribution !== 'MAIN_FEED')
      return unprocessable('ERROR :: /distribution :: value');
    const seenBy = sent.author === PERSON ? ['PUBLIC', 'CONNECTIONS', 'LOGGED_IN'] : ['PUBLIC', 'LOGGED_IN'];
    if (!seenBy.includes(sent.visibility)) return unprocessable('ERROR :: /visibility :: not a valid value');
    const length = shown(sent.commentary).length;
    if (length > MAX_TEXT)
      return unprocessable(
        `ERROR :: /commentary :: text length (${length} characters) exceeded the maximum allowed (${MAX_TEXT} characters)`,
      );
    const refused = checkContent(sent.content, sent.author);
    if (refused) return refused;
    const twin = [...store.posts.values()].find(
      (one) =>
        one.author === sent.author &&
        one.commentary === sent.commentary &&
        JSON.stringify(one.content) === JSON.stringify(sent.content),
    );
    if (twin) return unprocessable(`Content is a duplicate of ${twin.id}`);
    const made = store.addPost(sent as Parameters<typeof store.addPost>[0]);
    return { status: 201, body: undefined, headers: { 'x-restli-id': made.id } };
  };

  const posts = (call: Call): Answer => {
    const author = call.query.get('author') ?? '';
    if (call.query.get('q') !== 'author') return bad('finder');
    if (!mayRead(author, call.grant)) return denied('posts.FINDER-author');
    const own = [...store.posts.values()].filter((one) => one.author === author);
    return paged(own.sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1)).map(postOf), call);
  };
  const onePost = (urn: string, { method, grant }: Call): Answer => {
    const found = store.posts.get(urn);
    if (method === 'GET') {
      if (!found) return missing;
      return mayRead(found.author, grant) ? ok(postOf(found)) : denied('posts.GET');
    }
    if (found && !mayActAs(found.author, grant)) return denied('posts.DELETE');
    store.posts.delete(urn);
    return { status: 204, body: undefined };
  };
  const statistics = ({ query, rawQuery, grant }: Call): Answer => {
    if (!isAdministrator() || !grant.scopes.has('rw_organization_admin'))
      return denied('organizationalEntityShareStatistics');
    if (query.get('q') !== 'organizationalEntity' || query.get('organizationalEntity') !== PAGE)
      return bad('finder');
    const shares = listOf(rawQuery, 'shares') ?? [];
    const elements = shares
      .filter((urn) => store.posts.get(urn)?.author === PAGE)
      .map((share) => ({
        share,
        organizationalEntity: PAGE,
        totalShareStatistics: {
          impressionCount: 120,
          uniqueImpressionsCount: 80,
          clickCount: 4,
          likeCount: 3,
          commentCount: [...store.comments.values()].filter(({ post }) => post === share).length,
          shareCount: 0,
          engagement: 0.06,
        },
      }));
    return ok({ elements, paging: { start: 0, count: 10, links: [] } });
  };
  const metadata = ({ rawQuery, grant }: Call): Answer => {
    const ids = listOf(rawQuery, 'ids');
    if (!ids) return bad('Invalid query parameters passed to request');
    if (!mayRead(PAGE, grant)) return denied('socialMetadata.BATCH_GET');
    const results = Object.fromEntries(
      ids.flatMap((urn) => {
        const all = [...store.comments.values()].filter(({ post }) => post === urn);
        const topLevelCount = all.filter(({ parent }) => parent === undefined).length;
        const told = {
          entity: urn,
          commentsState: 'OPEN',
          reactionSummaries: {},
          commentSummary: { count: all.length, topLevelCount },
        };
        return store.posts.has(urn) ? [[urn, told] as const] : [];
      }),
    );
    return ok({ results, statuses: {}, errors: {} });
  };
  return { publish, posts, onePost, statistics, metadata };
}
