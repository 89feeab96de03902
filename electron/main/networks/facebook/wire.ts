/** The answers of the edges in use, as far as they are read. */
import { z } from 'zod';
import { graphTime } from '../graph';
import { uploadingPhase } from '../graph-upload';

const id = z.coerce.string().min(1);
const text = z.string().nullish().catch(undefined);

const person = z.object({ id, name: text });
export type Person = z.infer<typeof person>;
const from = person.nullish().catch(undefined);

export const created = z.object({ id });
export const success = z.object({ success: z.literal(true) });
export const anything = z.unknown();

const picture = z
  .object({ data: z.object({ url: z.string().optional() }).optional() })
  .nullish()
  .catch(undefined);

export const page = z.object({
  id,
  name: z.string(),
  username: text,
  link: text,
  picture,
  access_token: text,
});
export type Page = z.infer<typeof page>;

const media = z
  .object({ image: z.object({ src: z.string().optional() }).optional(), source: z.string().optional() })
  .nullish()
  .catch(undefined);
const oneAttachment = z.object({
  media_type: text,
  type: text,
  description: text,
  url: text,
  media,
  target: z.object({ id: z.coerce.string().optional() }).nullish().catch(undefined),
});
export type Attachment = z.infer<typeof oneAttachment>;
export const attachment = oneAttachment.extend({
  subattachments: z
    .object({ data: z.array(oneAttachment) })
    .nullish()
    .catch(undefined),
});

const edge = z.unknown().optional();

export const post = z.object({
  id,
  created_time: graphTime,
  message: text,
  story: text,
  from,
  permalink_url: text,
  attachments: z
    .object({ data: z.array(attachment) })
    .nullish()
    .catch(undefined),
  comments: edge,
});
export type Post = z.infer<typeof post>;

export const comment = z.object({
  id,
  created_time: graphTime,
  message: text,
  from,
  parent: z.object({ id }).nullish().catch(undefined),
  permalink_url: text,
  attachment: attachment.nullish().catch(undefined),
  is_hidden: z.boolean().nullish().catch(undefined),
});
export type Comment = z.infer<typeof comment>;

export const conversation = z.object({
  id,
  updated_time: graphTime,
  participants: z
    .object({ data: z.array(person) })
    .nullish()
    .catch(undefined),
  messages: edge,
});
export type Conversation = z.infer<typeof conversation>;

const messageAttachment = z.object({
  id: z.string().optional(),
  mime_type: text,
  name: text,
  file_url: text,
  image_data: z.object({ url: text, preview_url: text }).nullish().catch(undefined),
  video_data: z.object({ url: text, preview_url: text }).nullish().catch(undefined),
});
export type MessageAttachment = z.infer<typeof messageAttachment>;

export const message = z.object({
  id,
  created_time: graphTime,
  message: text,
  from,
  to: z
    .object({ data: z.array(person) })
    .nullish()
    .catch(undefined),
  sticker: text,
  attachments: z
    .object({ data: z.array(messageAttachment) })
    .nullish()
    .catch(undefined),
});
export type Message = z.infer<typeof message>;

export const sentMessage = z.object({ message_id: id, recipient_id: z.coerce.string().optional() });

const phase = z.object({ status: text }).nullish().catch(undefined);
export const videoState = z.object({
  id: z.coerce.string().optional(),
  post_id: z.coerce.string().nullish().catch(undefined),
  permalink_url: text,
  status: z
    .object({
      video_status: text,
      uploading_phase: uploadingPhase,
      processing_phase: phase,
      publishing_phase: phase,
    })
    .nullish()
    .catch(undefined),
});
export type VideoState = z.infer<typeof videoState>;

const offset = z.coerce.number().int().nonnegative();
export const videoStarted = z.object({
  upload_session_id: id,
  video_id: id,
  start_offset: offset,
  end_offset: offset,
});
export const videoTransferred = z.object({ start_offset: offset, end_offset: offset });
export const reelStarted = z.object({ video_id: id, upload_url: z.string() });
export const finished = z.object({
  success: z.literal(true),
  post_id: z.coerce.string().nullish().catch(undefined),
});

const total = z
  .object({ summary: z.object({ total_count: z.number() }) })
  .nullish()
  .catch(undefined);
export const postNumbers = z.object({
  shares: z.object({ count: z.number() }).nullish().catch(undefined),
  comments: total,
  reactions: total,
});
export const commentNumbers = z.object({
  like_count: z.number().nullish().catch(undefined),
  comment_count: z.number().nullish().catch(undefined),
});
export const insight = z.object({ name: z.string(), values: z.array(z.object({ value: z.unknown() })) });

const scopes = z.array(z.string()).nullish().catch(undefined);
export const debugged = z.object({
  data: z.object({
    is_valid: z.boolean(),
    scopes,
    granular_scopes: z
      .array(z.object({ scope: z.string(), target_ids: z.array(z.coerce.string()).nullish() }))
      .nullish()
      .catch(undefined),
    expires_at: z.number().nullish().catch(undefined),
    data_access_expires_at: z.number().nullish().catch(undefined),
  }),
});
export const grant = z.object({ permission: z.string(), status: z.string() });
export const tokenAnswer = z.object({ access_token: z.string().min(1) });
