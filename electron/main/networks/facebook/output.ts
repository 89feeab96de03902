import { z } from 'zod';
import type { Checkpoint, RemoteRef } from '../network';
import type { Agent } from './client';
import type { Step } from './plan';

/** What steps leave behind for the steps after them. */
const staged = z.object({ id: z.string() });
export const published = z.object({ id: z.string() });

export const photoOf = (key: string, done: Checkpoint): string => staged.parse(done[key]).id;
export const photosOf = (step: Step<'post'>, done: Checkpoint): readonly string[] =>
  step.photos.map((key) => photoOf(key, done));

export const commentedOn = (step: Step<'comment'>, done: Checkpoint): string =>
  step.below === undefined ? (step.on ?? '') : published.parse(done[step.below]).id;

type Published = { readonly output: z.infer<typeof published>; readonly remote: RemoteRef };
export const publishedAs = (
  id: string,
  kind: 'post' | 'comment',
  agent: Agent,
  url = `${agent.web}/${id}`,
): Published => ({ output: { id }, remote: { remoteId: id, url, ref: { kind } } });
