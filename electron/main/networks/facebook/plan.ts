import type { Capabilities, PostOptions, TextLimit } from '@shared/domain/network';
import { z } from 'zod';
import { NetworkError } from '../errors';
import type { AccountRef, Write, WriteStep } from '../network';
import { checkAlts, checkText, invalid, stepMaker, tooMany, unsupported } from '../plan-checks';
import { facebookDefaults, limits } from './capabilities';
import { personOf } from './mapping';

/** What a step's `data` holds; read back from the database when the step runs. */
export const stepData = z.discriminatedUnion('do', [
  z.object({ do: z.literal('photo'), mediaId: z.string(), alt: z.string() }),
  z.object({ do: z.literal('upload'), mediaId: z.string(), reel: z.boolean() }),
  /** What is on the network before the write, so that a later look knows what is new. */
  z.object({
    do: z.literal('prepare'),
    posts: z.boolean().optional(),
    comments: z.string().optional(),
    /** What is to be answered is a comment itself. */
    isComment: z.boolean().optional(),
    person: z.string().optional(),
  }),
  z.object({
    do: z.literal('post'),
    text: z.string(),
    link: z.string().optional(),
    /** Steps that staged the photos. */
    photos: z.array(z.string()),
  }),
  z.object({ do: z.literal('video'), text: z.string(), upload: z.string(), reel: z.boolean() }),
  z.object({ do: z.literal('processed'), video: z.string() }),
  z.object({
    do: z.literal('comment'),
    text: z.string(),
    photo: z.string().optional(),
    /** What is commented on: an id, or the step that publishes it. */
    on: z.string().optional(),
    below: z.string().optional(),
  }),
  z.object({
    do: z.literal('message'),
    person: z.string(),
    text: z.string(),
    lastIncomingAt: z.number().optional(),
  }),
  z.object({ do: z.literal('private'), comment: z.string(), text: z.string() }),
  z.object({ do: z.literal('like'), id: z.string(), on: z.boolean() }),
  z.object({ do: z.literal('hide'), id: z.string(), on: z.boolean() }),
  z.object({ do: z.literal('delete'), id: z.string() }),
  z.object({ do: z.literal('seen'), person: z.string() }),
]);
export type StepData = z.infer<typeof stepData>;
export type Step<Do extends StepData['do']> = Extract<StepData, { do: Do }>;

const { hidden, visible } = stepMaker<StepData>();
const withheld = (field: string, detail: string) =>
  new NetworkError({ kind: 'permission', field, detail }, 'no');

export function planWrite(
  write: Write,
  account: AccountRef,
  { now }: { readonly now: number },
): readonly WriteStep[] {
  const capabilities = account.capabilities ?? facebookDefaults;
  switch (write.kind) {
    case 'publish':
      return planPublish(write, capabilities);
    case 'reply':
      return planReply(write, capabilities, now);
    case 'dm': {
      const person = personIn(write.conversation.remoteKey);
      checkText(write.text, capabilities.directMessage.text, 'text');
      return [
        hidden('prepare', { do: 'prepare', person }),
        visible('message', { do: 'message', person, text: write.text, lastIncomingAt: write.lastIncomingAt }),
      ];
    }
    case 'like':
    case 'unlike':
      if (write.conversation.type === 'dm') throw unsupported('messages cannot be liked');
      return [visible(write.kind, { do: 'like', id: write.target.remoteId, on: write.kind === 'like' })];
    case 'hide':
    case 'unhide':
      if (write.conversation.type === 'dm') throw unsupported('messages cannot be hidden');
      return [visible(write.kind, { do: 'hide', id: write.target.remoteId, on: write.kind === 'hide' })];
    case 'delete':
      return write.remoteIds.map((id, index) => visible(`delete:${index}`, { do: 'delete', id })).reverse();
    case 'delete_other':
      if (write.conversation.type === 'dm') throw unsupported('messages of others cannot be deleted');
      return [visible('delete:0', { do: 'delete', id: write.target.remoteId })];
    case 'mark_read':
      return [hidden('seen', { do: 'seen', person: personIn(write.conversation.remoteKey) })];
  }
}

function personIn(remoteKey: string): string {
  const person = personOf(remoteKey);
  if (person === undefined) throw unsupported('not a Messenger conversation');
  return person;
}

function planReply(
  write: Extract<Write, { kind: 'reply' }>,
  capabilities: Capabilities,
  now: number,
): readonly WriteStep[] {
  const { remoteId, ref } = write.parent;
  if (!write.private) {
    checkText(write.text, commentLimit(capabilities), 'text');
    return [
      hidden('prepare', { do: 'prepare', comments: remoteId, isComment: ref.kind === 'comment' }),
      visible('comment:0', { do: 'comment', text: write.text, on: remoteId }),
    ];
  }
  if (ref.kind !== 'comment') throw unsupported('only comments are answered privately');
  checkText(write.text, capabilities.directMessage.text, 'text');
  const until = Number(ref.at) + (capabilities.privateReplyWindowMs ?? limits.privateReplyWindowMs);
  if (now > until)
    throw new NetworkError({ kind: 'policy_blocked', detail: 'the time for a private answer is over' }, 'no');
  return [visible('private', { do: 'private', comment: remoteId, text: write.text })];
}

