/** The types of the Bot API in use, as far as they are read (core.telegram.org/bots/api). */
import { z } from 'zod';

const id = z.number().int();
const text = z.string().optional();
const flag = z.boolean().optional().catch(undefined);
const some = z.unknown().optional();

export const user = z.object({
  id,
  is_bot: flag,
  first_name: z.string(),
  last_name: text,
  username: text,
  can_read_all_group_messages: flag,
  can_connect_to_business: flag,
});
export type User = z.infer<typeof user>;

export const chat = z.object({
  id,
  type: z.string(),
  title: text,
  username: text,
  first_name: text,
  last_name: text,
  is_direct_messages: flag,
});
export type Chat = z.infer<typeof chat>;

export const chatInfo = chat.extend({ linked_chat_id: id.optional().catch(undefined) });
export type ChatInfo = z.infer<typeof chatInfo>;

export const member = z.object({
  status: z.string(),
  can_post_messages: flag,
  can_delete_messages: flag,
  can_manage_direct_messages: flag,
  can_send_messages: flag,
});
export type Member = z.infer<typeof member>;

const origin = z.object({
  type: z.string(),
  date: z.number(),
  chat: chat.optional(),
  message_id: id.optional(),
});

const bytes = z.number().optional().catch(undefined);
const file = { file_id: z.string(), file_size: bytes };
const photoSize = z.object({ ...file, width: z.number(), height: z.number() });
export type PhotoSize = z.infer<typeof photoSize>;
const thumbnail = photoSize.optional().catch(undefined);
/** Moving pictures in all their kinds: a still of them is what is shown. */
const moving = z
  .object({ thumbnail, cover: z.array(photoSize).optional().catch(undefined) })
  .optional()
  .catch({});

/** What a message may carry beside words: that it is there, a name where one helps, and what of it can be shown. */
const attachments = {
  photo: z.array(photoSize).optional().catch([]),
  video: moving,
  animation: moving,
  audio: some,
  voice: some,
  video_note: moving,
  document: z
    .object({ file_id: text, file_size: bytes, file_name: text, mime_type: text, thumbnail })
    .optional()
    .catch({}),
  sticker: z
    .object({ file_id: text, file_size: bytes, emoji: text, is_animated: flag, is_video: flag, thumbnail })
    .optional()
    .catch({}),
  poll: z.object({ question: text }).optional().catch({}),
  location: some,
  venue: some,
  contact: some,
  dice: some,
};

const bare = z.object({
  message_id: id,
  message_thread_id: id.optional().catch(undefined),
  direct_messages_topic: z.object({ topic_id: id, user: user.optional().catch(undefined) }).optional(),
  from: user.optional(),
  sender_chat: chat.optional(),
  sender_business_bot: user.optional().catch(undefined),
  business_connection_id: text,
  date: z.number(),
  edit_date: z.number().optional().catch(undefined),
  chat,
  is_automatic_forward: flag,
  forward_origin: origin.optional().catch(undefined),
  media_group_id: text.catch(undefined),
  text,
  caption: text,
  ...attachments,
});
export type BareMessage = z.infer<typeof bare>;

/** A message that is answered is given whole, but without the one that it answers in turn. */
export const message = bare.extend({ reply_to_message: bare.optional().catch(undefined) });
export type Message = z.infer<typeof message>;

export const businessConnection = z.object({
  id: z.string(),
  is_enabled: z.boolean(),
  user: user.optional().catch(undefined),
  rights: z
    .object({
      can_reply: flag,
      can_read_messages: flag,
      can_delete_sent_messages: flag,
      can_delete_all_messages: flag,
    })
    .optional()
    .catch(undefined),
});
export type BusinessConnection = z.infer<typeof businessConnection>;

const optionalMessage = message.optional();
export const update = z.object({
  update_id: id,
  message: optionalMessage,
  edited_message: optionalMessage,
  channel_post: optionalMessage,
  edited_channel_post: optionalMessage,
  business_connection: businessConnection.optional(),
  business_message: optionalMessage,
  edited_business_message: optionalMessage,
  deleted_business_messages: z
    .object({ business_connection_id: z.string(), chat, message_ids: z.array(id) })
    .optional(),
});
export type Update = z.infer<typeof update>;
/** Enough to go past an update that cannot be read. */
export const updateId = z.object({ update_id: id });

/** Single updates are checked one by one: a strange one must not hide the others. */
export const list = z.array(z.unknown());
export const messages = z.array(message);
/** `file_path` is good for an hour at least. */
export const fileInfo = z.object({ file_path: text });
export const webhookInfo = z.object({ url: z.string() });
export const truth = z.boolean();
export const count = z.number().int();

export const envelope = z.object({
  ok: z.boolean(),
  result: z.unknown().optional(),
  error_code: z.number().optional().catch(undefined),
  description: text.catch(undefined),
  parameters: z
    .object({
      retry_after: z.number().optional().catch(undefined),
      migrate_to_chat_id: id.optional().catch(undefined),
    })
    .optional()
    .catch(undefined),
});
export type Envelope = z.infer<typeof envelope>;
