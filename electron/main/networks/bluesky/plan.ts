import { z } from 'zod';
import { NetworkError } from '../errors';
import type { AccountRef, Write, WriteStep } from '../network';
import { LIKES, POSTS } from './agent';
import { blueskyDefaults, limits } from './capabilities';
import { chatIds, isBy, uriParts } from './mapping';
import { measure } from './rich-text';
import { nextTid } from './tid';

const imagePart = z.object({ step: z.string(), mediaId: z.string(), alt: z.string() });
const ref = z.object({ uri: z.string(), cid: z.string().optional() });

/** What a step's `data` holds; read back from the database when the step runs. */
export const stepData = z.discriminatedUnion('do', [
  z.object({ do: z.literal('image'), mediaId: z.string() }),
  /** The last look before a post goes out: mentions, quote, parent, and the instant it carries from then on. */
  z.object({
    do: z.literal('prepare'),
    texts: z.array(z.string()),
    rkey: z.string(),
    quoteUrl: z.string().optional(),
    parent: ref.optional(),
  }),
  z.object({
    do: z.literal('post'),
    index: z.number(),
    rkey: z.string(),
    text: z.string(),
    lang: z.string().optional(),
    images: z.array(imagePart),
    /** The step of the segment before this one. */
    after: z.string().optional(),
  }),
  z.object({ do: z.literal('prepare-message'), convoId: z.string(), text: z.string() }),
  z.object({ do: z.literal('message'), convoId: z.string(), text: z.string() }),
  z.object({ do: z.literal('like'), rkey: z.string(), subject: ref, createdAt: z.string() }),
  z.object({ do: z.literal('find-like'), uri: z.string() }),
  z.object({ do: z.literal('unlike') }),
  z.object({
    do: z.literal('hide'),
    uri: z.string(),
    rootUri: z.string(),
    hidden: z.boolean(),
    createdAt: z.string(),
  }),
  z.object({ do: z.literal('delete'), uri: z.string() }),
  z.object({ do: z.literal('delete-message'), convoId: z.string(), messageId: z.string() }),
  z.object({ do: z.literal('seen'), upTo: z.number() }),
  z.object({ do: z.literal('read'), convoId: z.string() }),
]);
export type StepData = z.infer<typeof stepData>;
type Of<Name extends StepData['do']> = Extract<StepData, { do: Name }>;
export type PostStep = Of<'post'>;
export type PrepareStep = Of<'prepare'>;
export type MessageStep = Of<'message'>;
export type HideStep = Of<'hide'>;
export type LikeStep = Of<'like'>;

export function planWrite(write: Write, account: AccountRef, now: number): readonly WriteStep[] {
  switch (write.kind) {
    case 'publish':
      return planPublish(write, account, now);
    case 'reply':
      return planReply(write, account, now);
    case 'dm':
      checkText(write.text, blueskyDefaults.directMessage.text, 'text');
      return [
        hidden('prepare', { do: 'prepare-message', convoId: write.conversation.remoteKey, text: write.text }),
        visible('message', { do: 'message', convoId: write.conversation.remoteKey, text: write.text }),
      ];
    case 'delete':
      return write.remoteIds.map((remoteId, index) => planDelete(remoteId, index, account)).reverse();
    case 'mark_read':
      return write.conversation.type === 'dm'
        ? [hidden('read', { do: 'read', convoId: write.conversation.remoteKey })]
        : [hidden('seen', { do: 'seen', upTo: write.upTo })];
    case 'delete_other':
      throw new NetworkError({ kind: 'unsupported', detail: 'Bluesky deletes own posts only' }, 'no');
    default:
      return planReaction(write, account, now);
  }
}

const hidden = (key: string, data: StepData): WriteStep => ({ key, effect: 'hidden', data });
const visible = (key: string, data: StepData, clientId?: string): WriteStep => ({
  key,
  effect: 'visible',
  ...(clientId !== undefined && { clientId }),
  data,
});
const recordUri = (account: AccountRef, collection: string, rkey: string): string =>
  `at://${account.remoteId}/${collection}/${rkey}`;

