import { z } from 'zod';
import { unlessGone } from '../answers';
import type { AccountCtx, Checkpoint, Reconciled, RemoteRef, StepResult } from '../network';
import { channelPath, messagePath, type Agent } from './agent';
import { getChannel, targetOf, webhookPath } from './auth';
import { limits } from './capabilities';
import { callApi } from './client';
import { openDirect } from './direct';
import type { DiscordEndpoints } from './endpoints';
import { checkFile, loadFiles } from './files';
import { accountParts, messageKey, messageParts, snowflakeAt } from './keys';
import { parentId, webUrl } from './mapping';
import type { DeleteStep, HookStep, MediaPart, MessageStep, OpenStep, PrepareStep, ReactStep } from './plan';
import { message as messageSchema, nothing, type Message } from './wire';

const prepared = z.object({ at: z.number(), newest: z.string().optional(), server: z.string().optional() });
const published = z.object({ channel: z.string(), id: z.string() });
const opened = z.object({ channel: z.string() });
const MAX_PAGES = 5;
/** Discord's clock and the one here may differ. */
const CLOCK_SKEW_MS = 60_000;

export async function prepare(
  step: PrepareStep,
  done: Checkpoint,
  ctx: AccountCtx,
  endpoints: DiscordEndpoints,
): Promise<StepResult> {
  for (const part of step.media) await checkFile(part, ctx);
  const channel = step.channel ?? opened.safeParse(done.open).data?.channel;
  if (channel === undefined) return { state: 'done', output: { at: ctx.clock.now() } };
  const { last_message_id: newest, guild_id: server } = await getChannel(
    ctx,
    targetOf(ctx, endpoints),
    channel,
  );
  return {
    state: 'done',
    output: { at: ctx.clock.now(), ...(newest && { newest }), ...(server && { server }) },
  };
}

export async function open(
  step: OpenStep,
  ctx: AccountCtx,
  endpoints: DiscordEndpoints,
): Promise<StepResult> {
  return { state: 'done', output: { channel: await openDirect(step.person, ctx, endpoints) } };
}

const parses = { none: [], users: ['users'], everyone: ['users', 'roles', 'everyone'] } as const;

const attachmentsOf = (media: readonly MediaPart[], names: readonly { readonly name: string }[]) =>
  media.length === 0
    ? {}
    : {
        attachments: media.map(({ alt }, index) => ({
          id: String(index),
          filename: names[index]?.name,
          ...(alt.trim() !== '' && { description: alt }),
        })),
      };

/** Sent again with the same nonce within minutes, it is the same message. */
export async function sendMessage(
  step: MessageStep,
  done: Checkpoint,
  agent: Agent,
  ctx: AccountCtx,
  endpoints: DiscordEndpoints,
): Promise<StepResult> {
  const channel = channelOf(step, done);
  const parent = parentOf(step, done);
  const files = await loadFiles(step.media, ctx);
  const json = {
    content: step.text,
    nonce: step.nonce,
    enforce_nonce: true,
    allowed_mentions: { parse: parses[step.mentions], replied_user: step.parent !== undefined },
    ...(parent !== undefined && { message_reference: { message_id: parent, fail_if_not_exists: true } }),
    ...attachmentsOf(step.media, files),
  };
  const sent = await agent.send({ method: 'POST', path: channelPath(channel), effect: 'write', json, files });
  return { state: 'done', ...publishedAs(sent, endpoints, prepared.safeParse(done.prepare).data?.server) };
}

const channelOf = (step: MessageStep, done: Checkpoint): string =>
  step.channel ?? opened.parse(done.open).channel;
const parentOf = (step: MessageStep, done: Checkpoint): string | undefined =>
  step.after === undefined ? step.parent : published.parse(done[step.after]).id;

const publishedAs = (
  sent: Message,
  endpoints: DiscordEndpoints,
  server?: string,
): { readonly output: z.infer<typeof published>; readonly remote: RemoteRef } => ({
  output: { channel: sent.channel_id, id: sent.id },
  remote: {
    remoteId: messageKey(sent.channel_id, sent.id),
    ...(server !== undefined && { url: webUrl(sent.channel_id, sent.id, { bot: '', server, endpoints }) }),
    ref: { author: sent.author.id },
  },
});

/** A webhook's messages follow one another; they can refer to no other, and have no protection against repeats. */
export async function sendByWebhook(
  step: HookStep,
  ctx: AccountCtx,
  endpoints: DiscordEndpoints,
): Promise<StepResult> {
  const { path, thread } = webhookPath(ctx);
  const files = await loadFiles(step.media, ctx);
  const json = {
    content: step.text,
    allowed_mentions: { parse: parses[step.mentions] },
    ...attachmentsOf(step.media, files),
  };
  const params = { wait: true, thread_id: thread };
  const call = { method: 'POST', path, effect: 'write', params, json, files } as const;
  const sent = await callApi(ctx, targetOf(ctx, endpoints), call, messageSchema);
  return { state: 'done', ...publishedAs(sent, endpoints) };
}

