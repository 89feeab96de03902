import { z } from 'zod';
import { unlessGone } from '../answers';
import { NetworkError } from '../errors';
import type { Checkpoint, Reconciled, RemoteRef, StepResult } from '../network';
import { statusPath, type Agent } from './agent';
import { limits } from './capabilities';
import { htmlToText } from './html';
import { lastDirect } from './messages';
import type { PrepareStep, QuotedStep, StatusStep } from './plan';
import { uploaded } from './upload';
import { nothing, searchAnswer, status as statusSchema, type Status } from './wire';

const prepared = z.object({ newest: z.string().optional(), parent: z.string().optional() });
const published = z.object({ id: z.string() });
const MAX_PAGES = 5;

/** The id under which the account's own server knows the post; servers fetch a post of elsewhere when asked for it. */
export async function findQuoted({ url }: QuotedStep, agent: Agent): Promise<StepResult> {
  const params = { q: url, type: 'statuses', resolve: 'true', limit: 1 };
  const call = { method: 'GET', path: '/api/v2/search', effect: 'read', params } as const;
  const { body } = await agent.call(call, searchAnswer);
  const [found] = agent.read(statusSchema, body.statuses);
  if (found) return { state: 'done', output: { id: found.id } };
  throw new NetworkError(
    { kind: 'validation', field: 'quoteUrl', detail: 'the server finds no post at this address' },
    'no',
  );
}

/** The last look before a status goes out: what it answers, and where the account's own statuses end. */
export async function prepare(step: PrepareStep, agent: Agent): Promise<StepResult> {
  if (step.parent !== undefined && !(await agent.status(step.parent)))
    throw new NetworkError({ kind: 'gone', detail: 'the post to answer is gone' }, 'no');
  const parent = step.direct === undefined ? undefined : await lastDirect(agent, step.direct);
  const [newest] = await agent.own({ limit: 1 });
  return { state: 'done', output: { ...(newest && { newest: newest.id }), ...(parent && { parent }) } };
}

/** Sent again with the same key within the hour, it is the same status. */
export async function publishStatus(step: StatusStep, done: Checkpoint, agent: Agent): Promise<StepResult> {
  const parent = parentOf(step, done);
  const json = {
    status: step.text,
    visibility: step.visibility,
    ...(step.images.length > 0 && {
      media_ids: step.images.map(({ step: key }) => uploaded.parse(done[key]).id),
    }),
    ...(parent !== undefined && { in_reply_to_id: parent }),
    ...(step.quoted !== undefined && { quoted_status_id: published.parse(done[step.quoted]).id }),
    ...(step.warning !== undefined && { spoiler_text: step.warning }),
    ...(step.sensitive && { sensitive: true }),
    ...(step.lang !== undefined && { language: step.lang }),
  };
  const { idempotencyKey } = step;
  const call = {
    method: 'POST',
    path: '/api/v1/statuses',
    effect: 'write',
    json,
    idempotencyKey,
  } as const;
  const { body } = await agent.call(call, statusSchema);
  return { state: 'done', ...publishedAs(body) };
}

function parentOf(step: StatusStep, done: Checkpoint): string | undefined {
  if (step.after !== undefined) return published.parse(done[step.after]).id;
  return step.parent ?? prepared.parse(done.prepare).parent;
}

const publishedAs = (
  status: Status,
): { readonly output: z.infer<typeof published>; readonly remote: RemoteRef } => ({
  output: { id: status.id },
  remote: {
    remoteId: status.id,
    url: status.url ?? undefined,
    ref: { visibility: status.visibility, acct: status.account.acct },
  },
});

/**
 * Looks through the account's statuses since the last look before the write. The server's own memory of the key is
 * an hour long and not every server has it, so that it only helps: this is what decides.
 */
export async function reconcileStatus(step: StatusStep, done: Checkpoint, agent: Agent): Promise<Reconciled> {
  const { newest } = prepared.parse(done.prepare);
  const taken = new Set(Object.values(done).flatMap((output) => published.safeParse(output).data?.id ?? []));
  const parent = parentOf(step, done) ?? null;
  const wanted = comparable(step.text);
  let maxId: string | undefined;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const limit = limits.pageSize.ownStatuses;
    const found = await agent.own({ sinceId: newest, maxId, limit });
    const known = found.findIndex(({ id }) => id === newest);
    const unseen = known < 0 ? found : found.slice(0, known);
    const ours = unseen.find(
      (status) =>
        !taken.has(status.id) &&
        status.visibility === step.visibility &&
        (status.in_reply_to_id ?? null) === parent &&
        (status.media_attachments ?? []).length === step.images.length &&
        comparable(wordsOf(status, step)) === wanted,
    );
    if (ours) return { state: 'arrived', ...publishedAs(ours) };
    if (unseen.length < found.length || found.length === 0) return { state: 'absent' };
    maxId = found.at(-1)?.id;
  }
  // So much was published since that only a person can tell.
  return { state: 'unknown' };
}

/** Below a quote a server repeats its address in a line of its own, for programs that know no quotes. */
const wordsOf = ({ content }: Status, { quoted }: StatusStep): string => {
  const text = htmlToText(content);
  return quoted === undefined ? text : text.replace(/^RE: \S+\s*/, '');
};

/** A server shows a mention without its domain, and spaces as it likes. */
const comparable = (text: string): string =>
  text
    .normalize('NFC')
    .replace(/@([\w.-]+)@[\w.:-]*\w/g, '@$1')
    .replace(/\s+/g, ' ')
    .trim();

export async function favourite(id: string, on: boolean, agent: Agent): Promise<StepResult> {
  const path = `${statusPath(id)}/${on ? 'favourite' : 'unfavourite'}`;
  await agent.call({ method: 'POST', path, effect: 'write' }, nothing);
  return { state: 'done', output: {} };
}

export async function reconcileFavourite(id: string, on: boolean, agent: Agent): Promise<Reconciled> {
  const seen = await agent.status(id);
  if (!seen) return on ? { state: 'absent' } : { state: 'arrived', output: {} };
  return (seen.favourited ?? false) === on ? { state: 'arrived', output: {} } : { state: 'absent' };
}

/** A status that is gone already is what was wanted. */
export async function removeStatus(id: string, agent: Agent): Promise<StepResult> {
  const call = { method: 'DELETE', path: statusPath(id), effect: 'write', bucket: 'delete' } as const;
  await unlessGone(agent.call(call, nothing));
  return { state: 'done', output: {} };
}
