import { NetworkError } from '../errors';
import type { RemoteMedia, RemotePost } from '../network';
import type { Agent } from './agent';
import { toOrigin } from './mapping';
import { list } from './urn';
import { asset, batch, type Post } from './wire';

/** A post with its pictures, to be shown on top of what people write below it. */
export async function originOf(post: Post, agent: Agent): Promise<RemotePost> {
  const author = await agent.author(post.author);
  return toOrigin(post, author, await mediaOf(post, agent), agent.web);
}

async function mediaOf({ content }: Post, agent: Agent): Promise<readonly RemoteMedia[]> {
  const all = content?.multiImage?.images ?? (content?.media ? [content.media] : []);
  const images = all.filter(({ id }) => id.startsWith('urn:li:image:'));
  if (images.length === 0) return [];
  const results = await downloads(
    images.map(({ id }) => id),
    agent,
  );
  return images.flatMap(({ id, altText }) => {
    const [seen] = agent.read(asset, results[id] === undefined ? [] : [results[id]]);
    return seen?.downloadUrl ? [{ kind: 'image' as const, url: seen.downloadUrl, alt: altText ?? '' }] : [];
  });
}

/** A post without its pictures is better than no conversation at all. */
async function downloads(urns: readonly string[], agent: Agent): Promise<Readonly<Record<string, unknown>>> {
  try {
    const path = `/rest/images?ids=${list(urns)}`;
    return (await agent.call({ method: 'GET', path, effect: 'read' }, batch)).body.results;
  } catch (error) {
    if (error instanceof NetworkError && PICTURELESS.has(error.kind)) return {};
    throw error;
  }
}
const PICTURELESS: ReadonlySet<string> = new Set(['permission', 'gone', 'validation', 'protocol']);
