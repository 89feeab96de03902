import { mediaKind, type PostContent } from './content';
import type { Capabilities, Support } from './network';
import type { MediaFacts } from './validate';

const waitsForHost = (support: Support): boolean => !support.ok && support.why === 'media-host';

/**
 * Whether an account could publish this if only networks had an address to fetch its media from: then a person can be
 * reminded to do it by hand.
 */
export function needsMediaHost(
  content: PostContent,
  media: readonly Pick<MediaFacts, 'id' | 'mime'>[],
  { publish }: Pick<Capabilities, 'publish'>,
): boolean {
  const byId = new Map(media.map((item) => [item.id, item]));
  const kinds = content.segments.flatMap((part) =>
    part.mediaIds.flatMap((id) => mediaKind(byId.get(id)?.mime ?? 'image/')),
  );
  return (
    (kinds.includes('image') && waitsForHost(publish.images)) ||
    (kinds.includes('video') && waitsForHost(publish.video))
  );
}
