import { randomUUID } from 'node:crypto';
import type { Capabilities } from '@shared/domain/network';
import { z } from 'zod';
import { namesPerson } from '@shared/domain/named-answer';
import type { AccountRef, Write, WriteStep } from '../network';
import { invalid, stepMaker, unsupported } from '../plan-checks';
import { mastodonDefaults } from './capabilities';
import { checkMedia, checkWords, readOptions } from './limits';
import { directAccts } from './mapping';

const mediaPart = z.object({ step: z.string(), mediaId: z.string() });
const visibility = z.enum(['public', 'unlisted', 'private', 'direct']);

/** What a step's `data` holds; read back from the database when the step runs. */
export const stepData = z.discriminatedUnion('do', [
  z.object({ do: z.literal('image'), mediaId: z.string(), alt: z.string() }),
  z.object({ do: z.literal('video'), mediaId: z.string(), alt: z.string() }),
  /** The post at an address, as the account's own server knows it. */
  z.object({ do: z.literal('quoted'), url: z.string() }),
  /** Where the account's own statuses end before the write, so that a later look knows what is new. */
  z.object({ do: z.literal('prepare'), parent: z.string().optional(), direct: z.string().optional() }),
  z.object({
    do: z.literal('status'),
    idempotencyKey: z.string(),
    text: z.string(),
    visibility,
    lang: z.string().optional(),
    warning: z.string().optional(),
    sensitive: z.boolean().optional(),
    images: z.array(mediaPart),
    /** The status to answer. */
    parent: z.string().optional(),
    /** The step of the segment before this one. */
    after: z.string().optional(),
    /** The step that found the post to quote. */
    quoted: z.string().optional(),
  }),
  z.object({ do: z.literal('favourite'), id: z.string(), on: z.boolean() }),
  z.object({ do: z.literal('delete'), id: z.string() }),
  z.object({ do: z.literal('read'), key: z.string() }),
]);
type StepData = z.infer<typeof stepData>;
export type StatusStep = Extract<StepData, { do: 'status' }>;
export type MediaStep = Extract<StepData, { do: 'image' | 'video' }>;
export type QuotedStep = Extract<StepData, { do: 'quoted' }>;
export type PrepareStep = Extract<StepData, { do: 'prepare' }>;

const { hidden, visible } = stepMaker<StepData>();
const statusStep = (key: string, data: Omit<StatusStep, 'do' | 'idempotencyKey'>): WriteStep => {
  const idempotencyKey = randomUUID();
  return visible(key, { do: 'status', idempotencyKey, ...data }, idempotencyKey);
};

export function planWrite(write: Write, account: AccountRef): readonly WriteStep[] {
  const capabilities = account.capabilities ?? mastodonDefaults;
  switch (write.kind) {
    case 'publish':
      return planPublish(write, capabilities);
    case 'reply': {
      if (write.private) throw unsupported('an answer is seen by those who see the post');
      checkWords(write.text, capabilities, 'text');
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
    case 'delete_other':
      throw unsupported('Mastodon can neither hide nor remove answers of others');
    case 'delete':
      return write.remoteIds.map((id, index) => visible(`delete:${index}`, { do: 'delete', id })).reverse();
    case 'mark_read':
      if (directAccts(write.conversation.remoteKey) === undefined)
        throw unsupported('only direct conversations are marked as read');
      return [hidden('read', { do: 'read', key: write.conversation.remoteKey })];
  }
}

/** Everything hidden comes before the first segment goes out, so that a refused image leaves no half a thread. */
function planPublish(
  write: Extract<Write, { kind: 'publish' }>,
  capabilities: Capabilities,
): readonly WriteStep[] {
  const quoted = planQuote(write.quoteUrl, capabilities);
  const seen = readOptions(write.options, capabilities);
  const media = write.segments.flatMap((segment, index) =>
    segment.media.map(({ mediaId, alt, kind = 'image' }, place) =>
      hidden(mediaKey(index, place), { do: kind, mediaId, alt }),
    ),
  );
  const statuses = write.segments.map((segment, index) => {
    const field = `segments.${index}`;
    checkWords(segment.text, capabilities, `${field}.text`, segment.media.length > 0, seen.warning);
    checkMedia(segment.media, capabilities, `${field}.media`);
    return statusStep(`status:${index}`, {
      text: segment.text,
      ...seen,
      ...(write.lang !== undefined && { lang: write.lang }),
      images: segment.media.map(({ mediaId }, place) => ({ step: mediaKey(index, place), mediaId })),
      ...(index > 0 && { after: `status:${index - 1}` }),
      ...(index === 0 && quoted && { quoted: quoted.key }),
    });
  });
  return [...(quoted ? [quoted] : []), ...media, hidden('prepare', { do: 'prepare' }), ...statuses];
}

const mediaKey = (index: number, place: number): string => `image:${index}:${place}`;

function planQuote(url: string | undefined, { publish }: Capabilities): WriteStep | undefined {
  if (!url) return undefined;
  if (!publish.quote.ok) throw unsupported(publish.quote.note);
  if (!/^https?:$/.test(URL.canParse(url) ? new URL(url).protocol : ''))
    throw invalid('quoteUrl', 'not the address of a post');
  return hidden('quoted', { do: 'quoted', url });
}

/** A direct message reaches only whom its text names: there is no other field for it. */
function planDirect(write: Extract<Write, { kind: 'dm' }>, capabilities: Capabilities): readonly WriteStep[] {
  const { remoteKey: direct } = write.conversation;
  const accts = directAccts(direct);
  if (!accts || accts.length === 0) throw unsupported('not a direct conversation');
  const missing = accts.filter((acct) => !namesPerson(write.text, acct)).map((acct) => `@${acct}`);
  if (missing.length > 0) throw invalid('text', `name ${missing.join(' ')}`);
  checkWords(write.text, capabilities, 'text');
  return [
    hidden('prepare', { do: 'prepare', direct }),
    statusStep('status:0', { text: write.text, visibility: 'direct', images: [] }),
  ];
}
