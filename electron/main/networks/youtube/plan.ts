import { utf8Bytes } from '@shared/domain/count';
import type { Capabilities, PostOptions, TextLimit } from '@shared/domain/network';
import { z } from 'zod';
import type { AccountRef, RemoteTarget, Write, WriteStep } from '../network';
import { checkText, invalid, stepMaker, tooMany, unsupported } from '../plan-checks';
import { answerLimit, youtubeDefaults } from './capabilities';

const status = z.object({
  visibility: z.string(),
  madeForKids: z.boolean(),
  synthetic: z.boolean(),
});
const moderation = z.enum(['published', 'heldForReview', 'rejected']);

/** What a step's `data` holds; read back from the database when the step runs. */
export const stepData = z.discriminatedUnion('do', [
  /** Opens an upload. The video comes up as private, so that nobody sees it before it is released. */
  z.object({
    do: z.literal('session'),
    mediaId: z.string(),
    title: z.string(),
    description: z.string(),
    status,
  }),
  z.object({
    do: z.literal('upload'),
    mediaId: z.string(),
    title: z.string(),
    description: z.string(),
    status,
  }),
  z.object({ do: z.literal('release'), status }),
  /** The last look before an answer goes out. */
  z.object({ do: z.literal('prepare'), parent: z.string(), thread: z.string() }),
  z.object({ do: z.literal('answer'), thread: z.string(), text: z.string(), video: z.string().optional() }),
  z.object({ do: z.literal('moderate'), id: z.string(), to: moderation }),
  z.object({ do: z.literal('delete'), id: z.string() }),
]);
type StepData = z.infer<typeof stepData>;
type Of<Name extends StepData['do']> = Extract<StepData, { do: Name }>;
export type UploadStep = Of<'upload'> | Of<'session'>;
export type ReleaseStep = Of<'release'>;
export type AnswerStep = Of<'answer'>;
export type ModerateStep = Of<'moderate'>;
export type VideoStatus = z.infer<typeof status>;

const { hidden, visible } = stepMaker<StepData>();

export function planWrite(write: Write, account: AccountRef): readonly WriteStep[] {
  const capabilities = account.capabilities ?? youtubeDefaults;
  switch (write.kind) {
    case 'publish':
      return planPublish(write, capabilities);
    case 'reply':
      return planReply(write, capabilities);
    case 'hide':
    case 'unhide':
      return planModeration(write.kind, write.target, write.kind === 'hide' ? 'heldForReview' : 'published');
    case 'delete_other':
      return planModeration(write.kind, write.target, 'rejected');
    case 'delete':
      return write.remoteIds.map((id, index) => visible(`delete:${index}`, { do: 'delete', id })).reverse();
    case 'like':
    case 'unlike':
      throw unsupported('YouTube lets no program like a comment');
    case 'dm':
      throw unsupported('YouTube has no direct messages');
    case 'mark_read':
      throw unsupported('YouTube keeps no read state for comments');
  }
}

const planModeration = (key: string, target: RemoteTarget, to: z.infer<typeof moderation>) => [
  visible(key, { do: 'moderate', id: target.remoteId, to }),
];

function planReply(
  write: Extract<Write, { kind: 'reply' }>,
  capabilities: Capabilities,
): readonly WriteStep[] {
  if (write.private) throw unsupported('YouTube has no direct messages');
  if (!capabilities.act.reply.ok) throw unsupported(capabilities.act.reply.note);
  checkText(write.text, answerLimit, 'text');
  // Threads have one level: an answer to an answer stands below the same comment.
  const thread = write.parent.ref.thread ?? write.conversation.remoteKey;
  const { video } = write.parent.ref;
  return [
    hidden('prepare', { do: 'prepare', parent: write.parent.remoteId, thread }),
    visible('answer', { do: 'answer', thread, text: write.text, ...(video !== undefined && { video }) }),
  ];
}

/** Upload and processing are out of everybody's sight; the one visible step says who sees the video. */
function planPublish(
  write: Extract<Write, { kind: 'publish' }>,
  { publish }: Capabilities,
): readonly WriteStep[] {
  if (write.quoteUrl !== undefined) throw unsupported('put the link into the description');
  const [segment, ...more] = write.segments;
  if (!segment) throw invalid('segments', 'empty');
  if (more.length > 0) throw tooMany('segments', 1, write.segments.length);
  if (!publish.video.ok) throw unsupported(publish.video.note);
  checkDescription(segment.text, publish.text, 'segments.0.text');
  const [media, ...others] = segment.media;
  if (media?.kind !== 'video') throw invalid('segments.0.media', 'YouTube takes a video and nothing else');
  if (others.length > 0) throw tooMany('segments.0.media', 1, segment.media.length);
  const options = write.options ?? {};
  const title = titleOf(options, publish.options ?? []);
  const status: VideoStatus = {
    visibility: visibilityOf(options, publish.options ?? []),
    madeForKids: options.madeForKids === true,
    synthetic: write.declareAi === true,
  };
  const video = { mediaId: media.mediaId, title, description: segment.text, status };
  return [
    hidden('session', { do: 'session', ...video }),
    hidden('upload', { do: 'upload', ...video }),
    visible('release', { do: 'release', status }),
  ];
}

function checkDescription(text: string, limit: TextLimit, field: string): void {
  checkText(text, limit, field, true);
  const bytes = utf8Bytes(text);
  if (limit.maxBytes !== undefined && bytes > limit.maxBytes) throw tooMany(field, limit.maxBytes, bytes);
  if (/[<>]/.test(text)) throw invalid(field, 'YouTube takes no < and > here');
}

type Options = NonNullable<Capabilities['publish']['options']>;

function titleOf(given: PostOptions, options: Options): string {
  const option = options.find(({ id }) => id === 'title');
  const title = typeof given.title === 'string' ? given.title.trim() : '';
  if (title === '') throw invalid('options.title', 'empty');
  if (/[<>]/.test(title)) throw invalid('options.title', 'YouTube takes no < and > here');
  const max = option?.kind === 'text' ? option.max : Infinity;
  if (title.length > max) throw tooMany('options.title', max, title.length);
  return title;
}

function visibilityOf(given: PostOptions, options: Options): string {
  const choice = options.find(({ id }) => id === 'visibility');
  if (choice?.kind !== 'choice') return 'public';
  const value = given.visibility ?? choice.initial;
  if (typeof value !== 'string' || !choice.values.includes(value))
    throw invalid('options.visibility', 'not one of the values');
  return value;
}
