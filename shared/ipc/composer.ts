import { z } from 'zod';
import { disclosure, postContent, postOptions, textOrigin } from '../domain/content';
import { accountId, mediaId, postId, suggestionId, variantId } from '../domain/ids';
import { metricNames, networkId } from '../domain/network';
import { missedPolicy, variantState } from '../domain/states';
import { done, failure, instant, nothing, text, zone } from './common';
import { method, streaming } from './define';
import { progress } from './common';

export const media = z.object({
  id: mediaId,
  sha256: z.string(),
  /** `app://media/<id>`: the only address the window loads images from. */
  url: z.string(),
  mime: z.string(),
  bytes: z.number().int(),
  width: z.number().int(),
  height: z.number().int(),
  /** Length of a video; null for an image, and where the file does not say. */
  seconds: z.number().nullable(),
  alt: z.string(),
  name: z.string(),
});
export type Media = z.infer<typeof media>;

export const variant = z.object({
  id: variantId,
  accountId,
  network: networkId,
  /** null: the account publishes the base text. */
  override: postContent.nullable(),
  state: variantState,
  problem: failure.nullable(),
  publishedAt: instant.nullable(),
  url: z.string().nullable(),
  metrics: z.partialRecord(z.enum(metricNames), z.number()).nullable(),
  /** Values of the account's `capabilities.publish.options`; what is missing has its initial value. */
  options: postOptions,
  /** A person publishes it by hand and is reminded at its time. */
  remind: z.boolean(),
});
export type Variant = z.infer<typeof variant>;

export const post = z.object({
  id: postId,
  base: postContent,
  media: z.array(media).readonly(),
  variants: z.array(variant).readonly(),
  dueAt: instant.nullable(),
  zone: zone.nullable(),
  missedPolicy,
  origin: textOrigin,
  disclosure,
  updatedAt: instant,
  createdAt: instant,
});
export type Post = z.infer<typeof post>;

/** What one account is to publish, as the person saw it, by its hash. */
export const variantApproval = z.object({ variantId, approvedHash: z.string().length(64) });

export const composer = {
  'composer.create': method(
    z.object({
      accountIds: z.array(accountId).default([]),
      base: postContent.optional(),
      dueAt: instant.optional(),
      zone: zone.optional(),
    }),
    post,
  ),
  'composer.get': method(z.object({ id: postId }), post),
  /** Autosave. Refused with `conflict` once a variant is being published; a scheduled one loses its approval. */
  'composer.save': method(
    z.object({
      id: postId,
      base: postContent,
      variants: z
        .array(
          z.object({
            accountId,
            override: postContent.nullable(),
            options: postOptions.default({}),
            remind: z.boolean().default(false),
          }),
        )
        .max(60),
      missedPolicy: missedPolicy.optional(),
      disclosure: disclosure.optional(),
      /** The suggestion that was inserted since the last save, if any. */
      suggestionId: suggestionId.optional(),
    }),
    post,
  ),
  'composer.duplicate': method(z.object({ id: postId }), post),
  'composer.delete': method(z.object({ id: postId, deleted: z.boolean().default(true) }), done),
  /** Deletes what was published, on the networks. */
  'composer.deletePublished': method(z.object({ variantId }), done),
  'composer.schedule': method(
    z.object({ id: postId, dueAt: instant, zone, approvals: z.array(variantApproval).min(1).max(60) }),
    post,
  ),
  'composer.unschedule': method(z.object({ id: postId }), post),
  'composer.publishNow': method(
    z.object({ id: postId, approvals: z.array(variantApproval).min(1).max(60) }),
    post,
  ),
  'composer.addMedia': streaming(
    z.object({
      source: z.discriminatedUnion('kind', [
        z.object({ kind: z.literal('choose') }),
        z.object({ kind: z.literal('bytes'), name: text(255), bytes: z.instanceof(Uint8Array) }),
        /** A large file comes in parts, in order; the answer to the last one is the file. */
        z.object({
          kind: z.literal('part'),
          upload: z.uuid(),
          name: text(255),
          size: z.number().int().positive(),
          from: z.number().int().min(0),
          bytes: z.instanceof(Uint8Array),
          last: z.boolean(),
        }),
      ]),
    }),
    progress,
    z.array(media).readonly(),
  ),
  'composer.setAlt': method(z.object({ id: mediaId, alt: text(5_000) }), media),
  /** For a post that a person publishes by hand: text, files and page are laid out for them. */
  'composer.layOut': method(
    z.object({ variantId }),
    z.object({ textCopied: z.boolean(), files: z.number().int(), pageOpened: z.boolean() }),
  ),
  /** The person says what became of it. */
  'composer.settleByHand': method(z.object({ variantId, published: z.boolean() }), done),
  'composer.drafts': method(nothing, z.array(post).readonly()),
};
