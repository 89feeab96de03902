import { graphemes } from '@shared/domain/count';
import type { Capabilities } from '@shared/domain/network';
import { z } from 'zod';
import { checkParts, partData, partOf } from '../container-part';
import { NetworkError } from '../errors';
import type { AccountRef, Write, WriteStep } from '../network';
import { checkText, invalid, stepMaker, tooMany, unsupported } from '../plan-checks';
import { limits, threadsDefaults } from './capabilities';

/** What a step's `data` holds; read back from the database when the step runs. */
export const stepData = z.discriminatedUnion('do', [
  /** The quota, what is answered, and where the account's own posts end before the write. */
  z.object({
    do: z.literal('prepare'),
    posts: z.number(),
    replies: z.number(),
    parent: z.string().optional(),
  }),
  z.object({ do: z.literal('host'), mediaId: z.string() }),
  /** One picture of a carousel. */
  z.object({ do: z.literal('item'), part: partData }),
  z.object({
    do: z.literal('container'),
    text: z.string(),
    part: partData.optional(),
    /** Steps of the pictures of a carousel. */
    items: z.array(z.string()),
    /** The post to answer: one that is there, or the one that this step published. */
    parent: z.string().optional(),
    after: z.string().optional(),
    replyControl: z.string().optional(),
    topicTag: z.string().optional(),
    link: z.string().optional(),
  }),
  z.object({ do: z.literal('publish'), container: z.string(), text: z.string(), isReply: z.boolean() }),
  z.object({ do: z.literal('tidy'), hosts: z.array(z.string()) }),
  z.object({ do: z.literal('hide'), id: z.string(), on: z.boolean() }),
  z.object({ do: z.literal('delete'), id: z.string() }),
]);
type StepData = z.infer<typeof stepData>;
export type StepOf<Do extends StepData['do']> = Extract<StepData, { do: Do }>;

const { hidden, visible } = stepMaker<StepData>();

export function planWrite(write: Write, account: AccountRef): readonly WriteStep[] {
  const capabilities = account.capabilities ?? threadsDefaults;
  switch (write.kind) {
    case 'publish':
      return planPublish(write, capabilities);
    case 'reply': {
      if (write.private) throw unsupported('Threads has no direct messages in its API');
      checkWords(write.text, capabilities, 'text');
      const parent = write.parent.remoteId;
      return [
        hidden('prepare', { do: 'prepare', posts: 0, replies: 1, parent }),
        hidden('container:0', { do: 'container', text: write.text, items: [], parent }),
        visible('publish:0', { do: 'publish', container: 'container:0', text: write.text, isReply: true }),
      ];
    }
    case 'hide':
    case 'unhide':
      if (write.target.ref.nested !== undefined)
        throw unsupported(
          'only answers directly below the post can be hidden; those below them are hidden with them',
        );
      return [visible(write.kind, { do: 'hide', id: write.target.remoteId, on: write.kind === 'hide' })];
    case 'delete':
      return write.remoteIds.map((id, index) => visible(`delete:${index}`, { do: 'delete', id })).reverse();
    case 'dm':
      throw unsupported('Threads has no direct messages in its API');
    case 'delete_other':
      throw unsupported('answers of others can only be hidden');
    case 'like':
    case 'unlike':
      throw unsupported('Threads takes no likes by its API');
    case 'mark_read':
      throw unsupported('Threads has nothing to mark as read');
  }
}

type Publish = Extract<Write, { kind: 'publish' }>;

/** Files and pictures of every part first; then one post after the other, each an answer to the one before. */
function planPublish(write: Publish, capabilities: Capabilities): readonly WriteStep[] {
  if (write.quoteUrl) throw unsupported('quotes are not offered on Threads');
  if (write.segments.length === 0) throw invalid('segments', 'empty');
  const first = optionsOf(write);
  const parts = write.segments.map(({ text, media }, index) => {
    checkWords(
      text,
      capabilities,
      `segments.${index}.text`,
      media.length > 0,
      index === 0 ? first.link : undefined,
    );
    const most = capabilities.publish.images.max ?? limits.images.max;
    checkParts(media, most, capabilities, `segments.${index}.media`);
    return media.map((one, place) => partOf(one, `host:${index}:${place}`));
  });
  if (first.link !== undefined && (parts[0]?.length ?? 0) > 0)
    throw invalid('options.link', 'a link is attached only to a post of text alone');
  const carousels = parts.map((list) => (list.length > 1 ? list : []));
  const posts = write.segments.flatMap(({ text }, index) => {
    const list = parts[index] ?? [];
    const data: StepOf<'container'> = {
      do: 'container',
      text,
      ...(list.length === 1 && { part: list[0] }),
      items: (carousels[index] ?? []).map((_one, place) => itemKey(index, place)),
      ...(index === 0 ? first : { after: `publish:${index - 1}` }),
    };
    const container = `container:${index}`;
    return [
      hidden(container, data),
      visible(`publish:${index}`, { do: 'publish', container, text, isReply: index > 0 }),
    ];
  });
  const hosts = parts.flat();
  return [
    hidden('prepare', { do: 'prepare', posts: 1, replies: write.segments.length - 1 }),
    ...hosts.map(({ host, mediaId }) => hidden(host, { do: 'host', mediaId })),
    ...carousels.flatMap((list, index) =>
      list.map((one, place) => hidden(itemKey(index, place), { do: 'item', part: one })),
    ),
    ...posts,
    ...(hosts.length > 0 ? [hidden('tidy', { do: 'tidy', hosts: hosts.map(({ host }) => host) })] : []),
  ];
}

const itemKey = (index: number, place: number): string => `item:${index}:${place}`;

/** They belong to the first post; what is not chosen is not sent. */
function optionsOf({
  options = {},
}: Publish): Pick<StepOf<'container'>, 'replyControl' | 'topicTag' | 'link'> {
  const replyControl = options.reply_control ?? 'everyone';
  if (typeof replyControl !== 'string' || !limits.replyControl.includes(replyControl))
    throw invalid('options.reply_control', 'no such choice');
  const topicTag = wordOf(options.topic_tag).replace(/^#/, '');
  if (/[.&]/.test(topicTag)) throw invalid('options.topic_tag', 'a topic has no full stop and no ampersand');
  const used = graphemes(topicTag);
  if (used > limits.topicTag.max) throw tooMany('options.topic_tag', limits.topicTag.max, used);
  const link = wordOf(options.link);
  if (link !== '' && !/^https?:\/\/\S+$/.test(link)) throw invalid('options.link', 'not an address');
  return {
    ...(replyControl !== 'everyone' && { replyControl }),
    ...(topicTag !== '' && { topicTag }),
    ...(link !== '' && { link }),
  };
}
const wordOf = (value: unknown): string => (typeof value === 'string' ? value.trim() : '');

const LINKS = /(?:https?:\/\/|www\.)[^\s<>"']+/giu;

function checkWords(
  text: string,
  { publish }: Capabilities,
  field: string,
  mayBeEmpty = false,
  attached?: string,
): void {
  checkText(text, publish.text, field, mayBeEmpty);
  const links = new Set([...(text.match(LINKS) ?? []), ...(attached === undefined ? [] : [attached])]);
  if (links.size > limits.links.max)
    throw new NetworkError(
      { kind: 'validation', field, detail: `${links.size} links of at most ${limits.links.max}` },
      'no',
    );
}
