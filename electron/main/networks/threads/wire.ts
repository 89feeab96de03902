/** The answers in use, as far as they are read. Single items are checked one by one. */
import { z } from 'zod';
import { graphTime } from '../graph';

const id = z.coerce.string().min(1);
const text = z.string().nullish();
const reference = z.object({ id }).nullish().catch(undefined);

export const created = z.object({ id });
export const success = z.unknown();

export const user = z.object({
  id,
  username: z.string().min(1),
  name: text,
  threads_profile_picture_url: text,
});
export type User = z.infer<typeof user>;

export const shortToken = z.object({ access_token: z.string() });
export const longToken = z.object({
  access_token: z.string(),
  expires_in: z.number().positive().optional().catch(undefined),
});
export const debugToken = z.object({
  data: z.object({
    is_valid: z.boolean().optional(),
    scopes: z.array(z.string()).optional(),
    expires_at: z.number().optional(),
  }),
});

export const container = z.object({ status: z.string(), error_message: text });

const allowance = z
  .object({ quota_total: z.number(), quota_duration: z.number().optional() })
  .optional()
  .catch(undefined);
const used = z.number().optional().catch(undefined);
export const quota = z.object({
  quota_usage: used,
  config: allowance,
  reply_quota_usage: used,
  reply_config: allowance,
  delete_quota_usage: used,
  delete_config: allowance,
});

const child = z.object({ media_type: text, media_url: text, thumbnail_url: text, alt_text: text });
export const post = z.object({
  id,
  text,
  media_type: text,
  media_url: text,
  thumbnail_url: text,
  alt_text: text,
  permalink: text,
  timestamp: graphTime,
  username: text,
  children: z
    .object({ data: z.array(child) })
    .nullish()
    .catch(undefined),
  has_replies: z.boolean().nullish().catch(undefined),
  root_post: reference,
  replied_to: reference,
  is_reply_owned_by_me: z.boolean().nullish().catch(undefined),
  hide_status: text,
});
export type Post = z.infer<typeof post>;
