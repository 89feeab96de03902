import { z } from 'zod';
import { unlessGone } from '../answers';
import { NetworkError } from '../errors';
import type { AccountCtx, Checkpoint, Reconciled, StepOutput, StepResult } from '../network';
import { targetOf } from './auth';
import { limits } from './capabilities';
import { callApi, type ApiCall, type Params } from './client';
import type { TelegramEndpoints } from './endpoints';
import { checkAlbum, loadFile, type LoadedFile } from './files';
import { getUpdates, readUpdates } from './inbox';
import { accountParts, messageKey } from './keys';
import { keyOf, seenPost, webUrl } from './mapping';
import type { Memory, SeenPost } from './memory';
import type { DeleteStep, MessageStep, PrepareStep, ReactStep, ReadStep } from './plan';
import type { Readers } from './readers';
import { message as messageSchema, messages as messagesSchema, truth, type Message } from './wire';

export type PublishDeps = {
  readonly endpoints: TelegramEndpoints;
  readonly readers: Readers;
  readonly memory: Memory;
};

const prepared = z.object({ at: z.number() });
const published = z.object({ chat: z.string(), ids: z.array(z.number()).min(1) });
/** Telegram's clock and the one here may differ. */
const CLOCK_SKEW_MS = 60_000;

export async function prepare(step: PrepareStep, ctx: AccountCtx): Promise<StepResult> {
  for (const album of step.albums) await checkAlbum(album, ctx);
  return { state: 'done', output: { at: ctx.clock.now() } };
}

/** One message, or one album of several. The text goes out as it is: no markup is interpreted. */
export async function sendMessage(
  step: MessageStep,
  done: Checkpoint,
  ctx: AccountCtx,
  { endpoints, memory }: PublishDeps,
): Promise<StepResult> {
  const call = await callOf(step, done, ctx);
  const target = targetOf(ctx, endpoints);
  const sent: readonly Message[] =
    step.media.length > 1
      ? await callApi(ctx, target, call, messagesSchema)
      : [await callApi(ctx, target, call, messageSchema)];
  const [first] = sent;
  if (!first)
    throw new NetworkError({ kind: 'ambiguous', detail: `${call.method}: no message in the answer` }, 'yes');
  if (step.conversation !== undefined) memory.answered(keyOf(first), step.conversation);
  const ids = sent.map(({ message_id }) => message_id);
  const url = webUrl(first.chat, first.message_id, endpoints.web);
  return {
    state: 'done',
    output: { chat: String(first.chat.id), ids },
    remote: {
      remoteId: messageKey(first.chat.id, ids, step.business),
      ...(url !== undefined && { url }),
      ref: {},
    },
  };
}

async function callOf(step: MessageStep, done: Checkpoint, ctx: AccountCtx): Promise<ApiCall> {
  const parent = step.after === undefined ? step.parent : published.parse(done[step.after]).ids[0];
  const common: Params = {
    chat_id: Number(step.chat),
    business_connection_id: step.business,
    direct_messages_topic_id: step.topic,
    ...(step.silent && { disable_notification: true }),
    ...(parent !== undefined && { reply_parameters: { message_id: parent } }),
  };
  const [first, ...more] = step.media;
  const write = { effect: 'write' } as const;
  if (!first) return { ...write, method: 'sendMessage', params: { ...common, text: step.text } };
  const caption = step.text.trim() === '' ? undefined : step.text;
  if (more.length === 0) {
    const field = first.kind === 'image' ? 'photo' : 'video';
    const method = first.kind === 'image' ? 'sendPhoto' : 'sendVideo';
    const file = await loadFile(first, field, ctx);
    return { ...write, method, params: { ...common, caption, ...file.facts }, files: [file] };
  }
  const files: LoadedFile[] = [];
  for (const [index, part] of step.media.entries()) files.push(await loadFile(part, `file${index}`, ctx));
  const media = step.media.map(({ kind }, index) => ({
    type: kind === 'image' ? 'photo' : 'video',
    media: `attach://file${index}`,
    ...(index === 0 && caption !== undefined && { caption }),
    ...files[index]?.facts,
  }));
  return { ...write, method: 'sendMediaGroup', params: { ...common, media }, files };
}

