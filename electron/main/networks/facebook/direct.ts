import { z } from 'zod';
import { comparable } from '../comparable';
import { unlessGone } from '../answers';
import { NetworkError } from '../errors';
import { nestedList } from '../graph';
import { humanAgent, newestOf, replyTime, withReason } from '../graph-replies';
import type { AccountCtx, Checkpoint, Reconciled, StepResult } from '../network';
import { facebookDefaults, limits } from './capabilities';
import type { Agent } from './client';
import { isOwn } from './mapping';
import { MESSAGE_FIELDS } from './messages';
import type { Step } from './plan';
import { anything, conversation, message, sentMessage, type Message } from './wire';

const blocked = (detail: string) => new NetworkError({ kind: 'policy_blocked', detail }, 'no');

type Direct = { readonly messages: readonly Message[]; readonly more: boolean };

/** What was last said with a person, newest first. */
export async function fetchDirect(agent: Agent, person: string): Promise<Direct> {
  const params = {
    platform: 'messenger',
    user_id: person,
    fields: `id,updated_time,messages.limit(${limits.pageSize.messages}){${MESSAGE_FIELDS}}`,
  };
  const list = await agent.list(`/${agent.page}/conversations`, params);
  const [first] = agent.read(conversation, list.items);
  const nested = nestedList(first?.messages);
  return { messages: agent.read(message, nested.items), more: nested.after !== undefined };
}

export const directExists = async (agent: Agent, person: string): Promise<boolean> =>
  (await fetchDirect(agent, person)).messages.length > 0;

const lookedAt = z.object({ lastIncomingAt: z.number().optional() }).optional().catch(undefined);

/** What is there before a message goes out; refuses where the person wrote too long ago for an answer. */
export async function newestDirect(
  agent: Agent,
  person: string,
  { account, clock }: AccountCtx,
): Promise<{ readonly before: readonly string[]; readonly lastIncomingAt?: number }> {
  const { messages } = await fetchDirect(agent, person);
  if (messages.length === 0)
    throw new NetworkError({ kind: 'gone', detail: 'the conversation is gone' }, 'no');
  const incoming = messages.filter((one) => !isOwn(one, agent)).map(({ created_time }) => created_time);
  const lastIncomingAt = newestOf(...incoming);
  replyTime(lastIncomingAt, clock.now(), facebookDefaults, account);
  return {
    before: messages.map(({ id }) => id),
    ...(lastIncomingAt !== undefined && { lastIncomingAt }),
  };
}

export async function sendMessage(
  step: Step<'message'>,
  done: Checkpoint,
  agent: Agent,
  { account, clock }: AccountCtx,
): Promise<StepResult> {
  const lastIncomingAt = newestOf(step.lastIncomingAt, lookedAt.parse(done.prepare)?.lastIncomingAt);
  const time = replyTime(lastIncomingAt, clock.now(), facebookDefaults, account);
  const kind = time === 'late' ? humanAgent : { messaging_type: 'RESPONSE' };
  const json = { recipient: { id: step.person }, ...kind, message: { text: step.text } };
  const call = { method: 'POST', path: `/${agent.page}/messages`, effect: 'write', json } as const;
  const { message_id: id } = await agent.call(call, sentMessage).catch((error: unknown) => {
    throw withReason(error, time);
  });
  return { state: 'done', output: { id }, remote: { remoteId: id } };
}

/** One message to the author of a comment; Facebook allows no second one. */
export async function sendPrivate(step: Step<'private'>, agent: Agent): Promise<StepResult> {
  const json = { recipient: { comment_id: step.comment }, message: { text: step.text } };
  const call = { method: 'POST', path: `/${agent.page}/messages`, effect: 'write', json } as const;
  const { message_id: id } = await agent.call(call, sentMessage).catch((error: unknown) => {
    throw error instanceof NetworkError && error.kind === 'duplicate'
      ? blocked('this comment has been answered privately before')
      : error;
  });
  return { state: 'done', output: { id }, remote: { remoteId: id } };
}

const privately = z.object({
  can_reply_privately: z.boolean().nullish().catch(undefined),
  private_reply_conversation: z.object({ id: z.string() }).nullish().catch(undefined),
});

export async function reconcilePrivate(step: Step<'private'>, agent: Agent): Promise<Reconciled> {
  const params = { fields: 'can_reply_privately,private_reply_conversation' };
  const path = `/${encodeURIComponent(step.comment)}`;
  const seen = await unlessGone(agent.get(path, privately, params));
  if (seen?.can_reply_privately === true) return { state: 'absent' };
  const thread = seen?.private_reply_conversation?.id;
  if (thread === undefined) return { state: 'unknown' };
  const list = await agent.list(`/${encodeURIComponent(thread)}/messages`, { fields: MESSAGE_FIELDS });
  const ours = agent
    .read(message, list.items)
    .find((one) => isOwn(one, agent) && comparable(one.message) === comparable(step.text));
  return ours
    ? { state: 'arrived', output: { id: ours.id }, remote: { remoteId: ours.id } }
    : { state: 'unknown' };
}

/** After the window for answers nothing can be marked, and nobody waits for it. */
export async function markSeen({ person }: Step<'seen'>, agent: Agent): Promise<StepResult> {
  const json = { recipient: { id: person }, sender_action: 'mark_seen' };
  const call = { method: 'POST', path: `/${agent.page}/messages`, effect: 'read', json } as const;
  try {
    await agent.call(call, anything);
  } catch (error) {
    if (!(error instanceof NetworkError) || error.kind !== 'policy_blocked') throw error;
  }
  return { state: 'done', output: {} };
}
