import { z } from 'zod';
import { unlessGone } from '../answers';
import { NetworkError } from '../errors';
import type { AccountCtx, Checkpoint, Reconciled, RemoteRef, StepResult } from '../network';
import type { Agent } from './agent';
import { isVideo, textOf, urlOfComment, urlOfVideo } from './mapping';
import type { AnswerStep, ModerateStep, ReleaseStep } from './plan';
import { statusBody, uploaded } from './uploads';
import { comment, video, type Comment } from './wire';

const prepared = z.object({ at: z.number(), known: z.array(z.string()) });

const releasedAs = (
  videoId: string,
  { web }: Agent,
): { readonly output: object; readonly remote: RemoteRef } => ({
  output: { videoId },
  remote: { remoteId: videoId, url: urlOfVideo(videoId, web) },
});

/** From private to whom it is for. Said twice it is the same. */
export async function release(step: ReleaseStep, done: Checkpoint, agent: Agent): Promise<StepResult> {
  const { videoId: id } = uploaded.parse(done.upload);
  const { visibility } = step.status;
  const json = { id, status: statusBody(step.status, visibility) };
  const call = { method: 'PUT', path: 'videos', params: { part: 'status' }, json } as const;
  const { status } = await agent.write(call, video);
  // Uploads of projects that YouTube has not audited are locked as private.
  if (status?.privacyStatus && status.privacyStatus !== visibility)
    throw new NetworkError(
      { kind: 'policy_blocked', detail: `YouTube keeps the video ${status.privacyStatus}` },
      'no',
    );
  return { state: 'done', ...withOutput(releasedAs(id, agent)) };
}

const withOutput = ({ output, remote }: ReturnType<typeof releasedAs>) => ({ output: { ...output }, remote });

export async function reconcileRelease(
  step: ReleaseStep,
  done: Checkpoint,
  agent: Agent,
): Promise<Reconciled> {
  const { videoId } = uploaded.parse(done.upload);
  const [found] = await agent.videos([videoId], ['status']);
  // A private video was as private before: what cannot be told apart is simply said again.
  const hasChanged =
    found?.status?.privacyStatus === step.status.visibility && step.status.visibility !== 'private';
  return hasChanged ? { state: 'arrived', ...withOutput(releasedAs(videoId, agent)) } : { state: 'absent' };
}

/** The last look before an answer goes out: what it answers, and what the channel has said there already. */
export async function prepare(
  step: { readonly parent: string; readonly thread: string },
  agent: Agent,
  ctx: AccountCtx,
): Promise<StepResult> {
  const wanted = [...new Set([step.parent, step.thread])];
  if ((await agent.comments(wanted)).length < wanted.length)
    throw new NetworkError({ kind: 'gone', detail: 'the comment to answer is gone' }, 'no');
  const own = (await agent.answers(step.thread)).found.filter((one) => isBy(one, agent.id));
  return { state: 'done', output: { at: ctx.clock.now(), known: own.map(({ id }) => id) } };
}

const isBy = ({ snippet }: Comment, channel: string): boolean => snippet.authorChannelId?.value === channel;

export async function answer(step: AnswerStep, agent: Agent): Promise<StepResult> {
  const json = { snippet: { parentId: step.thread, textOriginal: step.text } };
  const call = { method: 'POST', path: 'comments', params: { part: 'snippet' }, json } as const;
  const made = await agent.write(call, comment);
  return { state: 'done', ...answeredAs(made.id, step, agent) };
}

const answeredAs = (id: string, { thread, video: below }: AnswerStep, { web }: Agent) => ({
  output: { id },
  remote: {
    remoteId: id,
    ...(below !== undefined && { url: urlOfComment(below, id, web) }),
    ref: { thread, ...(below !== undefined && { video: below }) },
  },
});

/** In the thread: an answer of the channel with this text that was not there before. */
export async function reconcileAnswer(
  step: AnswerStep,
  done: Checkpoint,
  agent: Agent,
  notThere: () => Reconciled,
): Promise<Reconciled> {
  const { known } = prepared.parse(done.prepare);
  const { found, isWhole } = await agent.answers(step.thread);
  const ours = found.find(
    (one) =>
      isBy(one, agent.id) && !known.includes(one.id) && comparable(textOf(one)) === comparable(step.text),
  );
  if (ours) return { state: 'arrived', ...answeredAs(ours.id, step, agent) };
  // More answers than are looked through: only a person can tell.
  return isWhole ? notThere() : { state: 'unknown' };
}

const comparable = (text: string): string => text.normalize('NFC').replace(/\s+/g, ' ').trim();

export async function moderate({ id, to }: ModerateStep, agent: Agent): Promise<StepResult> {
  const params = { id, moderationStatus: to };
  const work = agent.write({ method: 'POST', path: 'comments/setModerationStatus', params });
  // A comment that is gone is as removed as can be.
  await (to === 'rejected' ? unlessGone(work) : work);
  return { state: 'done', output: {} };
}

/** Said twice it is the same: of a comment that is asked for by its id YouTube tells only that it is there. */
export async function reconcileModeration({ id, to }: ModerateStep, agent: Agent): Promise<Reconciled> {
  if (to !== 'rejected') return { state: 'absent' };
  return (await agent.comments([id])).length === 0 ? { state: 'arrived', output: {} } : { state: 'absent' };
}

/** What is gone already is what was wanted. */
export async function remove(id: string, agent: Agent): Promise<StepResult> {
  const path = isVideo(id) ? 'videos' : 'comments';
  await unlessGone(agent.write({ method: 'DELETE', path, params: { id } }));
  return { state: 'done', output: {} };
}

export const isThere = async (id: string, agent: Agent): Promise<boolean> =>
  (isVideo(id) ? await agent.videos([id], ['status']) : await agent.comments([id])).length > 0;
