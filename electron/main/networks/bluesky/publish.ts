import { z } from 'zod';
import { NetworkError } from '../errors';
import type { AccountCtx, Checkpoint, MediaBytes, Reconciled, RemoteRef, StepResult } from '../network';
import { POSTS, type Agent } from './agent';
import { limits } from './capabilities';
import { postUrl, refOf } from './mapping';
import type { PostStep, PrepareStep } from './plan';
import { checkPost, facetsOf } from './rich-text';
import { blobRef, postRecord, resolvedHandle, type StrongRef } from './wire';

const strongRef = z.object({ uri: z.string(), cid: z.string() });
const facets = z.array(z.looseObject({}));
const uploadedImage = z.object({ blob: blobRef, width: z.number(), height: z.number() });
const prepared = z.object({
  createdAt: z.number(),
  facets: z.array(facets),
  quote: strongRef.optional(),
  reply: z.object({ root: strongRef, parent: strongRef }).optional(),
});
const publishedPost = z.object({
  uri: z.string(),
  cid: z.string(),
  rootUri: z.string(),
  rootCid: z.string(),
});

export async function uploadImage(mediaId: string, agent: Agent, ctx: AccountCtx): Promise<StepResult> {
  const media = await loadImage(mediaId, ctx);
  const blob = await agent.upload(media);
  return { state: 'done', output: { blob, width: media.width, height: media.height } };
}

async function loadImage(mediaId: string, ctx: AccountCtx): Promise<MediaBytes> {
  const media = await ctx.media(mediaId);
  const { maxBytes, mime } = limits.images;
  if (!mime.includes(media.mime))
    throw new NetworkError(
      { kind: 'media_rejected', params: { mime: media.mime }, detail: 'kind of image' },
      'no',
    );
  if (media.bytes.length > maxBytes) {
    const params = { max: maxBytes, count: media.bytes.length };
    throw new NetworkError({ kind: 'media_rejected', params, detail: 'image too large' }, 'no');
  }
  return media;
}

/**
 * Looks up what the record will refer to. Always asks the network something, so that the instant which the post
 * carries is one at which it could really go out, not the start of a day without a connection.
 */
export async function prepare(step: PrepareStep, agent: Agent, ctx: AccountCtx): Promise<StepResult> {
  const reply = step.parent && (await parentRefs(step.parent.uri, agent));
  const quote = step.quoteUrl === undefined ? undefined : await quotedPost(step.quoteUrl, agent);
  const found = await Promise.all(step.texts.map((text) => facetsOf(text, agent)));
  const existing = await agent.ownRecord(POSTS, step.rkey);
  const createdAt = existing ? Date.parse(postRecord.parse(existing.value).createdAt) : ctx.clock.now();
  return {
    state: 'done',
    output: { createdAt, facets: found, ...(quote && { quote }), ...(reply && { reply }) },
  };
}

async function parentRefs(
  uri: string,
  agent: Agent,
): Promise<{ readonly root: StrongRef; readonly parent: StrongRef }> {
  const parent = (await agent.posts([uri])).get(uri);
  if (!parent) throw new NetworkError({ kind: 'gone', detail: 'the post to answer is gone' }, 'no');
  if (parent.viewer?.replyDisabled === true)
    throw new NetworkError({ kind: 'policy_blocked', detail: 'answers to this post are limited' }, 'no');
  const own = { uri: parent.uri, cid: parent.cid };
  return { parent: own, root: parent.record.reply?.root ?? own };
}

const POST_PATH = /^\/profile\/([^/]+)\/post\/([a-z0-9]+)\/?$/i;

async function quotedPost(address: string, agent: Agent): Promise<StrongRef> {
  const [, actor, rkey] = POST_PATH.exec(URL.canParse(address) ? new URL(address).pathname : '') ?? [];
  const uri = address.startsWith('at://')
    ? address
    : actor && rkey && `at://${await didOf(actor, agent)}/${POSTS}/${rkey}`;
  if (!uri)
    throw new NetworkError(
      { kind: 'validation', field: 'quoteUrl', detail: 'not the address of a post' },
      'no',
    );
  const post = (await agent.posts([uri])).get(uri);
  if (!post)
    throw new NetworkError({ kind: 'gone', field: 'quoteUrl', detail: 'the quoted post is gone' }, 'no');
  if (post.viewer?.embeddingDisabled === true)
    throw new NetworkError(
      { kind: 'policy_blocked', field: 'quoteUrl', detail: 'quoting is switched off' },
      'no',
    );
  return { uri: post.uri, cid: post.cid };
}

