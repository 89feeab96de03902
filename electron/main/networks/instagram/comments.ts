import { z } from 'zod';
import { isThere, nodePath } from '../graph-agent';
import { comparable } from '../comparable';
import { unlessGone } from '../answers';
import { NetworkError } from '../errors';
import type { Checkpoint, Reconciled, StepResult } from '../network';
import type { Agent } from './client';
import { isOwnComment, type Viewer } from './mapping';
import type { StepOf } from './plan';
import { comment, created, success, type Comment } from './wire';

const FIELDS = 'id,text,timestamp,username,from{id,username},hidden';
const MAX_PAGES = 5;
const looked = z.object({ seen: z.array(z.string()) });
const published = z.object({ id: z.string() });

type Listed = { readonly comments: readonly Comment[]; readonly isWhole: boolean };

/** Comments below a post, or answers below a comment. */
async function listBelow(agent: Agent, id: string, edge: 'comments' | 'replies'): Promise<Listed> {
  const comments: Comment[] = [];
  let after: string | undefined;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const list = await agent.page({
      path: `${nodePath(id)}/${edge}`,
      params: { fields: FIELDS, limit: 50 },
      after,
    });
    comments.push(...agent.read(comment, list.items));
    after = list.after;
    if (after === undefined) return { comments, isWhole: true };
  }
  return { comments, isWhole: false };
}

/** The last look before an answer: the comment must still be there, and what is below it is no answer of this write. */
export async function lookReply(
  step: StepOf<'look_reply'>,
  agent: Agent,
  viewer: Viewer,
): Promise<StepResult> {
  if (!(await isThere(agent, step.parent)))
    throw new NetworkError({ kind: 'gone', detail: 'the comment is gone' }, 'no');
  const { comments } = await listBelow(agent, step.parent, 'replies');
  const seen = comments.filter((one) => isOwnComment(one, viewer)).map(({ id }) => id);
  return { state: 'done', output: { seen } };
}

export async function writeReply(step: StepOf<'reply'>, agent: Agent): Promise<StepResult> {
  const path = `${nodePath(step.parent)}/replies`;
  const { id } = await agent.call(
    { method: 'POST', path, effect: 'write', form: { message: step.text } },
    created,
  );
  return { state: 'done', ...repliedAs(id, step) };
}

const repliedAs = (id: string, { parent }: StepOf<'reply'>) => ({
  output: { id },
  remote: { remoteId: id, ref: { top: parent } },
});

export async function reconcileReply(
  step: StepOf<'reply'>,
  done: Checkpoint,
  agent: Agent,
  viewer: Viewer,
): Promise<Reconciled> {
  const { seen } = looked.parse(done.look);
  const below = await unlessGone(listBelow(agent, step.parent, 'replies'));
  if (!below) return { state: 'absent' };
  const ours = findOwn(below, step.text, seen, viewer);
  if (ours) return { state: 'arrived', ...repliedAs(ours.id, step) };
  return { state: below.isWhole ? 'absent' : 'unknown' };
}

export async function reconcileComment(
  step: StepOf<'comment'>,
  done: Checkpoint,
  agent: Agent,
  viewer: Viewer,
): Promise<Reconciled> {
  const { id: post } = published.parse(done.publish);
  const taken = Object.entries(done).flatMap(([key, output]) =>
    key.startsWith('comment:') ? (published.safeParse(output).data?.id ?? []) : [],
  );
  const below = await listBelow(agent, post, 'comments');
  const ours = findOwn(below, step.text, taken, viewer);
  if (ours)
    return { state: 'arrived', output: { id: ours.id }, remote: { remoteId: ours.id, ref: { media: post } } };
  return { state: below.isWhole ? 'absent' : 'unknown' };
}

const findOwn = (
  { comments }: Listed,
  text: string,
  seen: readonly string[],
  viewer: Viewer,
): Comment | undefined =>
  comments.find(
    (one) =>
      isOwnComment(one, viewer) && !seen.includes(one.id) && comparable(one.text ?? '') === comparable(text),
  );

export async function hide(id: string, on: boolean, agent: Agent): Promise<StepResult> {
  await agent.call({ method: 'POST', path: nodePath(id), effect: 'write', form: { hide: on } }, success);
  return { state: 'done', output: {} };
}

export async function reconcileHide(id: string, on: boolean, agent: Agent): Promise<Reconciled> {
  const params = { fields: FIELDS };
  const seen = await unlessGone(
    agent.call({ method: 'GET', path: nodePath(id), effect: 'read', params }, comment),
  );
  if (!seen) return { state: 'arrived', output: {} };
  // Hiding twice is hiding once: where the state is not told, it may be sent again.
  return seen.hidden === on ? { state: 'arrived', output: {} } : { state: 'absent' };
}
