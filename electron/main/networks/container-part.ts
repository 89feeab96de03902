import type { Capabilities } from '@shared/domain/network';
import { z } from 'zod';
import type { WriteMedia } from './network';
import { checkAlt, invalid, tooMany } from './plan-checks';

/** One picture or video of a post that is published by containers (media-container.ts), as its step remembers it. */
export const partData = z.object({
  /** The step that puts the file where the network fetches it. */
  host: z.string(),
  mediaId: z.string(),
  kind: z.enum(['image', 'video']),
  alt: z.string(),
});
export type Part = z.infer<typeof partData>;

export const partOf = ({ mediaId, alt, kind }: WriteMedia, host: string): Part => ({
  host,
  mediaId,
  kind: kind ?? 'image',
  alt,
});

/** `field` is the list's. */
export function checkParts(
  media: readonly WriteMedia[],
  max: number,
  { publish: { images, video } }: Capabilities,
  field: string,
): void {
  if (media.length > max) throw tooMany(field, max, media.length);
  media.forEach(({ alt, kind }, index) => {
    const support = kind === 'video' ? video : images;
    if (!support.ok) throw invalid(`${field}.${index}`, support.note);
    checkAlt(alt, support.altMax, `${field}.${index}`);
  });
}
