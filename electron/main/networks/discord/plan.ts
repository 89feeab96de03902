import { randomUUID } from 'node:crypto';
import type { Capabilities } from '@shared/domain/network';
import { z } from 'zod';
import type { AccountRef, Write, WriteMedia, WriteStep } from '../network';
import { checkAlts, checkText, invalid, stepMaker, tooMany, unsupported } from '../plan-checks';
import { discordDefaults, limits, mentionValues, webhookCapabilities } from './capabilities';
import { accountParts, directChannel, messageParts } from './keys';

const mediaPart = z.object({ mediaId: z.string(), kind: z.enum(['image', 'video']), alt: z.string() });

/** What a step's `data` holds; read back from the database when the step runs. */
export const stepData = z.discriminatedUnion('do', [
  /** The last look before anything goes out: the files, and where the channel ends. */
  z.object({ do: z.literal('prepare'), channel: z.string().optional(), media: z.array(mediaPart) }),
  /** The direct channel with a person, which Discord makes where there is none. */
  z.object({ do: z.literal('open'), person: z.string() }),
  z.object({
    do: z.literal('message'),
    /** Absent: the channel that step `open` gave. */
    channel: z.string().optional(),
    nonce: z.string(),
    text: z.string(),
    media: z.array(mediaPart),
    mentions: z.enum(mentionValues),
    /** The message to answer; its author is told. */
    parent: z.string().optional(),
    /** The step of the segment before this one. */
    after: z.string().optional(),
  }),
  z.object({
    do: z.literal('hook'),
    text: z.string(),
    media: z.array(mediaPart),
    mentions: z.enum(mentionValues),
  }),
  z.object({ do: z.literal('react'), channel: z.string(), id: z.string(), on: z.boolean() }),
  z.object({ do: z.literal('delete'), channel: z.string(), id: z.string() }),
]);
type StepData = z.infer<typeof stepData>;
type Of<Name extends StepData['do']> = Extract<StepData, { do: Name }>;
export type PrepareStep = Of<'prepare'>;
export type OpenStep = Of<'open'>;
export type MessageStep = Of<'message'>;
export type HookStep = Of<'hook'>;
export type ReactStep = Of<'react'>;
export type DeleteStep = Of<'delete'>;
export type MediaPart = z.infer<typeof mediaPart>;

const { hidden, visible } = stepMaker<StepData>();
/** Discord forgets a nonce after some minutes; within them a second message with it is the first one. */
const messageStep = (key: string, data: Omit<MessageStep, 'do' | 'nonce'>): WriteStep => {
  const nonce = randomUUID().replaceAll('-', '').slice(0, limits.nonce.length);
  return visible(key, { do: 'message', nonce, ...data }, nonce);
};

export function planWrite(write: Write, account: AccountRef): readonly WriteStep[] {
  const own = accountParts(account.remoteId);
  const usual = own.kind === 'webhook' ? webhookCapabilities : discordDefaults;
  const capabilities = account.capabilities ?? usual;
  if (write.kind === 'publish') return planPublish(write, own, capabilities);
  if (write.kind === 'delete')
    return write.remoteIds
      .map((remoteId, index) => visible(`delete:${index}`, { do: 'delete', ...messageParts(remoteId) }))
      .reverse();
  if (own.kind === 'webhook') throw unsupported('a webhook only writes');
  return planAnswer(write, capabilities);
}

function planAnswer(
  write: Exclude<Write, { kind: 'publish' | 'delete' }>,
  capabilities: Capabilities,
): readonly WriteStep[] {
  switch (write.kind) {
    case 'reply':
      checkText(write.text, capabilities.publish.text, 'text');
      return write.private ? planPrivate(write) : planReply(write);
    case 'dm': {
      const channel = directChannel(write.conversation.remoteKey);
      if (channel === undefined) throw unsupported('not a direct conversation');
      checkText(write.text, capabilities.directMessage.text, 'text');
      return [
        hidden('prepare', { do: 'prepare', channel, media: [] }),
        messageStep('message:0', { channel, text: write.text, media: [], mentions: 'none' }),
      ];
    }
    case 'like':
    case 'unlike': {
      const on = write.kind === 'like';
      return [visible(write.kind, { do: 'react', ...messageParts(write.target.remoteId), on })];
    }
    case 'delete_other':
      return [visible('delete', { do: 'delete', ...messageParts(write.target.remoteId) })];
    case 'hide':
    case 'unhide':
      throw unsupported('Discord cannot hide messages');
    case 'mark_read':
      throw unsupported('bots have no read marks on Discord');
  }
}

type Reply = Extract<Write, { kind: 'reply' }>;

function planReply({ parent, text }: Reply): readonly WriteStep[] {
  const { channel, id } = messageParts(parent.remoteId);
  return [
    hidden('prepare', { do: 'prepare', channel, media: [] }),
    messageStep('message:0', { channel, text, media: [], mentions: 'none', parent: id }),
  ];
}

function planPrivate({ parent, text }: Reply): readonly WriteStep[] {
  const person = parent.ref.author;
  if (person === undefined) throw unsupported('it is not known who wrote this');
  return [
    hidden('open', { do: 'open', person }),
    hidden('prepare', { do: 'prepare', media: [] }),
    messageStep('message:0', { text, media: [], mentions: 'none' }),
  ];
}

/** Files go up with their message: they are looked at before the first one goes out. */
function planPublish(
  write: Extract<Write, { kind: 'publish' }>,
  own: ReturnType<typeof accountParts>,
  capabilities: Capabilities,
): readonly WriteStep[] {
  if (write.quoteUrl) throw unsupported('quotes are not offered on Discord');
  const mentions = mentionsOf(write.options?.mentions);
  const messages = write.segments.map((segment, index) => {
    const field = `segments.${index}`;
    checkText(segment.text, capabilities.publish.text, `${field}.text`, segment.media.length > 0);
    checkMedia(segment.media, capabilities, `${field}.media`);
    const key = `message:${index}`;
    const content = { text: segment.text, media: segment.media.map(partOf), mentions };
    if (own.kind === 'webhook') return visible(key, { do: 'hook', ...content });
    const after = index > 0 ? { after: `message:${index - 1}` } : {};
    return messageStep(key, { channel: own.channel, ...content, ...after });
  });
  const media = write.segments.flatMap((segment) => segment.media.map(partOf));
  const channel = own.kind === 'bot' ? { channel: own.channel } : {};
  return [hidden('prepare', { do: 'prepare', ...channel, media }), ...messages];
}

const partOf = ({ mediaId, kind, alt }: WriteMedia): MediaPart => ({ mediaId, kind: kind ?? 'image', alt });

function mentionsOf(value: string | boolean | undefined): MessageStep['mentions'] {
  if (value === undefined) return 'none';
  const known = mentionValues.find((one) => one === value);
  if (known) return known;
  throw invalid('options.mentions', 'no such choice');
}

function checkMedia(
  media: readonly WriteMedia[],
  { publish: { images } }: Capabilities,
  field: string,
): void {
  if (media.length === 0) return;
  if (!images.ok) throw unsupported(images.note);
  const { max = Infinity, altMax } = images;
  if (media.length > max) throw tooMany(field, max, media.length);
  checkAlts(media, altMax, field);
}
