import { z } from 'zod';
import { accountId, conversationId, mediaId, messageId, variantId } from './ids';
import type { PostOptions } from './network';

/** One part of a post: a single post has one, a thread has several. */
export const segment = z.object({ text: z.string(), mediaIds: z.array(mediaId).readonly() });
export type Segment = z.infer<typeof segment>;

/** What a post says, before it is fitted to an account. */
export const postContent = z.object({
  segments: z.array(segment).min(1).readonly(),
  /** BCP 47 tag of the text, when the person set one. */
  lang: z.string().optional(),
  /** Web address of a post of the same network that this one quotes. */
  quoteUrl: z.string().optional(),
});
export type PostContent = z.infer<typeof postContent>;

export const emptyContent: PostContent = { segments: [{ text: '', mediaIds: [] }] };

export const mediaKind = (mime: string): 'image' | 'video' => (mime.startsWith('video/') ? 'video' : 'image');

/** Where text came from; anything but `human` names the log entry of the answer it came from. */
export const textOrigin = z.enum(['human', 'ai_verbatim', 'ai_edited', 'mixed']);
export type TextOrigin = z.infer<typeof textOrigin>;

/** What will be declared about AI's part, and where: on the network by its flag, in the text, or nowhere. */
export const disclosure = z.object({
  decision: z.enum(['none', 'text', 'flag']),
  basis: z.enum(['not_ai', 'brand_policy', 'person_asked', 'law', 'human_reviewed']),
  text: z.string().optional(),
});
export type Disclosure = z.infer<typeof disclosure>;
export const noDisclosure: Disclosure = { decision: 'none', basis: 'not_ai' };

/** Values of `capabilities.publish.options`, by their ids. */
export const postOptions = z.record(z.string().max(40), z.union([z.string().max(4_000), z.boolean()]));

/** Absent rather than empty, so that a post without choices has one form. */
export const chosenOptions = (options: PostOptions): PostOptions | undefined =>
  Object.keys(options).length === 0 ? undefined : options;

/**
 * The exact thing a person approves. Its hash binds the approval (design.md 3.3): text, media bytes and alt
 * texts in order, account, kind of write, target and disclosure. Anything else may change without asking again.
 */
export const approvable = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('publish'),
    accountId,
    variantId,
    segments: z
      .array(
        z.object({
          text: z.string(),
          media: z.array(z.object({ sha256: z.string(), alt: z.string() })).readonly(),
        }),
      )
      .readonly(),
    lang: z.string().optional(),
    quoteUrl: z.string().optional(),
    /** Absent where nothing was chosen. */
    options: postOptions.optional(),
    disclosure,
  }),
  z.object({
    kind: z.literal('reply'),
    accountId,
    conversationId,
    /** The message answered; absent for a direct message. */
    parentId: messageId.optional(),
    /** By a direct message to the author of a comment. */
    private: z.literal(true).optional(),
    text: z.string(),
    disclosure,
  }),
]);
export type Approvable = z.infer<typeof approvable>;

/** Stable JSON: keys sorted, undefined left out. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value !== null && typeof value === 'object') {
    const entries = Object.entries(value)
      .filter(([, item]) => item !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`).join(',')}}`;
  }
  return JSON.stringify(value);
}

/** SHA-256 (hex) over the canonical JSON of what is approved. Same function in the window and in main. */
export async function approvalHash(content: Approvable): Promise<string> {
  const bytes = new TextEncoder().encode(canonical(content));
  const digest = await crypto.subtle.digest('SHA-256', bytes);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** The content an account will publish: its override where there is one, else the base. */
export const effectiveContent = (base: PostContent, override: PostContent | null): PostContent =>
  override ?? base;

export const isEmpty = (content: PostContent): boolean =>
  content.segments.every((part) => part.text.trim() === '' && part.mediaIds.length === 0);
