import type { Capabilities } from '@shared/domain/network';
import { z } from 'zod';
import { checkParts, partData, partOf } from '../container-part';
import type { AccountRef, Write, WriteMedia, WriteStep } from '../network';
import { checkText, invalid, stepMaker, tooMany, unsupported } from '../plan-checks';
import { formats, instagramDefaults } from './capabilities';
import { personOf } from './mapping';

const format = z.enum(formats);

/** What a step's `data` holds; read back from the database when the step runs. */
export const stepData = z.discriminatedUnion('do', [
  /** The quota, and where the account's own media end before the write, so that a later look knows what is new. */
  z.object({ do: z.literal('prepare'), format }),
  z.object({ do: z.literal('host'), mediaId: z.string(), kind: z.enum(['image', 'video']) }),
  /** One picture of a carousel. */
  z.object({ do: z.literal('item'), part: partData }),
  z.object({
    do: z.literal('container'),
    format,
    part: partData.optional(),
    /** Steps of the pictures of a carousel. */
    items: z.array(z.string()),
    caption: z.string(),
    madeWithAi: z.boolean(),
    shareToFeed: z.boolean(),
  }),
  z.object({ do: z.literal('publish'), format, caption: z.string() }),
  z.object({ do: z.literal('comment'), text: z.string(), key: z.string() }),
  z.object({ do: z.literal('tidy'), hosts: z.array(z.string()) }),
  /** What lies below a comment, or in a conversation, before an answer goes there. */
  z.object({ do: z.literal('look_reply'), parent: z.string() }),
  z.object({ do: z.literal('reply'), parent: z.string(), text: z.string() }),
  z.object({ do: z.literal('look_message'), person: z.string().optional() }),
  z.object({
    do: z.literal('message'),
    text: z.string(),
    /** The person; absent where only their comment is known. */
    person: z.string().optional(),
    /** Answers this comment privately. */
    comment: z.string().optional(),
    lastIncomingAt: z.number().optional(),
  }),
  z.object({ do: z.literal('hide'), id: z.string(), on: z.boolean() }),
  z.object({ do: z.literal('delete'), id: z.string() }),
]);
type StepData = z.infer<typeof stepData>;
export type StepOf<Do extends StepData['do']> = Extract<StepData, { do: Do }>;

const { hidden, visible } = stepMaker<StepData>();

export function planWrite(write: Write, account: AccountRef): readonly WriteStep[] {
  const capabilities = account.capabilities ?? instagramDefaults;
  switch (write.kind) {
    case 'publish':
      return planPublish(write, capabilities);
    case 'reply':
      return write.private ? planPrivate(write, capabilities) : planReply(write, capabilities);
    case 'dm': {
      checkText(write.text, capabilities.directMessage.text, 'text');
      const person = personOf(write.conversation.remoteKey);
      if (person === undefined) throw unsupported('not a direct conversation');
      return [
        hidden('look', { do: 'look_message', person }),
        visible('message', { do: 'message', text: write.text, person, lastIncomingAt: write.lastIncomingAt }),
      ];
    }
    case 'hide':
    case 'unhide': {
      if (write.conversation.type !== 'comment')
        throw unsupported('only comments below own posts can be hidden');
      return [visible(write.kind, { do: 'hide', id: write.target.remoteId, on: write.kind === 'hide' })];
    }
    case 'delete':
      return write.remoteIds.map((id, index) => visible(`delete:${index}`, { do: 'delete', id })).reverse();
    case 'delete_other': {
      if (write.conversation.type !== 'comment')
        throw unsupported('only comments below own posts can be removed');
      return [visible('delete', { do: 'delete', id: write.target.remoteId })];
    }
    case 'like':
    case 'unlike':
      throw unsupported('Instagram takes no likes by its API');
    case 'mark_read':
      throw unsupported('Instagram does not let other apps mark conversations as read');
  }
}

type Publish = Extract<Write, { kind: 'publish' }>;
type Reply = Extract<Write, { kind: 'reply' }>;

