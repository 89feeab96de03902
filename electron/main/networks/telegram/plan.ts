import type { Capabilities } from '@shared/domain/network';
import { z } from 'zod';
import type { AccountRef, Write, WriteMedia, WriteStep } from '../network';
import { checkText, invalid, stepMaker, tooMany, unsupported } from '../plan-checks';
import { limits, telegramDefaults } from './capabilities';
import { accountParts, directParts, messageParts } from './keys';

const mediaPart = z.object({ mediaId: z.string(), kind: z.enum(['image', 'video']) });
const place = {
  chat: z.string(),
  business: z.string().optional(),
  /** A person's thread in the direct messages of a channel. */
  topic: z.number().optional(),
};

/** What a step's `data` holds; read back from the database when the step runs. */
export const stepData = z.discriminatedUnion('do', [
  /** The last look at the files before anything goes out, and the instant after which it can be found. */
  z.object({ do: z.literal('prepare'), albums: z.array(z.array(mediaPart)) }),
  z.object({
    do: z.literal('message'),
    ...place,
    text: z.string(),
    media: z.array(mediaPart),
    silent: z.boolean(),
    /** The message to answer. */
    parent: z.number().optional(),
    /** The step of the segment before this one. */
    after: z.string().optional(),
    /** The conversation that an answer belongs to. */
    conversation: z.string().optional(),
  }),
  z.object({ do: z.literal('react'), chat: z.string(), id: z.number(), on: z.boolean() }),
  z.object({
    do: z.literal('delete'),
    chat: z.string(),
    ids: z.array(z.number()),
    business: z.string().optional(),
  }),
  z.object({ do: z.literal('read'), key: z.string(), chat: z.string(), business: z.string() }),
]);
type StepData = z.infer<typeof stepData>;
type Of<Name extends StepData['do']> = Extract<StepData, { do: Name }>;
export type MessageStep = Of<'message'>;
export type PrepareStep = Of<'prepare'>;
export type ReactStep = Of<'react'>;
export type DeleteStep = Of<'delete'>;
export type ReadStep = Of<'read'>;
export type MediaPart = z.infer<typeof mediaPart>;

const { hidden, visible } = stepMaker<StepData>();

export function planWrite(write: Write, account: AccountRef): readonly WriteStep[] {
  const capabilities = account.capabilities ?? telegramDefaults;
  switch (write.kind) {
    case 'publish':
      return planPublish(write, account, capabilities);
    case 'reply': {
      if (write.private) throw unsupported('a bot cannot write to a person who has not written to it');
      const { chat, ids, business } = messageParts(write.parent.remoteId);
      const to = { chat, parent: ids[0], conversation: write.conversation.remoteKey };
      return planText(write.text, { ...to, ...(business !== undefined && { business }) }, capabilities);
    }
    case 'dm': {
      const to = directParts(write.conversation.remoteKey);
      if (!to) throw unsupported('not a direct conversation');
      return planText(write.text, to, capabilities);
    }
    case 'like':
    case 'unlike':
      return planReaction(write.target.remoteId, write.kind);
    case 'hide':
    case 'unhide':
      throw unsupported('Telegram cannot hide comments');
    case 'delete':
      return write.remoteIds
        .map((remoteId, index) => visible(`delete:${index}`, { do: 'delete', ...deleted(remoteId) }))
        .reverse();
    case 'delete_other':
      return [visible('delete', { do: 'delete', ...deleted(write.target.remoteId) })];
    case 'mark_read': {
      const key = write.conversation.remoteKey;
      const to = directParts(key);
      if (to?.business === undefined)
        throw unsupported('only messages of a Business account are marked as read');
      return [hidden('read', { do: 'read', key, chat: to.chat, business: to.business })];
    }
  }
}

const deleted = (remoteId: string) => {
  const { chat, ids, business } = messageParts(remoteId);
  return { chat, ids: [...ids], ...(business !== undefined && { business }) };
};

function planReaction(remoteId: string, kind: 'like' | 'unlike'): readonly WriteStep[] {
  const { chat, ids, business } = messageParts(remoteId);
  const [id] = ids;
  if (business !== undefined || id === undefined)
    throw unsupported('Telegram has no reactions by bots in the chats of a Business account');
  return [visible(kind, { do: 'react', chat, id, on: kind === 'like' })];
}

function planText(
  text: string,
  to: Pick<MessageStep, 'chat' | 'business' | 'topic' | 'parent' | 'conversation'>,
  capabilities: Capabilities,
): readonly WriteStep[] {
  checkText(text, capabilities.directMessage.text, 'text');
  return [
    hidden('prepare', { do: 'prepare', albums: [] }),
    visible('message:0', { do: 'message', ...to, text, media: [], silent: false }),
  ];
}

/** Telegram takes files only together with the message: they are looked at before the first one goes out. */
function planPublish(
  write: Extract<Write, { kind: 'publish' }>,
  account: AccountRef,
  capabilities: Capabilities,
): readonly WriteStep[] {
  const { chat } = accountParts(account.remoteId);
  if (chat === null) throw unsupported('no channel or group was named for this bot');
  if (write.quoteUrl) throw unsupported('quotes are not offered on Telegram');
  const silent = silentOf(write.options?.silent);
  const messages = write.segments.map(({ text, media }, index) => {
    const field = `segments.${index}`;
    checkMedia(media, capabilities, `${field}.media`);
    // Below media the text is a caption, which is shorter.
    const { text: longest, captionText = longest } = capabilities.publish;
    checkText(text, media.length > 0 ? captionText : longest, `${field}.text`, media.length > 0);
    return visible(`message:${index}`, {
      do: 'message',
      chat,
      text,
      media: media.map(partOf),
      silent,
      ...(index > 0 && { after: `message:${index - 1}` }),
    });
  });
  const albums = write.segments.map((segment) => segment.media.map(partOf));
  return [hidden('prepare', { do: 'prepare', albums }), ...messages];
}

const partOf = ({ mediaId, kind }: WriteMedia): MediaPart => ({ mediaId, kind: kind ?? 'image' });

function silentOf(value: string | boolean | undefined): boolean {
  if (value === undefined || typeof value === 'boolean') return value ?? false;
  throw invalid('options.silent', 'not a switch');
}

function checkMedia(media: readonly WriteMedia[], { publish }: Capabilities, field: string): void {
  if (media.length === 0) return;
  const { images, video } = publish;
  for (const support of [images, video]) if (!support.ok) throw unsupported(support.note);
  const max = images.ok ? (images.max ?? limits.album.max) : 0;
  if (media.length > max) throw tooMany(field, max, media.length);
}
