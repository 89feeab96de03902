import { z } from 'zod';
import { isThere, nodePath } from '../graph-agent';
import { unlessGone } from '../answers';
import { comparable } from '../comparable';
import { NetworkError } from '../errors';
import type { AccountCtx, Checkpoint, Reconciled, StepResult } from '../network';
import { limits } from './capabilities';
import type { Agent } from './client';
import { fetchDirect, newestDirect } from './direct';
import { isOwn, targetsOf } from './mapping';
import { commentedOn, photosOf, published, publishedAs } from './output';
import type { Step } from './plan';
import { COMMENT_FIELDS } from './threads';
import { comment, created, post as postSchema, type Comment, type Post } from './wire';

const prepared = z.object({ before: z.array(z.string()), places: z.array(z.string()).optional() });
const answered = z.object({ parent: z.object({ id: z.string() }).nullish().catch(undefined) });
const MAX_PAGES = 5;
const POST_FIELDS = 'id,message,created_time,from,attachments{media_type,type,url,target,subattachments}';
const state = z.object({ user_likes: z.boolean().nullish(), is_hidden: z.boolean().nullish() });

/** The last look before a write: what is there already, whether what is answered still exists. */
export async function prepare(step: Step<'prepare'>, agent: Agent, ctx: AccountCtx): Promise<StepResult> {
  if (step.person !== undefined)
    return { state: 'done', output: await newestDirect(agent, step.person, ctx) };
  if (step.comments !== undefined) {
    const places = await placesOf(step, step.comments, agent);
    const before: string[] = [];
    for (const place of places)
      before.push(...(await ownComments(agent, place, undefined)).found.map(({ id }) => id));
    return { state: 'done', output: { before, places } };
  }
  const params = { fields: 'id', limit: limits.pageSize.ownPosts };
  const list = await agent.list(`/${agent.page}/published_posts`, params);
  return { state: 'done', output: { before: agent.read(created, list.items).map(({ id }) => id) } };
}

/** Where an answer may be put: below what it answers, or beside it where that is an answer itself. */
async function placesOf(step: Step<'prepare'>, on: string, agent: Agent): Promise<readonly string[]> {
  if (!step.isComment) return [on];
  const { parent } = await agent.get(nodePath(on), answered, { fields: 'id,parent' });
  return parent ? [on, parent.id] : [on];
}

const beforeOf = (done: Checkpoint): readonly string[] => prepared.parse(done.prepare).before;
const takenOf = (done: Checkpoint): ReadonlySet<string> =>
  new Set(Object.values(done).flatMap((output) => published.safeParse(output).data?.id ?? []));

/** Goes through the Page's posts until it meets one that was there before (networks.md 13.3). */
export async function reconcilePost(step: Step<'post'>, done: Checkpoint, agent: Agent): Promise<Reconciled> {
  const photos = photosOf(step, done);
  const ours = await findOwnPost(agent, done, (post) => likenessOf(post, step, photos));
  return typeof ours === 'string'
    ? { state: ours }
    : { state: 'arrived', ...publishedAs(ours.id, 'post', agent) };
}

/** `maybe`: what Facebook tells of a post does not say whether it is the one that is looked for. */
export type Likeness = 'ours' | 'maybe' | 'other';

export async function findOwnPost(
  agent: Agent,
  done: Checkpoint,
  likeness: (post: Post) => Likeness,
): Promise<Post | 'absent' | 'unknown'> {
  const before = beforeOf(done);
  let isUnclear = false;
  let after: string | undefined;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const params = { fields: POST_FIELDS, limit: limits.pageSize.ownPosts };
    const list = await agent.list(`/${agent.page}/published_posts`, params, after);
    const posts = agent.read(postSchema, list.items);
    const known = posts.findIndex(({ id }) => before.includes(id));
    const fresh = known < 0 ? posts : posts.slice(0, known);
    const ours = fresh.find((post) => likeness(post) === 'ours');
    if (ours) return ours;
    isUnclear ||= fresh.some((post) => likeness(post) === 'maybe');
    if (known >= 0 || list.after === undefined) return isUnclear ? 'unknown' : 'absent';
    after = list.after;
  }
  // So much was published since that only a person can tell.
  return 'unknown';
}

