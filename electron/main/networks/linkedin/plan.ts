import type { Capabilities, PostOptions, TextLimit } from '@shared/domain/network';
import { z } from 'zod';
import type { AccountRef, Write, WriteMedia, WriteStep } from '../network';
import { checkAlts, checkText, invalid, stepMaker, tooMany, unsupported } from '../plan-checks';
import { capabilitiesFor } from './capabilities';

const imagePart = z.object({ step: z.string(), alt: z.string() });
const link = z.object({ source: z.string(), title: z.string() });

/** What a step's `data` holds; read back from the database when the step runs. */
export const stepData = z.discriminatedUnion('do', [
  z.object({ do: z.literal('image'), mediaId: z.string() }),
  z.object({ do: z.literal('video'), mediaId: z.string() }),
  /** The last look before something goes out: what is there already, where LinkedIn lets the account look. */
  z.object({
    do: z.literal('prepare'),
    reads: z.boolean(),
    /** The comment to answer, and the one at the head of its thread. */
    parent: z.string().optional(),
    top: z.string().optional(),
  }),
  z.object({
    do: z.literal('post'),
    text: z.string(),
    visibility: z.string(),
    images: z.array(imagePart),
    video: z.string().optional(),
    link: link.optional(),
    reads: z.boolean(),
  }),
  z.object({
    do: z.literal('comment'),
    text: z.string(),
    /** The post it stands below; absent: the one that this job has published. */
    post: z.string().optional(),
    /** The comment it answers, at the head of a thread. */
    top: z.string().optional(),
  }),
  z.object({ do: z.literal('react'), urn: z.string(), on: z.boolean() }),
  z.object({ do: z.literal('delete'), urn: z.string(), reads: z.boolean() }),
]);
type StepData = z.infer<typeof stepData>;
type Of<Name extends StepData['do']> = Extract<StepData, { do: Name }>;
export type PrepareStep = Of<'prepare'>;
export type PostStep = Of<'post'>;
export type CommentStep = Of<'comment'>;

const { hidden, visible } = stepMaker<StepData>();

export function planWrite(write: Write, account: AccountRef): readonly WriteStep[] {
  const capabilities = account.capabilities ?? capabilitiesFor(account.remoteId);
  const reads = capabilities.idempotency.reconcile;
  switch (write.kind) {
    case 'publish':
      return planPublish(write, capabilities);
    case 'reply':
      return planReply(write, capabilities);
    case 'like':
    case 'unlike': {
      if (!capabilities.act.like.ok) throw unsupported(capabilities.act.like.note);
      return [visible(write.kind, { do: 'react', urn: write.target.remoteId, on: write.kind === 'like' })];
    }
    case 'delete':
      return write.remoteIds
        .map((urn, index) => visible(`delete:${index}`, { do: 'delete', urn, reads }))
        .reverse();
    case 'dm':
      throw unsupported('LinkedIn has no direct messages for programs');
    case 'hide':
    case 'unhide':
    case 'delete_other':
      throw unsupported('comments of others are hidden and removed on LinkedIn itself');
    case 'mark_read':
      throw unsupported('LinkedIn keeps no read state for comments');
  }
}

function planReply(
  write: Extract<Write, { kind: 'reply' }>,
  capabilities: Capabilities,
): readonly WriteStep[] {
  if (write.private) throw unsupported('LinkedIn has no direct messages for programs');
  if (!capabilities.act.reply.ok) throw unsupported(capabilities.act.reply.note);
  checkText(write.text, commentLimit(capabilities), 'text');
  const { post, top } = write.parent.ref;
  if (post === undefined || top === undefined) throw unsupported('not a comment below a post of the Page');
  const parent = write.parent.remoteId;
  return [
    hidden('prepare', { do: 'prepare', reads: true, parent, top }),
    visible('comment:0', { do: 'comment', text: write.text, post, top }),
  ];
}