/**
 * There is no way to read a message back. A post of the channel can show itself: as an update of the channel, or as
 * its copy in the discussion group. Where it does not, nobody but a person can tell.
 */
export async function reconcileMessage(
  step: MessageStep,
  done: Checkpoint,
  ctx: AccountCtx,
  deps: PublishDeps,
): Promise<Reconciled> {
  const { bot, chat } = accountParts(ctx.account.remoteId);
  if (step.chat !== chat || step.media.length > 1) return { state: 'unknown' };
  const since = prepared.parse(done.prepare).at - CLOCK_SKEW_MS;
  const taken = new Set(Object.values(done).flatMap((output) => published.safeParse(output).data?.ids ?? []));
  const fits = (post: SeenPost): boolean =>
    post.chat === chat &&
    !post.inAlbum &&
    post.date >= since &&
    !taken.has(post.id) &&
    post.hasMedia === step.media.length > 0 &&
    post.text.trim() === step.text.trim();
  const found = deps.memory.posts.find(fits) ?? (await waiting(bot, ctx, deps)).find(fits);
  if (!found) return { state: 'unknown' };
  const output: StepOutput = { chat, ids: [found.id] };
  return { state: 'arrived', output, remote: { remoteId: messageKey(chat, found.id), ref: {} } };
}

/** Posts among the updates that are not fetched yet. Looking takes none of them away. */
async function waiting(
  bot: string,
  ctx: AccountCtx,
  { endpoints, readers }: PublishDeps,
): Promise<readonly SeenPost[]> {
  try {
    const target = targetOf(ctx, endpoints);
    const found = await readers.alone(bot, false, () => getUpdates(ctx, target, undefined, 0));
    return readUpdates(found, ctx).flatMap(({ channel_post, message }) => {
      const post = channel_post ?? (message?.is_automatic_forward ? message : undefined);
      return (post && seenPost(post)) ?? [];
    });
  } catch (error) {
    // Another program has the updates.
    if (error instanceof NetworkError && error.kind === 'not_allowed') return [];
    throw error;
  }
}

/** Setting the reaction that is set already changes nothing. */
export async function react(
  step: ReactStep,
  ctx: AccountCtx,
  endpoints: TelegramEndpoints,
): Promise<StepResult> {
  const reaction = step.on ? [{ type: 'emoji', emoji: limits.reaction }] : [];
  const params = { chat_id: Number(step.chat), message_id: step.id, reaction };
  const call = { method: 'setMessageReaction', effect: 'write', params } as const;
  await callApi(ctx, targetOf(ctx, endpoints), call, truth);
  return { state: 'done', output: {} };
}

/** A message that is gone already is what was wanted. */
export async function remove(
  step: DeleteStep,
  ctx: AccountCtx,
  { endpoints, memory }: PublishDeps,
): Promise<StepResult> {
  await unlessGone(callApi(ctx, targetOf(ctx, endpoints), removal(step), truth));
  memory.gone(messageKey(step.chat, step.ids, step.business));
  return { state: 'done', output: {} };
}

function removal({ chat, ids, business }: DeleteStep): ApiCall {
  const effect = 'write';
  if (business !== undefined)
    return {
      method: 'deleteBusinessMessages',
      effect,
      params: { business_connection_id: business, message_ids: ids },
    };
  const chat_id = Number(chat);
  return ids.length > 1
    ? { method: 'deleteMessages', effect, params: { chat_id, message_ids: ids } }
    : { method: 'deleteMessage', effect, params: { chat_id, message_id: ids[0] } };
}

/** The newest message that came in is marked, which marks those before it. Known only while the app runs. */
export async function markRead(step: ReadStep, ctx: AccountCtx, deps: PublishDeps): Promise<StepResult> {
  const message_id = deps.memory.newest.get(step.key);
  if (message_id !== undefined) {
    const params = { business_connection_id: step.business, chat_id: Number(step.chat), message_id };
    const call = { method: 'readBusinessMessage', effect: 'read', params } as const;
    await unlessGone(callApi(ctx, targetOf(ctx, deps.endpoints), call, truth));
  }
  return { state: 'done', output: {} };
}
