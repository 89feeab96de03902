import { z } from 'zod';

/** Branded ids. All are UUIDv7, so they sort by creation and may meet rows of another machine one day. */
declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

export type AccountId = Branded<'account'>;
export type ConversationId = Branded<'conversation'>;
export type MessageId = Branded<'message'>;
export type AuthorId = Branded<'author'>;
export type PostId = Branded<'post'>;
export type VariantId = Branded<'variant'>;
export type MediaId = Branded<'media'>;
export type MediaHostId = Branded<'media-host'>;
export type JobId = Branded<'job'>;
export type AttemptId = Branded<'attempt'>;
export type ApprovalId = Branded<'approval'>;
export type SuggestionId = Branded<'suggestion'>;
export type SavedReplyId = Branded<'saved-reply'>;
export type ProviderId = Branded<'provider'>;

const uuid = z.uuid();
const idSchema = <Id extends string>() => uuid as unknown as z.ZodType<Id, Id>;

export const accountId = idSchema<AccountId>();
export const conversationId = idSchema<ConversationId>();
export const messageId = idSchema<MessageId>();
export const authorId = idSchema<AuthorId>();
export const postId = idSchema<PostId>();
export const variantId = idSchema<VariantId>();
export const mediaId = idSchema<MediaId>();
export const jobId = idSchema<JobId>();
export const suggestionId = idSchema<SuggestionId>();
export const savedReplyId = idSchema<SavedReplyId>();
export const providerId = idSchema<ProviderId>();

let lastMs = 0;
let counter = 0;
/** Randomness is fetched for many ids at once: a call to the system for each would cost more than all the rest. */
const pool = new Uint8Array(4096);
let used = pool.length;

function randomBytes16(): Uint8Array {
  if (used === pool.length) {
    crypto.getRandomValues(pool);
    used = 0;
  }
  used += 16;
  return pool.slice(used - 16, used);
}

/**
 * A UUIDv7 (RFC 9562): 48 bits of `now` in ms, a 12-bit counter that keeps ids of one millisecond in order,
 * 62 random bits. Ids of one process rise even when the clock steps back.
 */
export function uuidv7<Id extends string = string>(now: number): Id {
  if (now > lastMs) {
    lastMs = now;
    counter = 0;
  } else if (++counter > 0xfff) {
    lastMs += 1;
    counter = 0;
  }
  const bytes = randomBytes16();
  const view = new DataView(bytes.buffer);
  view.setUint16(0, Math.floor(lastMs / 2 ** 32));
  view.setUint32(2, lastMs >>> 0);
  view.setUint16(6, 0x7000 | counter);
  view.setUint8(8, (view.getUint8(8) & 0x3f) | 0x80);
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}` as Id;
}