/** The post, with everything that hangs on it uploaded before; then what follows it, as comments below. */
function planPublish(
  write: Extract<Write, { kind: 'publish' }>,
  capabilities: Capabilities,
): readonly WriteStep[] {
  if (write.quoteUrl !== undefined) throw unsupported('put the link to the post into the text');
  const { publish, idempotency } = capabilities;
  const [first, ...more] = write.segments;
  if (!first) throw invalid('segments', 'empty');
  if (more.length > 0 && publish.thread === 'none') throw tooMany('segments', 1, write.segments.length);
  const found = linkOf(write.options ?? {}, publish.options ?? []);
  checkText(first.text, publish.text, 'segments.0.text', first.media.length > 0 || found !== undefined);
  checkMedia(first.media, capabilities);
  if (found && first.media.length > 0) throw invalid('options.link', 'a post has a link or media, not both');
  if (first.media.length === 0 && !publish.textOnly.ok) throw unsupported(publish.textOnly.note);
  more.forEach((segment, index) => {
    checkText(segment.text, commentLimit(capabilities), `segments.${index + 1}.text`);
    if (segment.media.length > 0) throw tooMany(`segments.${index + 1}.media`, 0, segment.media.length);
  });
  const uploads = first.media.map(({ mediaId, kind }, index) => {
    const what = kind === 'video' ? 'video' : 'image';
    return hidden(`${what}:${index}`, { do: what, mediaId });
  });
  const images = first.media.flatMap(({ alt, kind }, index) =>
    kind === 'video' ? [] : [{ step: `image:${index}`, alt }],
  );
  const video = uploads.find(({ data }) => data.do === 'video')?.key;
  const reads = idempotency.reconcile;
  return [
    ...uploads,
    hidden('prepare', { do: 'prepare', reads }),
    visible('post', {
      do: 'post',
      text: first.text,
      visibility: visibilityOf(write.options ?? {}, publish.options ?? []),
      images,
      ...(video !== undefined && { video }),
      ...(found && { link: found }),
      reads,
    }),
    ...more.map(({ text }, index) => visible(`comment:${index + 1}`, { do: 'comment', text })),
  ];
}

const commentLimit = ({ publish }: Capabilities): TextLimit => publish.commentText ?? publish.text;

function checkMedia(media: readonly WriteMedia[], { publish: { images, video } }: Capabilities): void {
  const field = 'segments.0.media';
  const videos = media.filter(({ kind }) => kind === 'video').length;
  if (videos > 0) {
    if (media.length > 1) throw tooMany(field, 1, media.length);
    if (!video.ok) throw unsupported(video.note);
    return;
  }
  const max = images.ok ? (images.max ?? Infinity) : 0;
  if (media.length > max) throw tooMany(field, max, media.length);
  checkAlts(media, images.ok ? images.altMax : null, field);
}

type Options = NonNullable<Capabilities['publish']['options']>;

function visibilityOf(given: PostOptions, options: Options): string {
  const choice = options.find(({ id }) => id === 'visibility');
  if (choice?.kind !== 'choice') return 'PUBLIC';
  const value = given.visibility ?? choice.initial;
  if (typeof value !== 'string' || !choice.values.includes(value))
    throw invalid('options.visibility', 'not one of the values');
  return value.toUpperCase();
}

function linkOf(given: PostOptions, options: Options): z.infer<typeof link> | undefined {
  const source = optionText(given, options, 'link');
  if (source === '') return undefined;
  const isWeb = URL.canParse(source) && /^https?:$/.test(new URL(source).protocol);
  if (!isWeb) throw invalid('options.link', 'not a web address');
  // LinkedIn reads no title from the page itself.
  return { source, title: optionText(given, options, 'linkTitle') || new URL(source).hostname };
}

function optionText(given: PostOptions, options: Options, id: string): string {
  const option = options.find((one) => one.id === id);
  const value = given[id];
  if (option?.kind !== 'text' || typeof value !== 'string') return '';
  const text = value.trim();
  if (text.length > option.max) throw tooMany(`options.${id}`, option.max, text.length);
  return text;
}
