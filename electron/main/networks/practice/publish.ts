import { appError } from '@shared/domain/errors';
import type { AccountCtx, Checkpoint, Reconciled, StepResult, WriteStep } from '../network';
import { sessionOf } from './client';
import type { ServerDoor } from './server/server';
import { stepData } from './wire';

export async function runPracticeStep(
  door: ServerDoor,
  step: WriteStep,
  done: Checkpoint,
  ctx: AccountCtx,
): Promise<StepResult> {
  const { server, token, signal } = sessionOf(door, ctx);
  const data = stepData.parse(step.data);
  switch (data.op) {
    case 'image':
      await ctx.media(data.mediaId);
      return { state: 'done', output: { id: data.mediaId, alt: data.alt } };
    case 'post': {
      const images = data.imageKeys.map((key) => ({
        id: outputOf(done, key, 'id'),
        alt: outputOf(done, key, 'alt'),
      }));
      const parent =
        data.parent === null
          ? null
          : 'remoteId' in data.parent
            ? data.parent.remoteId
            : outputOf(done, data.parent.stepKey, 'id');
      const { clientId, text, lang } = data;
      return arrived(
        await server.publish(
          token,
          { clientId, text, lang, createdAt: data.createdAt, parent, images },
          signal,
        ),
      );
    }
    case 'direct':
      return arrived(await server.send(token, data.talkId, data.text, data.clientId, data.createdAt, signal));
    case 'like':
      await server.like(token, data.postId, data.liked, signal);
      return plain;
    case 'hide':
      await server.hide(token, data.postId, data.hidden, signal);
      return plain;
    case 'delete':
      await server.remove(token, data.ids, signal);
      return plain;
    case 'read':
      await server.markRead(token, signal);
      return plain;
  }
}

/** Likes, hides and deletions may simply be done again; what carries text is looked up by its client id. */
export async function reconcilePractice(
  door: ServerDoor,
  step: WriteStep,
  ctx: AccountCtx,
): Promise<Reconciled> {
  const data = stepData.parse(step.data);
  if (data.op !== 'post' && data.op !== 'direct') return { state: 'absent' };
  const { server, token, signal } = sessionOf(door, ctx);
  const id = await server.find(token, data.clientId, signal);
  return id === undefined
    ? { state: 'absent' }
    : { state: 'arrived', output: { id }, remote: { remoteId: id } };
}

const plain: StepResult = { state: 'done', output: {} };
const arrived = (id: string): StepResult => ({ state: 'done', output: { id }, remote: { remoteId: id } });

function outputOf(done: Checkpoint, key: string, name: string): string {
  const value = done[key]?.[name];
  if (typeof value !== 'string') throw appError('internal', { detail: `step ${key} left no ${name}` });
  return value;
}
