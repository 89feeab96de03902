import { nodePath } from '../graph-agent';
import { NetworkError } from '../errors';
import type { AccountCtx, Checkpoint, StepResult } from '../network';
import type { Agent } from './client';
import { reconcilePost } from './look';
import { commentedOn, photoOf, photosOf, publishedAs } from './output';
import type { Step } from './plan';
import { created, success } from './wire';

/** Puts a photo there unseen: the post that shows it is then a small request, which is over quickly. */
export async function stagePhoto(step: Step<'photo'>, agent: Agent, ctx: AccountCtx): Promise<StepResult> {
  const { bytes, mime } = await ctx.media(step.mediaId);
  const extension = mime.replace(/^image\//, '').replace(/[^a-z0-9]/g, '');
  const alt = step.alt.trim();
  const multipart = {
    fields: { published: false, temporary: true, ...(alt !== '' && { alt_text_custom: alt }) },
    files: [{ name: 'source', filename: `image.${extension}`, mime, bytes }],
  };
  const call = { method: 'POST', path: `/${agent.page}/photos`, effect: 'read', multipart } as const;
  const { id } = await agent.call(call, created).catch((error: unknown) => {
    throw error instanceof NetworkError && error.kind === 'validation'
      ? new NetworkError({ ...error.info, kind: 'media_rejected', field: 'segments.0.media' }, 'no', {
          cause: error,
        })
      : error;
  });
  return { state: 'done', output: { id } };
}

export async function publishPost(step: Step<'post'>, done: Checkpoint, agent: Agent): Promise<StepResult> {
  const photos = photosOf(step, done);
  const form = {
    ...(step.text !== '' && { message: step.text }),
    link: step.link,
    ...(photos.length > 0 && {
      attached_media: JSON.stringify(photos.map((id) => ({ media_fbid: id }))),
    }),
  };
  const call = { method: 'POST', path: `/${agent.page}/feed`, effect: 'write', form } as const;
  try {
    const { id } = await agent.call(call, created);
    return { state: 'done', ...publishedAs(id, 'post', agent) };
  } catch (error) {
    if (!(error instanceof NetworkError) || error.kind !== 'duplicate') throw error;
    return duplicate(error, step, done, agent);
  }
}

/** Facebook refuses the text of the post before: that is either this one, or one that was there already. */
async function duplicate(
  error: NetworkError,
  step: Step<'post'>,
  done: Checkpoint,
  agent: Agent,
): Promise<StepResult> {
  const found = await reconcilePost(step, done, agent);
  if (found.state === 'arrived') return { ...found, state: 'done' };
  if (found.state === 'unknown') throw error;
  throw new NetworkError(
    {
      ...error.info,
      kind: 'validation',
      field: 'segments.0.text',
      detail: 'the post before has the same text',
    },
    'no',
    { cause: error },
  );
}

export async function publishComment(
  step: Step<'comment'>,
  done: Checkpoint,
  agent: Agent,
): Promise<StepResult> {
  const form = {
    ...(step.text !== '' && { message: step.text }),
    ...(step.photo !== undefined && { attachment_id: photoOf(step.photo, done) }),
  };
  const path = `/${encodeURIComponent(commentedOn(step, done))}/comments`;
  const { id } = await agent.call({ method: 'POST', path, effect: 'write', form }, created);
  return { state: 'done', ...publishedAs(id, 'comment', agent) };
}

export async function like(id: string, on: boolean, agent: Agent): Promise<StepResult> {
  const method = on ? 'POST' : 'DELETE';
  await agent.call({ method, path: `${nodePath(id)}/likes`, effect: 'write' }, success);
  return { state: 'done', output: {} };
}

export async function hide(id: string, on: boolean, agent: Agent): Promise<StepResult> {
  const form = { is_hidden: on };
  await agent.call({ method: 'POST', path: nodePath(id), effect: 'write', form }, success);
  return { state: 'done', output: {} };
}