/** Everything hidden goes up before the post is out, so that a refused file leaves no half of it. */
function planPublish(
  write: Extract<Write, { kind: 'publish' }>,
  capabilities: Capabilities,
): readonly WriteStep[] {
  if (write.quoteUrl) throw unsupported('posts cannot be quoted on Facebook');
  const [post, ...comments] = write.segments;
  if (!post) throw invalid('segments', 'empty');
  const { link, reel } = readOptions(write.options ?? {});
  checkPost(post, { link, reel }, capabilities);
  // Half a post must not stay behind where comments are not allowed.
  const { reply } = capabilities.act;
  if (comments.length > 0 && !reply.ok) throw withheld('segments.1.text', reply.note);
  comments.forEach((one, index) => checkComment(one, index + 1, capabilities));
  const photos = write.segments.flatMap(({ media }, segment) =>
    media.flatMap(({ mediaId, alt, kind }, place) =>
      kind === 'video' ? [] : [hidden(photoKey(segment, place), { do: 'photo', mediaId, alt })],
    ),
  );
  const video = post.media.find(({ kind }) => kind === 'video');
  return [
    ...photos,
    ...(video ? [hidden('upload', { do: 'upload', mediaId: video.mediaId, reel })] : []),
    hidden('prepare', { do: 'prepare', posts: true }),
    ...(video
      ? [
          visible('video', { do: 'video', text: post.text, upload: 'upload', reel }),
          hidden('post:0', { do: 'processed', video: 'video' }),
        ]
      : [
          visible('post:0', {
            do: 'post',
            text: post.text,
            ...(link !== undefined && { link }),
            photos: post.media.map((_, place) => photoKey(0, place)),
          }),
        ]),
    ...comments.map(({ text, media }, index) =>
      visible(`comment:${index + 1}`, {
        do: 'comment',
        text,
        below: 'post:0',
        ...(media.length > 0 && { photo: photoKey(index + 1, 0) }),
      }),
    ),
  ];
}

const photoKey = (segment: number, place: number): string => `photo:${segment}:${place}`;

function readOptions(options: PostOptions): { readonly link: string | undefined; readonly reel: boolean } {
  const { format = 'post', link = '' } = options;
  if (format !== 'post' && format !== 'reel') throw invalid('options.format', 'no such format');
  const address = typeof link === 'string' ? link.trim() : '';
  if (address === '') return { link: undefined, reel: format === 'reel' };
  if (address.length > limits.linkMax) throw tooMany('options.link', limits.linkMax, address.length);
  if (!URL.canParse(address) || !/^https?:$/.test(new URL(address).protocol))
    throw invalid('options.link', 'not an address');
  return { link: address, reel: format === 'reel' };
}

type Segment = Extract<Write, { kind: 'publish' }>['segments'][number];

function checkPost(
  { text, media }: Segment,
  { link, reel }: ReturnType<typeof readOptions>,
  capabilities: Capabilities,
): void {
  const field = 'segments.0.media';
  const { publish } = capabilities;
  const { images, video, textOnly } = publish;
  if (!textOnly.ok) throw withheld('segments.0.text', textOnly.note);
  if (media.length > 0 && !images.ok) throw withheld(field, images.note);
  checkText(text, publish.text, 'segments.0.text', media.length > 0 || link !== undefined);
  if (link !== undefined && media.length > 0)
    throw invalid('options.link', 'a post has either media or a link');
  const videos = media.filter(({ kind }) => kind === 'video').length;
  if (reel && (videos !== 1 || media.length !== 1)) throw invalid('options.format', 'a reel is one video');
  if (videos > 0) {
    if (!video.ok) throw withheld(field, video.note);
    if (media.length > 1) throw invalid(field, 'a video stands alone');
  } else checkImages(media, images.ok ? (images.max ?? 0) : 0, capabilities, field);
}

function checkComment({ text, media }: Segment, index: number, capabilities: Capabilities): void {
  const field = `segments.${index}.media`;
  checkText(text, commentLimit(capabilities), `segments.${index}.text`, media.length > 0);
  if (media.some(({ kind }) => kind === 'video')) throw invalid(field, 'a comment takes no video');
  checkImages(media, limits.commentImages, capabilities, field);
}

const commentLimit = ({ publish }: Capabilities): TextLimit => publish.commentText ?? publish.text;

function checkImages(
  media: Segment['media'],
  max: number,
  { publish: { images } }: Capabilities,
  field: string,
): void {
  if (media.length > max) throw tooMany(field, max, media.length);
  checkAlts(media, images.ok ? images.altMax : null, field);
}
