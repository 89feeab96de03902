import type { Disclosure, PostContent } from '@shared/domain/content';
import type { MediaId } from '@shared/domain/ids';
import { withDisclosure } from '@shared/domain/post-approval';
import type { Media } from '@shared/ipc/composer';

/** One part of a post as readers get it. */
export type PreviewPart = { readonly text: string; readonly media: readonly Media[] };

export const previewParts = (
  content: PostContent,
  disclosure: Disclosure,
  media: ReadonlyMap<MediaId, Media>,
): readonly PreviewPart[] =>
  withDisclosure(content, disclosure).segments.map((part) => ({
    text: part.text,
    media: part.mediaIds.flatMap((id) => media.get(id) ?? []),
  }));