function likenessOf(post: Post, { text, link }: Step<'post'>, photos: readonly string[]): Likeness {
  if (comparable(post.message) !== comparable(text)) return 'other';
  if (photos.length > 0) {
    // Photos keep their ids; a post that tells none is known by its text alone.
    const targets = targetsOf(post);
    if (targets.length === 0) return text.trim() === '' ? 'maybe' : 'ours';
    return photos.some((id) => targets.includes(id)) ? 'ours' : 'other';
  }
  return text.trim() === '' ? likenessOfLink(post, link ?? '') : 'ours';
}

/** Facebook leads to a link by an address of its own, which has the link in it. */
function likenessOfLink(post: Post, link: string): Likeness {
  const attached = post.attachments?.data ?? [];
  if (attached.some(({ media_type, type }) => /photo|album|video/.test(`${media_type} ${type}`)))
    return 'other';
  const addresses = attached.flatMap(({ url }) => url ?? []);
  if (addresses.length === 0) return 'maybe';
  return addresses.some((url) => url.includes(link) || url.includes(encodeURIComponent(link)))
    ? 'ours'
    : 'other';
}

/** The Page's own comments below an object, newest first. */
async function ownComments(
  agent: Agent,
  on: string,
  after: string | undefined,
): Promise<{ readonly found: readonly Comment[]; readonly after?: string }> {
  const params = {
    fields: COMMENT_FIELDS,
    filter: 'stream',
    order: 'reverse_chronological',
    limit: limits.pageSize.comments,
  };
  const list = await agent.list(`${nodePath(on)}/comments`, params, after);
  const found = agent.read(comment, list.items).filter((one) => isOwn(one, agent));
  return { found, after: list.after };
}

export async function reconcileComment(
  step: Step<'comment'>,
  done: Checkpoint,
  agent: Agent,
): Promise<Reconciled> {
  // Below a post of this job nothing was there before.
  const { before, places } =
    step.below === undefined ? prepared.parse(done.prepare) : { before: [], places: undefined };
  const taken = takenOf(done);
  const isOurs = ({ id, message }: Comment): boolean =>
    !before.includes(id) && !taken.has(id) && comparable(message) === comparable(step.text);
  let isUnclear = false;
  for (const place of places ?? [commentedOn(step, done)]) {
    const ours = await findOwnComment(place, new Set(before), isOurs, agent);
    if (typeof ours !== 'string') return { state: 'arrived', ...publishedAs(ours.id, 'comment', agent) };
    isUnclear ||= ours === 'unknown';
  }
  return { state: isUnclear ? 'unknown' : 'absent' };
}

async function findOwnComment(
  on: string,
  before: ReadonlySet<string>,
  isOurs: (comment: Comment) => boolean,
  agent: Agent,
): Promise<Comment | 'absent' | 'unknown'> {
  let after: string | undefined;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const list = await ownComments(agent, on, after);
    const ours = list.found.find(isOurs);
    if (ours) return ours;
    if (list.after === undefined || list.found.some(({ id }) => before.has(id))) return 'absent';
    after = list.after;
  }
  return 'unknown';
}

const arrived: Reconciled = { state: 'arrived', output: {} };
const absent: Reconciled = { state: 'absent' };

export async function reconcileState(
  id: string,
  field: 'user_likes' | 'is_hidden',
  on: boolean,
  agent: Agent,
): Promise<Reconciled> {
  const path = nodePath(id);
  try {
    const seen = await unlessGone(agent.get(path, state, { fields: field }));
    if (!seen) return on ? absent : arrived;
    return (seen[field] ?? false) === on ? arrived : absent;
  } catch (error) {
    // Posts do not tell whether the Page likes them.
    if (error instanceof NetworkError && error.kind === 'validation') return { state: 'unknown' };
    throw error;
  }
}

export const reconcileDelete = async (id: string, agent: Agent): Promise<Reconciled> =>
  (await isThere(agent, id)) ? absent : arrived;

export async function reconcileMessage(
  step: Step<'message'>,
  done: Checkpoint,
  agent: Agent,
): Promise<Reconciled> {
  const before = new Set(beforeOf(done));
  const found = await fetchDirect(agent, step.person);
  const ours = found.messages.find(
    (one) => isOwn(one, agent) && !before.has(one.id) && comparable(one.message) === comparable(step.text),
  );
  if (ours) return { state: 'arrived', output: { id: ours.id }, remote: { remoteId: ours.id } };
  const reachesBack = !found.more || found.messages.some(({ id }) => before.has(id));
  return { state: reachesBack ? 'absent' : 'unknown' };
}
