import { z } from 'zod';
import { NetworkError } from '../errors';
import type { AccountCtx, Checkpoint, Reconciled, StepResult } from '../network';
import { LIKES, THREADGATES, type Agent } from './agent';
import { limits } from './capabilities';
import { chatRemoteId, uriParts } from './mapping';
import { newestMessages } from './messages';
import type { HideStep, LikeStep, MessageStep, StepData } from './plan';
import { facetsOf } from './rich-text';
import {
  likeRecord,
  nothing,
  notifications,
  recordList,
  chatMessage,
  threadgate,
  type ChatMessage,
} from './wire';

const SWAP_TRIES = 3;
/** Pauses between looks for a message that may still be on its way through the service. */
const LOOK_AGAIN_MS = [1_000, 3_000] as const;

const finished = (output: Readonly<Record<string, unknown>> = {}): StepResult => ({ state: 'done', output });
const foundLike = z.object({ rkey: z.string().nullable() });

export async function like(step: LikeStep, agent: Agent): Promise<StepResult> {
  const { uri } = step.subject;
  const cid = step.subject.cid ?? (await agent.posts([uri])).get(uri)?.cid;
  if (cid === undefined) throw new NetworkError({ kind: 'gone', detail: 'the post is gone' }, 'no');
  const record = { $type: LIKES, subject: { uri, cid }, createdAt: step.createdAt };
  return finished({ ...(await agent.put(LIKES, step.rkey, record)) });
}

/** Own likes are looked up in the own repository first: the AppView is a moment behind. */
export async function findLike(uri: string, agent: Agent): Promise<StepResult> {
  const params = { repo: agent.did, collection: LIKES, limit: 100 };
  const call = { nsid: 'com.atproto.repo.listRecords', effect: 'read', params } as const;
  const { records } = await agent.call(call, recordList);
  const recent = records.find(({ value }) => likeRecord.safeParse(value).data?.subject.uri === uri)?.uri;
  const found = recent ?? (await agent.posts([uri])).get(uri)?.viewer?.like;
  return finished({ rkey: found === undefined ? null : (uriParts(found)?.rkey ?? null) });
}

export async function unlike(done: Checkpoint, agent: Agent): Promise<StepResult> {
  const { rkey } = foundLike.parse(done['find-like']);
  if (rkey !== null) await agent.remove(LIKES, rkey);
  return finished();
}

export async function reconcileUnlike(done: Checkpoint, agent: Agent): Promise<Reconciled> {
  const { rkey } = foundLike.parse(done['find-like']);
  const there = rkey !== null && (await agent.ownRecord(LIKES, rkey));
  return there ? { state: 'absent' } : { state: 'arrived', output: {} };
}

type Gate = { readonly value: z.infer<typeof threadgate>; readonly cid: string | undefined };

async function readGate(step: HideStep, agent: Agent): Promise<Gate & { readonly rkey: string }> {
  const rkey = uriParts(step.rootUri)?.rkey ?? '';
  const existing = await agent.ownRecord(THREADGATES, rkey);
  if (existing) return { rkey, value: threadgate.parse(existing.value), cid: existing.cid };
  // Without `allow` everybody may answer, as without a gate.
  const value = { $type: THREADGATES, post: step.rootUri, createdAt: step.createdAt, hiddenReplies: [] };
  return { rkey, value, cid: undefined };
}

const isHidden = (gate: Gate, step: HideStep): boolean => gate.value.hiddenReplies.includes(step.uri);

/** Replaces exactly the version that was read, so that nothing another app wrote meanwhile is lost. */
export async function hide(step: HideStep, agent: Agent): Promise<StepResult> {
  for (let tries = 1; ; tries += 1) {
    const gate = await readGate(step, agent);
    if (isHidden(gate, step) === step.hidden) return finished();
    const others = gate.value.hiddenReplies.filter((uri) => uri !== step.uri);
    const hiddenReplies = step.hidden ? [...others, step.uri] : others;
    if (hiddenReplies.length > limits.hiddenRepliesMax) {
      const params = { max: limits.hiddenRepliesMax, count: hiddenReplies.length };
      throw new NetworkError({ kind: 'validation', params, detail: 'too many hidden answers' }, 'no');
    }
    try {
      await agent.put(THREADGATES, gate.rkey, { ...gate.value, hiddenReplies }, gate.cid);
      return finished();
    } catch (error) {
      if (!(error instanceof NetworkError) || error.kind !== 'duplicate' || tries >= SWAP_TRIES) throw error;
    }
  }
}

