import { hasLink } from '@shared/domain/cost';
import { xCashtags } from '@shared/domain/count-x';
import type { Capabilities, PostOptions, Support } from '@shared/domain/network';
import { z } from 'zod';
import { NetworkError } from '../errors';
import type { AccountRef, RemoteTarget, Write, WriteMedia, WriteStep } from '../network';
import { checkAlt, checkText, invalid, stepMaker, tooMany, unsupported } from '../plan-checks';
import { limits, xDefaults } from './capabilities';
import { isDirectKey } from './mapping';

const uploadStep = z.object({
  do: z.literal('upload'),
  mediaId: z.string(),
  kind: z.enum(['image', 'video']),
  /** The only media of its post: a GIF must be. */
  alone: z.boolean(),
  field: z.string(),
});
const postStep = z.object({
  do: z.literal('post'),
  text: z.string(),
  /** Steps of the uploads. */
  media: z.array(z.string()),
  /** The post to answer. */
  parent: z.string().optional(),
  /** The step of the segment before this one, and which segment this is. */
  after: z.string().optional(),
  segment: z.number(),
  ai: z.boolean(),
  paidPartnership: z.boolean(),
  replySettings: z.string().optional(),
  /** What X charges for it. */
  price: z.enum(['post', 'postWithUrl', 'reply']),
});
const directStep = z.object({ do: z.literal('direct'), key: z.string(), text: z.string() });

/** What a step's `data` holds; read back from the database when the step runs. */
export const stepData = z.discriminatedUnion('do', [
  uploadStep,
  z.object({ do: z.literal('describe'), upload: z.string(), alt: z.string() }),
  /** When the write was about to begin, so that a later look knows what is new. */
  z.object({ do: z.literal('mark') }),
  postStep,
  directStep,
  z.object({ do: z.literal('hide'), id: z.string(), on: z.boolean() }),
  z.object({ do: z.literal('delete'), id: z.string() }),
]);
type StepData = z.infer<typeof stepData>;
export type UploadStep = z.infer<typeof uploadStep>;
export type PostStep = z.infer<typeof postStep>;
export type DirectStep = z.infer<typeof directStep>;

const { hidden, visible } = stepMaker<StepData>();
const mark = hidden('mark', { do: 'mark' });

export function planWrite(write: Write, account: AccountRef): readonly WriteStep[] {
  const capabilities = account.capabilities ?? xDefaults;
  switch (write.kind) {
    case 'publish':
      return planPublish(write, capabilities);
    case 'reply':
      return planReply(write, capabilities);
    case 'dm': {
      const { remoteKey: key } = write.conversation;
      if (!isDirectKey(key)) throw unsupported('not a direct conversation');
      checkText(write.text, capabilities.directMessage.text, 'text');
      return [mark, visible('direct', { do: 'direct', key, text: write.text })];
    }
    case 'hide':
    case 'unhide':
      // docs.x.com, hide replies: only in a conversation that the account began.
      if (write.conversation.type !== 'comment')
        throw unsupported('only answers below an own post can be hidden');
      return [visible(write.kind, { do: 'hide', id: write.target.remoteId, on: write.kind === 'hide' })];
    case 'delete':
      return write.remoteIds.map((id, index) => visible(`delete:${index}`, { do: 'delete', id })).reverse();
    case 'like':
    case 'unlike':
    case 'delete_other':
    case 'mark_read':
      throw unsupported(`X has no ${write.kind.replace('_', ' ')} by API for self-serve apps`);
  }
}

/** X refuses answers by API to posts that neither name nor quote the account (networks.md 0.1). */
export const answerable = ({ summons }: RemoteTarget['ref']): Support =>
  summons === 'none'
    ? {
        ok: false,
        why: 'network',
        note: 'X lets apps answer only those who mention or quote the account. Answer on X itself.',
      }
    : { ok: true };

function planReply(
  write: Extract<Write, { kind: 'reply' }>,
  capabilities: Capabilities,
): readonly WriteStep[] {
  if (write.private) throw unsupported('X has no private answer to a post');
  if (!answerable(write.parent.ref).ok)
    throw new NetworkError(
      {
        kind: 'policy_blocked',
        params: { reason: 'not_called' },
        detail: 'X allows answers by API only to posts that mention or quote the account',
      },
      'no',
    );
  checkPost(write.text, capabilities, 'text');
  const { remoteId: parent, ref } = write.parent;
  // Answers that somebody called for have a price of their own; an answer to oneself is a post.
  const price = ref.summons === 'own' ? priceOf(write.text) : 'reply';
  const step: PostStep = {
    ...plainPost,
    text: write.text,
    parent,
    ai: write.declareAi ?? false,
    price,
  };
  return [mark, visible('post:0', step)];
}

