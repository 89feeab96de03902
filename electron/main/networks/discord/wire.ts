/** The answers of the methods in use, as far as they are read (discord-api-spec, API v10). */
import { z } from 'zod';

const id = z.string().regex(/^\d+$/);
const text = z.string().nullish();
const number = z.number().nullish().catch(undefined);

export const user = z.object({
  id,
  username: z.string(),
  global_name: text,
  avatar: text,
  bot: z.boolean().nullish(),
});
export type User = z.infer<typeof user>;

const overwrite = z.object({ id, type: z.number(), allow: z.string(), deny: z.string() });
export const channel = z.object({
  id,
  type: z.number(),
  name: text,
  guild_id: id.nullish(),
  parent_id: id.nullish(),
  last_message_id: id.nullish().catch(undefined),
  permission_overwrites: z.array(overwrite).nullish().catch(undefined),
  recipients: z.array(user).nullish().catch(undefined),
});
export type Channel = z.infer<typeof channel>;

export const guild = z.object({ id, name: z.string(), icon: text });
export type Guild = z.infer<typeof guild>;
export const member = z.object({ roles: z.array(id), nick: text });
export const role = z.object({ id, permissions: z.string() });
export const application = z.object({ flags: number });

export const gateway = z.object({
  url: z.string(),
  session_start_limit: z.object({ remaining: z.number(), reset_after: z.number() }),
});

const attachment = z.object({
  id,
  filename: z.string(),
  url: z.string(),
  content_type: text,
  description: text,
});
export type Attachment = z.infer<typeof attachment>;

const reference = z.object({ message_id: id.nullish(), channel_id: id.nullish(), type: number });
const reaction = z.object({
  count: z.number(),
  me: z.boolean().nullish(),
  emoji: z.object({ id: id.nullish(), name: text }),
});

const bare = z.object({
  id,
  type: z.number(),
  channel_id: id,
  author: user,
  content: z.string(),
  timestamp: z.string(),
  edited_timestamp: text,
  webhook_id: id.nullish(),
  attachments: z.array(attachment).nullish().catch(undefined),
  mentions: z.array(user).nullish().catch(undefined),
  sticker_items: z
    .array(z.object({ name: z.string() }))
    .nullish()
    .catch(undefined),
  poll: z
    .object({ question: z.object({ text }) })
    .nullish()
    .catch(undefined),
  message_reference: reference.nullish().catch(undefined),
  reactions: z.array(reaction).nullish().catch(undefined),
});
export type Message = z.infer<typeof bare> & { readonly referenced_message?: Message | null };
export const message: z.ZodType<Message> = bare.extend({
  referenced_message: bare.nullish().catch(undefined),
});

export const webhook = z.object({
  id,
  name: text,
  avatar: text,
  channel_id: id.nullish(),
  guild_id: id.nullish(),
});
export type Webhook = z.infer<typeof webhook>;

/** Single items are checked one by one: a strange one must not hide the others. */
export const list = z.array(z.unknown());
export const nothing = z.unknown();

export const errorBody = z.object({
  code: z.number().optional().catch(undefined),
  message: z.string().optional().catch(undefined),
  errors: z.record(z.string(), z.unknown()).optional().catch(undefined),
  retry_after: z.number().optional().catch(undefined),
  global: z.boolean().optional().catch(undefined),
});
export type ErrorBody = z.infer<typeof errorBody>;