export async function reconcileHide(step: HideStep, agent: Agent): Promise<Reconciled> {
  return isHidden(await readGate(step, agent), step) === step.hidden
    ? { state: 'arrived', output: {} }
    : { state: 'absent' };
}

/** `updateSeen` sets a mark for the whole account: it must never go back behind what was seen elsewhere. */
export async function markSeen(upTo: number, agent: Agent): Promise<StepResult> {
  const list = {
    nsid: 'app.bsky.notification.listNotifications',
    effect: 'read',
    params: { limit: 1 },
  } as const;
  const { seenAt } = await agent.call(list, notifications);
  if (seenAt !== undefined && Date.parse(seenAt) >= upTo) return finished();
  const input = { seenAt: new Date(upTo).toISOString() };
  await agent.call({ nsid: 'app.bsky.notification.updateSeen', effect: 'read', input }, nothing);
  return finished();
}

export async function markConversationRead(convoId: string, agent: Agent): Promise<StepResult> {
  await agent.chat({ nsid: 'chat.bsky.convo.updateRead', effect: 'read', input: { convoId } }, nothing);
  return finished();
}

export async function deleteMessage(
  ids: Extract<StepData, { do: 'delete-message' }>,
  agent: Agent,
): Promise<StepResult> {
  const { convoId, messageId } = ids;
  const input = { convoId, messageId };
  await agent.chat({ nsid: 'chat.bsky.convo.deleteMessageForSelf', effect: 'read', input }, nothing);
  return finished();
}

const preparedMessage = z.object({ after: z.string(), facets: z.array(z.looseObject({})) });

/** Messages carry no id of ours: the newest one before ours is where a later look begins. */
export async function prepareMessage(convoId: string, text: string, agent: Agent): Promise<StepResult> {
  const [newest] = await newestMessages(agent, convoId, 1);
  return finished({ after: newest?.rev ?? '', facets: await facetsOf(text, agent) });
}

export async function sendMessage(step: MessageStep, done: Checkpoint, agent: Agent): Promise<StepResult> {
  const { facets } = preparedMessage.parse(done.prepare);
  const message = { text: step.text, ...(facets.length > 0 && { facets }) };
  const input = { convoId: step.convoId, message };
  const sent = await agent.chat({ nsid: 'chat.bsky.convo.sendMessage', effect: 'write', input }, chatMessage);
  return { state: 'done', ...arrivedAs(step, sent) };
}

const arrivedAs = (step: MessageStep, { id, rev }: ChatMessage) => ({
  output: { id, rev },
  remote: { remoteId: chatRemoteId(step.convoId, id), ref: { rev } },
});

/** Looks more than once before it says that a message is not there. */
export async function reconcileMessage(
  step: MessageStep,
  done: Checkpoint,
  agent: Agent,
  ctx: AccountCtx,
): Promise<Reconciled> {
  const { after } = preparedMessage.parse(done.prepare);
  for (const pause of [0, ...LOOK_AGAIN_MS]) {
    if (pause > 0) await waitFor(ctx, pause);
    const recent = await newestMessages(agent, step.convoId);
    const ours = recent.filter(
      ({ rev, sender, text }) => rev > after && sender?.did === agent.did && text === step.text,
    );
    const [first] = ours.slice(-1);
    if (first) return { state: 'arrived', ...arrivedAs(step, first) };
    // So much was said since that our message may be on an older page: only a person can tell.
    if (after !== '' && recent.length > 0 && recent.every(({ rev }) => rev > after))
      return { state: 'unknown' };
  }
  return { state: 'absent' };
}

const waitFor = (ctx: AccountCtx, ms: number): Promise<void> =>
  new Promise((resolve, reject) => {
    const give = () => {
      cancel();
      reject(new NetworkError({ kind: 'cancelled' }, 'no'));
    };
    const cancel = ctx.clock.after(ms, () => {
      ctx.signal.removeEventListener('abort', give);
      resolve();
    });
    if (ctx.signal.aborted) give();
    else ctx.signal.addEventListener('abort', give, { once: true });
  });