/** All images go up before the first segment goes out, so that a refused one leaves no half a thread. */
function planPublish(
  write: Extract<Write, { kind: 'publish' }>,
  account: AccountRef,
  now: number,
): readonly WriteStep[] {
  const posts: PostStep[] = write.segments.map((segment, index) => {
    checkText(segment.text, blueskyDefaults.publish.text, `segments.${index}.text`, segment.media.length > 0);
    checkImages(segment.media, `segments.${index}.media`);
    return {
      do: 'post',
      index,
      rkey: nextTid(now),
      text: segment.text,
      lang: write.lang,
      images: segment.media.map(({ mediaId, alt }, place) => ({
        step: `image:${index}:${place}`,
        mediaId,
        alt,
      })),
      ...(index > 0 && { after: `post:${index - 1}` }),
    };
  });
  const images = posts.flatMap((post) => post.images);
  return [
    ...images.map(({ step, mediaId }) => hidden(step, { do: 'image', mediaId })),
    hidden('prepare', {
      do: 'prepare',
      texts: posts.map(({ text }) => text),
      rkey: posts[0]?.rkey ?? '',
      quoteUrl: write.quoteUrl,
    }),
    ...posts.map((post) => visible(`post:${post.index}`, post, recordUri(account, POSTS, post.rkey))),
  ];
}

function planReply(
  write: Extract<Write, { kind: 'reply' }>,
  account: AccountRef,
  now: number,
): readonly WriteStep[] {
  checkText(write.text, blueskyDefaults.publish.text, 'text');
  const rkey = nextTid(now);
  const parent = { uri: write.parent.remoteId, cid: write.parent.ref.cid };
  return [
    hidden('prepare', { do: 'prepare', texts: [write.text], rkey, parent }),
    visible(
      'post:0',
      { do: 'post', index: 0, rkey, text: write.text, images: [] },
      recordUri(account, POSTS, rkey),
    ),
  ];
}

function planReaction(
  write: Extract<Write, { kind: 'like' | 'unlike' | 'hide' | 'unhide' }>,
  account: AccountRef,
  now: number,
): readonly WriteStep[] {
  const { remoteId, ref: known } = write.target;
  if (!uriParts(remoteId))
    throw new NetworkError(
      { kind: 'unsupported', detail: 'direct messages can be neither liked nor hidden' },
      'no',
    );
  const createdAt = new Date(now).toISOString();
  if (write.kind === 'like') {
    const rkey = nextTid(now);
    const subject = { uri: remoteId, cid: known.cid };
    return [visible('like', { do: 'like', rkey, subject, createdAt }, recordUri(account, LIKES, rkey))];
  }
  if (write.kind === 'unlike')
    return [hidden('find-like', { do: 'find-like', uri: remoteId }), visible('unlike', { do: 'unlike' })];
  const { rootUri } = known;
  // Only whoever began a thread may hide answers in it.
  if (rootUri === undefined || !isBy(rootUri, account.remoteId))
    throw new NetworkError({ kind: 'policy_blocked', detail: 'the thread is not ours' }, 'no');
  return [
    visible(write.kind, { do: 'hide', uri: remoteId, rootUri, hidden: write.kind === 'hide', createdAt }),
  ];
}

function planDelete(remoteId: string, index: number, account: AccountRef): WriteStep {
  const chat = chatIds(remoteId);
  // The chat service deletes a message only for whoever asks: nobody else sees a difference.
  if (chat) return hidden(`delete:${index}`, { do: 'delete-message', ...chat });
  if (!isBy(remoteId, account.remoteId))
    throw new NetworkError({ kind: 'policy_blocked', detail: 'only own posts can be deleted' }, 'no');
  return visible(`delete:${index}`, { do: 'delete', uri: remoteId }, remoteId);
}

function checkText(
  text: string,
  limit: { readonly max: number; readonly maxBytes?: number },
  field: string,
  mayBeEmpty = false,
): void {
  if (text.trim() === '' && !mayBeEmpty)
    throw new NetworkError({ kind: 'validation', field, detail: 'empty' }, 'no');
  const { graphemes, bytes } = measure(text);
  if (graphemes > limit.max) throw tooMany(field, limit.max, graphemes);
  if (limit.maxBytes !== undefined && bytes > limit.maxBytes) throw tooMany(field, limit.maxBytes, bytes);
}

function checkImages(media: readonly { readonly alt: string }[], field: string): void {
  const { max, altMaxGraphemes } = limits.images;
  if (media.length > max) throw tooMany(field, max, media.length);
  media.forEach(({ alt }, index) => {
    const { graphemes } = measure(alt);
    if (graphemes > altMaxGraphemes) throw tooMany(`${field}.${index}.alt`, altMaxGraphemes, graphemes);
  });
}

const tooMany = (field: string, max: number, count: number): NetworkError =>
  new NetworkError(
    { kind: 'validation', field, params: { max, count }, detail: `${count} of at most ${max}` },
    'no',
  );