const plainPost: Omit<PostStep, 'text' | 'price'> = {
  do: 'post',
  media: [],
  segment: 0,
  ai: false,
  paidPartnership: false,
};

/**
 * All media go up before the first post goes out, so that a refused one leaves no half a thread. A thread is a chain of
 * answers to oneself: whether self-serve apps may do that is not documented, and X says so at the second post if not.
 */
function planPublish(
  write: Extract<Write, { kind: 'publish' }>,
  capabilities: Capabilities,
): readonly WriteStep[] {
  if (write.quoteUrl) throw unsupported('X has taken quotes by API away from self-serve apps');
  const { paidPartnership, replySettings } = optionsOf(write.options ?? {});
  const media = write.segments.flatMap((segment, index) => planMedia(segment.media, index));
  const posts = write.segments.map(({ text, media: attached }, index) => {
    checkPost(text, capabilities, `segments.${index}.text`, attached.length > 0);
    checkMedia(attached, capabilities, `segments.${index}.media`);
    return visible(`post:${index}`, {
      do: 'post',
      text,
      media: attached.map((_, place) => uploadKey(index, place)),
      segment: index,
      ai: write.declareAi ?? false,
      paidPartnership,
      price: priceOf(text),
      ...(index > 0 && { after: `post:${index - 1}` }),
      // It holds for the whole conversation and is told with its first post.
      ...(index === 0 && replySettings !== undefined && { replySettings }),
    });
  });
  return [...media, mark, ...posts];
}

const priceOf = (text: string): 'post' | 'postWithUrl' => (hasLink(text) ? 'postWithUrl' : 'post');

const uploadKey = (index: number, place: number): string => `upload:${index}:${place}`;

const planMedia = (media: readonly WriteMedia[], index: number): readonly WriteStep[] =>
  media.flatMap(({ mediaId, alt, kind = 'image' }, place) => {
    const upload = uploadKey(index, place);
    const field = `segments.${index}.media.${place}`;
    const data = { do: 'upload', mediaId, kind, alone: media.length === 1, field } as const;
    const isDescribed = kind === 'image' && alt.trim() !== '';
    return [
      hidden(upload, data),
      ...(isDescribed ? [hidden(`alt:${index}:${place}`, { do: 'describe' as const, upload, alt })] : []),
    ];
  });

function optionsOf(options: PostOptions): {
  readonly paidPartnership: boolean;
  readonly replySettings: string | undefined;
} {
  const { paidPartnership = false, replySettings = 'everyone' } = options;
  if (typeof paidPartnership !== 'boolean') throw invalid('options.paidPartnership', 'yes or no');
  if (typeof replySettings !== 'string' || !limits.replySettings.includes(replySettings))
    throw invalid('options.replySettings', 'not one of the values');
  // Everyone is what X assumes; it has no word for it.
  return { paidPartnership, replySettings: replySettings === 'everyone' ? undefined : replySettings };
}

function checkPost(text: string, { publish }: Capabilities, field: string, mayBeEmpty = false): void {
  checkText(text, publish.text, field, mayBeEmpty);
  const tags = xCashtags(text).length;
  if (tags > limits.text.cashtags)
    throw invalid(field, `${tags} cashtags: X takes ${limits.text.cashtags} in a post`);
}

function checkMedia(media: readonly WriteMedia[], { publish }: Capabilities, field: string): void {
  const videos = media.filter(({ kind }) => kind === 'video').length;
  if (videos < media.length) checkSupport(publish.images, field);
  if (videos > 0) checkSupport(publish.video, field);
  const max = videos > 0 ? 1 : publish.images.ok ? (publish.images.max ?? Infinity) : 0;
  if (media.length > max) throw tooMany(field, max, media.length);
  const { images } = publish;
  media.forEach(({ alt, kind }, index) => {
    if (kind !== 'video' && images.ok) checkAlt(alt, images.altMax, `${field}.${index}`);
  });
}

function checkSupport(support: Support, field: string): void {
  if (!support.ok) throw invalid(field, support.note);
}