/** Quota first, files and containers next, the post, its comments, and last the files are taken away again. */
function planPublish(write: Publish, capabilities: Capabilities): readonly WriteStep[] {
  if (write.quoteUrl) throw unsupported('Instagram has no quotes');
  const [first, ...comments] = write.segments;
  if (!first) throw invalid('segments', 'empty');
  const chosen = format.safeParse(write.options?.format ?? 'post').data;
  if (!chosen) throw invalid('options.format', 'no such format');
  checkMedia(first.media, capabilities, chosen);
  const isStory = chosen === 'story';
  if (isStory && first.text.trim() !== '') throw invalid('segments.0.text', 'a story has no caption');
  if (isStory && comments.length > 0) throw invalid('segments.1.text', 'a story takes no comment');
  checkText(first.text, capabilities.publish.text, 'segments.0.text', true);
  comments.forEach(({ text, media }, index) => {
    const field = `segments.${index + 1}`;
    checkText(text, capabilities.publish.commentText ?? capabilities.publish.text, `${field}.text`);
    if (media.length > 0) throw tooMany(`${field}.media`, 0, media.length);
  });
  const parts = first.media.map((media, index) => partOf(media, `host:${index}`));
  const isCarousel = parts.length > 1;
  const items = isCarousel
    ? parts.map((one, index) => hidden(`item:${index}`, { do: 'item', part: one }))
    : [];
  const container: StepOf<'container'> = {
    do: 'container',
    format: chosen,
    ...(!isCarousel && { part: parts[0] }),
    items: items.map(({ key }) => key),
    caption: first.text,
    madeWithAi: write.declareAi === true,
    shareToFeed: write.options?.share_to_feed !== false,
  };
  return [
    hidden('prepare', { do: 'prepare', format: chosen }),
    ...parts.map(({ host, mediaId, kind }) => hidden(host, { do: 'host', mediaId, kind })),
    ...items,
    hidden('container', container),
    visible('publish', { do: 'publish', format: chosen, caption: first.text }),
    ...comments.map(({ text }, index) => {
      const key = `comment:${index + 1}`;
      return visible(key, { do: 'comment', text, key });
    }),
    hidden('tidy', { do: 'tidy', hosts: parts.map(({ host }) => host) }),
  ];
}

function planReply(write: Reply, capabilities: Capabilities): readonly WriteStep[] {
  if (write.parent.ref.tag !== undefined)
    throw unsupported('a post that tags the account is answered on Instagram itself');
  checkText(write.text, capabilities.publish.commentText ?? capabilities.publish.text, 'text');
  // Instagram knows one level of answers: an answer to an answer goes below the comment above both.
  const parent = write.parent.ref.top ?? write.parent.remoteId;
  return [
    hidden('look', { do: 'look_reply', parent }),
    visible('reply', { do: 'reply', parent, text: write.text }),
  ];
}

function planPrivate(write: Reply, capabilities: Capabilities): readonly WriteStep[] {
  if (write.parent.ref.tag !== undefined) throw unsupported('only a comment can be answered privately');
  checkText(write.text, capabilities.directMessage.text, 'text');
  const person = write.parent.ref.person;
  const comment = write.parent.remoteId;
  return [
    hidden('look', { do: 'look_message', ...(person !== undefined && { person }) }),
    visible('message', { do: 'message', text: write.text, comment, ...(person !== undefined && { person }) }),
  ];
}

function checkMedia(
  media: readonly WriteMedia[],
  capabilities: Capabilities,
  chosen: z.infer<typeof format>,
): void {
  const field = 'segments.0.media';
  const most = capabilities.publish.images.max ?? instagramDefaults.publish.images.max ?? 1;
  if (media.length === 0) throw invalid(field, 'an image or a video is needed');
  if (chosen === 'reel' && media[0]?.kind !== 'video') throw invalid(field, 'a reel is a video');
  checkParts(media, chosen === 'post' ? most : 1, capabilities, field);
}