async function didOf(actor: string, agent: Agent): Promise<string> {
  const name = decodeURIComponent(actor);
  if (name.startsWith('did:')) return name;
  const params = { handle: name };
  const call = { nsid: 'com.atproto.identity.resolveHandle', effect: 'read', params } as const;
  return (await agent.call(call, resolvedHandle)).did;
}

/** Creates the post under the key that the plan fixed. Sent again it is the same record, or refused. */
export async function publishPost(
  step: PostStep,
  done: Checkpoint,
  agent: Agent,
  ctx: AccountCtx,
  web: string,
): Promise<StepResult> {
  const { record, root } = buildPost(step, done);
  await checkPost(record);
  const written = await putPost(step, record, agent, ctx);
  return { state: 'done', ...publishedAs(written, root, ctx, web) };
}

async function putPost(step: PostStep, record: unknown, agent: Agent, ctx: AccountCtx): Promise<StrongRef> {
  try {
    return await agent.put(POSTS, step.rkey, record);
  } catch (error) {
    if (!(error instanceof NetworkError) || error.sent !== 'no') throw error;
    if (error.kind === 'duplicate') {
      const existing = await agent.ownRecord(POSTS, step.rkey);
      if (existing) return existing;
    }
    // Images that no post refers to are thrown away after a while. The same bytes have the same reference.
    if (error.kind === 'media_rejected' && step.images.length > 0) {
      for (const { mediaId } of step.images) await agent.upload(await loadImage(mediaId, ctx));
      return agent.put(POSTS, step.rkey, record);
    }
    throw error;
  }
}

/** The record, made of the plan and the checkpoint alone: the same one at every replay. */
function buildPost(
  step: PostStep,
  done: Checkpoint,
): { readonly record: unknown; readonly root: StrongRef | undefined } {
  const ready = prepared.parse(done.prepare);
  const before = step.after === undefined ? undefined : publishedPost.parse(done[step.after]);
  const reply = before
    ? { root: { uri: before.rootUri, cid: before.rootCid }, parent: { uri: before.uri, cid: before.cid } }
    : ready.reply;
  const embed = embedOf(step, done, step.index === 0 ? ready.quote : undefined);
  const textFacets = ready.facets[step.index] ?? [];
  const record = {
    $type: POSTS,
    text: step.text,
    ...(textFacets.length > 0 && { facets: textFacets }),
    ...(step.lang !== undefined && { langs: [step.lang] }),
    ...(reply && { reply }),
    ...(embed && { embed }),
    // One millisecond apart, so that the segments keep their order wherever posts are sorted by time.
    createdAt: new Date(ready.createdAt + step.index).toISOString(),
  };
  return { record, root: reply?.root };
}

function embedOf(step: PostStep, done: Checkpoint, quote: StrongRef | undefined): object | undefined {
  const record = quote && { $type: 'app.bsky.embed.record', record: quote };
  if (step.images.length === 0) return record;
  const images = step.images.map(({ step: key, alt }) => {
    const { blob, width, height } = uploadedImage.parse(done[key]);
    return { image: blob, alt, aspectRatio: { width, height } };
  });
  const media = { $type: 'app.bsky.embed.images', images };
  return record ? { $type: 'app.bsky.embed.recordWithMedia', record, media } : media;
}

function publishedAs(
  written: StrongRef,
  root: StrongRef | undefined,
  ctx: AccountCtx,
  web: string,
): { readonly output: z.infer<typeof publishedPost>; readonly remote: RemoteRef } {
  const { uri, cid } = written;
  const top = root ?? { uri, cid };
  return {
    output: { uri, cid, rootUri: top.uri, rootCid: top.cid },
    remote: {
      remoteId: uri,
      url: postUrl(web, uri, ctx.account.handle),
      ref: { cid, rootUri: top.uri, rootCid: top.cid },
    },
  };
}

/** The repository answers at once and for certain: a post that is not in it has not been published. */
export async function reconcilePost(
  step: PostStep,
  agent: Agent,
  ctx: AccountCtx,
  web: string,
): Promise<Reconciled> {
  const existing = await agent.ownRecord(POSTS, step.rkey);
  if (!existing) return { state: 'absent' };
  const parsed = postRecord.parse(existing.value);
  const { rootUri, rootCid } = refOf(existing.uri, existing.cid, parsed);
  const root = { uri: rootUri ?? existing.uri, cid: rootCid ?? existing.cid };
  return { state: 'arrived', ...publishedAs(existing, root, ctx, web) };
}
