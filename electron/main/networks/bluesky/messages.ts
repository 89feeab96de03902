import { z } from 'zod';
import { NetworkError } from '../errors';
import type { AccountCtx, Cursor, InboxItem, PullPage, RemoteAuthor, RemoteConversation } from '../network';
import type { Agent } from './agent';
import { limits } from './capabilities';
import { chatRemoteId, toAuthor, toChatMessage } from './mapping';
import { chatLog, chatMessage, chatMessages, convos, oneConvo, type ChatMessage, type Convo } from './wire';

const DAY_MS = 24 * 60 * 60_000;

const messageCursor = z.discriminatedUnion('phase', [
  /** Going through the conversations; `rev` is where the log is taken up afterwards. */
  z.object({
    v: z.literal(1),
    phase: z.literal('list'),
    rev: z.string().optional(),
    page: z.string().optional(),
  }),
  z.object({ v: z.literal(1), phase: z.literal('log'), rev: z.string() }),
]);
type ListState = Extract<z.infer<typeof messageCursor>, { phase: 'list' }>;
const start: ListState = { v: 1, phase: 'list' };

/** Direct messages: first the conversations as they are, then the service's own log of what happens. */
export async function pullMessages(agent: Agent, cursor: Cursor | null, ctx: AccountCtx): Promise<PullPage> {
  const state = messageCursor.safeParse(cursor).data ?? start;
  return state.phase === 'list' ? pullList(agent, state, ctx) : pullLog(agent, state.rev, ctx);
}

async function pullList(agent: Agent, state: ListState, ctx: AccountCtx): Promise<PullPage> {
  const params = { limit: limits.pageSize.conversations, cursor: state.page };
  const answer = await agent.chat({ nsid: 'chat.bsky.convo.listConvos', effect: 'read', params }, convos);
  // Newest first: the first conversation has the highest rev, and the log continues from there.
  const rev = state.rev ?? answer.convos[0]?.rev;
  const since = ctx.clock.now() - limits.firstSyncDays * DAY_MS;
  const items: InboxItem[] = [];
  for (const convo of answer.convos) {
    const recent = (await newestMessages(agent, convo.id)).filter(
      ({ sentAt }) => Date.parse(sentAt) >= since,
    );
    items.push(...recent.reverse().flatMap((message) => toItem(message, convo, agent.did)));
  }
  if (answer.cursor !== undefined && answer.convos.length > 0)
    return { items, next: { ...start, rev, page: answer.cursor }, more: true };
  // Without any conversation there is no place in the log yet: list again next time.
  return { items, next: rev === undefined ? start : { v: 1, phase: 'log', rev }, more: false };
}

/** Newest first. */
export async function newestMessages(
  agent: Agent,
  convoId: string,
  limit = limits.pageSize.messages,
): Promise<ChatMessage[]> {
  const params = { convoId, limit };
  const answer = await agent.chat(
    { nsid: 'chat.bsky.convo.getMessages', effect: 'read', params },
    chatMessages,
  );
  return answer.messages.flatMap((raw) => chatMessage.safeParse(raw).data ?? []);
}

async function pullLog(agent: Agent, rev: string, ctx: AccountCtx): Promise<PullPage> {
  const params = { cursor: rev };
  const nsid = 'chat.bsky.convo.getLog';
  const answer = await agent.chat({ nsid, effect: 'read', params }, chatLog).catch((error: unknown) => {
    // A place in the log that the service no longer has: start over, what is stored is recognised.
    if (error instanceof NetworkError && ['validation', 'gone'].includes(error.kind)) return undefined;
    throw error;
  });
  if (!answer) return { items: [], next: start, more: false };
  const seen = new Map<string, Promise<Convo | undefined>>();
  const items: InboxItem[] = [];
  for (const entry of answer.logs) {
    const message = chatMessage.safeParse(entry.message).data;
    if (entry.convoId === undefined || !message) continue;
    if (entry.$type.endsWith('#logDeleteMessage'))
      items.push({ kind: 'deleted', remoteId: chatRemoteId(entry.convoId, message.id) });
    if (!entry.$type.endsWith('#logCreateMessage')) continue;
    const known = seen.get(entry.convoId) ?? fetchConvo(agent, entry.convoId, ctx);
    seen.set(entry.convoId, known);
    const convo = await known;
    if (convo) items.push(...toItem(message, convo, agent.did));
  }
  const last = answer.logs.reduce(
    (high, entry) => (entry.rev !== undefined && entry.rev > high ? entry.rev : high),
    rev,
  );
  const next = answer.cursor !== undefined && answer.cursor > last ? answer.cursor : last;
  return { items, next: { v: 1, phase: 'log', rev: next }, more: answer.logs.length > 0 && next > rev };
}

async function fetchConvo(agent: Agent, convoId: string, ctx: AccountCtx): Promise<Convo | undefined> {
  try {
    const call = { nsid: 'chat.bsky.convo.getConvo', effect: 'read', params: { convoId } } as const;
    return (await agent.chat(call, oneConvo)).convo;
  } catch (error) {
    if (!(error instanceof NetworkError) || error.kind !== 'gone') throw error;
    ctx.log.info('a conversation of the log is gone');
    return undefined;
  }
}

function toItem(message: ChatMessage, convo: Convo, did: string): readonly InboxItem[] {
  if (message.text === undefined || !message.sender) return [];
  const { did: sender } = message.sender;
  const member = convo.members.find((one) => one.did === sender) ?? { did: sender, handle: sender };
  const others = convo.members.filter((one) => one.did !== did);
  const other: RemoteAuthor | undefined = others[0] && toAuthor(others[0]);
  const conversation: RemoteConversation & { other?: RemoteAuthor } = {
    remoteKey: convo.id,
    type: 'dm',
    other,
  };
  return [toChatMessage({ ...message, text: message.text }, conversation, toAuthor(member), sender === did)];
}