/**
 * Looks through the channel since the last look before the write. Where the channel cannot be read, sending again
 * is safe as long as Discord remembers the nonce; after that only a person can tell.
 */
export async function reconcileMessage(
  step: MessageStep,
  done: Checkpoint,
  agent: Agent,
  ctx: AccountCtx,
  endpoints: DiscordEndpoints,
): Promise<Reconciled> {
  const { at, newest, server } = prepared.parse(done.prepare);
  const channel = channelOf(step, done);
  const fits = fitting(step, done, accountParts(ctx.account.remoteId));
  let after = newest ?? snowflakeAt(at - CLOCK_SKEW_MS);
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const { found, ids } = await agent.messages(channel, after);
    const ours = found.find(fits);
    if (ours) return { state: 'arrived', ...publishedAs(ours, endpoints, server) };
    const last = ids.at(-1);
    if (last === undefined || ids.length < limits.pageSize) {
      const isSafe = isRemembered(step, at, ctx) || (await isReadable(agent, channel));
      return { state: isSafe ? 'absent' : 'unknown' };
    }
    after = last;
  }
  // So much was written since that only a person can tell.
  return { state: 'unknown' };
}

/** So long may a message take to get there; one with files may take longer than Discord remembers. */
const ON_ITS_WAY_MS = 30_000;

/** Whether Discord will still know the nonce when the message has come a second time. */
const isRemembered = (step: MessageStep, at: number, { clock }: AccountCtx): boolean =>
  step.media.length === 0 && clock.now() - at < limits.nonce.holdsMs - ON_ITS_WAY_MS;

/** Without the permission to read the history the channel looks empty. */
const isReadable = async (agent: Agent, channel: string): Promise<boolean> =>
  (await agent.messages(channel, undefined, 1)).ids.length > 0;

function fitting(step: MessageStep, done: Checkpoint, own: ReturnType<typeof accountParts>) {
  const taken = new Set(Object.values(done).flatMap((output) => published.safeParse(output).data?.id ?? []));
  const parent = parentOf(step, done);
  return (message: Message): boolean =>
    own.kind === 'bot' &&
    message.author.id === own.bot &&
    !taken.has(message.id) &&
    parentId(message) === parent &&
    (message.attachments ?? []).length === step.media.length &&
    message.content.trim() === step.text.trim();
}

const reactionPath = ({ channel, id }: ReactStep): string =>
  `${messagePath(channel, id)}/reactions/${encodeURIComponent(limits.reaction)}/@me`;

export async function react(step: ReactStep, agent: Agent): Promise<StepResult> {
  await agent.act({ method: step.on ? 'PUT' : 'DELETE', path: reactionPath(step), effect: 'write' });
  return { state: 'done', output: {} };
}

export async function reconcileReaction(step: ReactStep, agent: Agent): Promise<Reconciled> {
  const seen = await agent.message(step.channel, step.id);
  const mine = (seen?.reactions ?? []).some(({ emoji, me }) => emoji.name === limits.reaction && me === true);
  return mine === step.on ? { state: 'arrived', output: {} } : { state: 'absent' };
}

/** A message that is gone already is what was wanted. */
export async function remove(
  step: DeleteStep,
  ctx: AccountCtx,
  endpoints: DiscordEndpoints,
): Promise<StepResult> {
  await unlessGone(
    callApi(ctx, targetOf(ctx, endpoints), { ...messageCall(step, ctx, 'DELETE'), effect: 'write' }, nothing),
  );
  return { state: 'done', output: {} };
}

/** Undefined where it is gone. */
export const findMessage = (
  place: { readonly channel: string; readonly id: string },
  ctx: AccountCtx,
  endpoints: DiscordEndpoints,
): Promise<Message | undefined> =>
  unlessGone(
    callApi(
      ctx,
      targetOf(ctx, endpoints),
      { ...messageCall(place, ctx, 'GET'), effect: 'read' },
      messageSchema,
    ),
  );

function messageCall<Method extends 'GET' | 'DELETE'>(
  { channel, id }: { readonly channel: string; readonly id: string },
  ctx: AccountCtx,
  method: Method,
) {
  if (accountParts(ctx.account.remoteId).kind === 'bot') return { method, path: messagePath(channel, id) };
  const { path, thread } = webhookPath(ctx);
  return { method, path: `${path}/messages/${id}`, params: { thread_id: thread } };
}

export async function exists(
  remoteId: string,
  ctx: AccountCtx,
  endpoints: DiscordEndpoints,
): Promise<boolean> {
  return (await findMessage(messageParts(remoteId), ctx, endpoints)) !== undefined;
}
