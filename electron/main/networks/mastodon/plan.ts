import { randomUUID } from 'node:crypto';
import { graphemes, measure } from '@shared/domain/count';
import type { Capabilities } from '@shared/domain/network';
import { z } from 'zod';
import { namesPerson } from '@shared/domain/named-answer';
import { NetworkError } from '../errors';
import type { AccountRef, Write, WriteStep } from '../network';
import { mastodonDefaults } from './capabilities';
import { directAccts } from './mapping';

const imagePart = z.object({ step: z.string(), mediaId: z.string() });
const visibility = z.enum(['public', 'unlisted', 'private', 'direct']);

/** What a step's `data` holds; read back from the database when the step runs. */
export const stepData = z.discriminatedUnion('do', [
  z.object({ do: z.literal('image'), mediaId: z.string(), alt: z.string() }),
  /** Where the account's own statuses end before the write, so that a later look knows what is new. */
  z.object({ do: z.literal('prepare'), parent: z.string().optional(), direct: z.string().optional() }),
  z.object({
    do: z.literal('status'),
    idempotencyKey: z.string(),
    text: z.string(),
    visibility,
    lang: z.string().optional(),
    images: z.array(imagePart),
    /** The status to answer. */
    parent: z.string().optional(),
    /** The step of the segment before this one. */
    after: z.string().optional(),
  }),
  z.object({ do: z.literal('favourite'), id: z.string(), on: z.boolean() }),
  z.object({ do: z.literal('delete'), id: z.string() }),
  z.object({ do: z.literal('read'), key: z.string() }),
]);
type StepData = z.infer<typeof stepData>;
export type StatusStep = Extract<StepData, { do: 'status' }>;
export type ImageStep = Extract<StepData, { do: 'image' }>;
export type PrepareStep = Extract<StepData, { do: 'prepare' }>;

const hidden = (key: string, data: StepData): WriteStep => ({ key, effect: 'hidden', data });
const visible = (key: string, data: StepData, clientId?: string): WriteStep => ({
  key,
  effect: 'visible',
  ...(clientId !== undefined && { clientId }),
  data,
});
const statusStep = (key: string, data: Omit<StatusStep, 'do' | 'idempotencyKey'>): WriteStep => {
  const idempotencyKey = randomUUID();
  return visible(key, { do: 'status', idempotencyKey, ...data }, idempotencyKey);
};
const unsupported = (detail: string) => new NetworkError({ kind: 'unsupported', detail }, 'no');

export function planWrite(write: Write, account: AccountRef): readonly WriteStep[] {
  const capabilities = account.capabilities ?? mastodonDefaults;
  switch (write.kind) {
    case 'publish':
      return planPublish(write, capabilities);
    case 'reply': {
      checkText(write.text, capabilities, 'text');
      const parent = write.parent.remoteId;
      const seenBy = visibility.safeParse(write.parent.ref.visibility).data ?? 'public';
      return [
        hidden('prepare', { do: 'prepare', parent }),
        statusStep('status:0', { text: write.text, visibility: seenBy, images: [], parent }),
      ];
    }
    case 'dm':
      return planDirect(write, capabilities);
    case 'like':
    case 'unlike': {
      const on = write.kind === 'like';
      return [visible(write.kind, { do: 'favourite', id: write.target.remoteId, on })];
    }
    case 'hide':
    case 'unhide':
      throw unsupported('Mastodon cannot hide answers');
    case 'delete':
      return write.remoteIds.map((id, index) => visible(`delete:${index}`, { do: 'delete', id })).reverse();
    case 'mark_read':
      if (directAccts(write.conversation.remoteKey) === undefined)
        throw unsupported('only direct conversations are marked as read');
      return [hidden('read', { do: 'read', key: write.conversation.remoteKey })];
  }
}

/** All images go up before the first segment goes out, so that a refused one leaves no half a thread. */
function planPublish(
  write: Extract<Write, { kind: 'publish' }>,
  capabilities: Capabilities,
): readonly WriteStep[] {
  if (write.quoteUrl) throw unsupported('quotes are not offered on Mastodon');
  const images = write.segments.flatMap(({ media }, index) =>
    media.map(({ mediaId, alt }, place) =>
      hidden(imageKey(index, place), { do: 'image' as const, mediaId, alt }),
    ),
  );
  const statuses = write.segments.map((segment, index) => {
    checkText(segment.text, capabilities, `segments.${index}.text`, segment.media.length > 0);
    checkImages(segment.media, capabilities, `segments.${index}.media`);
    return statusStep(`status:${index}`, {
      text: segment.text,
      visibility: 'public',
      ...(write.lang !== undefined && { lang: write.lang }),
      images: segment.media.map(({ mediaId }, place) => ({ step: imageKey(index, place), mediaId })),
      ...(index > 0 && { after: `status:${index - 1}` }),
    });
  });
  return [...images, hidden('prepare', { do: 'prepare' }), ...statuses];
}

const imageKey = (index: number, place: number): string => `image:${index}:${place}`;

/** A direct message reaches only whom its text names: there is no other field for it. */
function planDirect(write: Extract<Write, { kind: 'dm' }>, capabilities: Capabilities): readonly WriteStep[] {
  const { remoteKey: direct } = write.conversation;
  const accts = directAccts(direct);
  if (!accts || accts.length === 0) throw unsupported('not a direct conversation');
  const missing = accts.filter((acct) => !namesPerson(write.text, acct)).map((acct) => `@${acct}`);
  if (missing.length > 0)
    throw new NetworkError({ kind: 'validation', field: 'text', detail: `name ${missing.join(' ')}` }, 'no');
  checkText(write.text, capabilities, 'text');
  return [
    hidden('prepare', { do: 'prepare', direct }),
    statusStep('status:0', { text: write.text, visibility: 'direct', images: [] }),
  ];
}

function checkText(text: string, { publish }: Capabilities, field: string, mayBeEmpty = false): void {
  if (text.trim() === '' && !mayBeEmpty)
    throw new NetworkError({ kind: 'validation', field, detail: 'empty' }, 'no');
  const used = measure(text, publish.text);
  if (used > publish.text.max) throw tooMany(field, publish.text.max, used);
}

function checkImages(
  media: readonly { readonly alt: string }[],
  { publish: { images } }: Capabilities,
  field: string,
): void {
  const max = images.ok ? (images.max ?? Infinity) : 0;
  if (media.length > max) throw tooMany(field, max, media.length);
  const altMax = images.ok ? (images.altMax ?? Infinity) : Infinity;
  media.forEach(({ alt }, index) => {
    const used = graphemes(alt);
    if (used > altMax) throw tooMany(`${field}.${index}.alt`, altMax, used);
  });
}

const tooMany = (field: string, max: number, count: number): NetworkError =>
  new NetworkError(
    { kind: 'validation', field, params: { max, count }, detail: `${count} of at most ${max}` },
    'no',
  );
