/** The answers of the methods in use, as far as they are read. Compatible servers leave out a lot of the rest. */
import { z } from 'zod';

const id = z.coerce.string().min(1);

export const account = z.object({
  id,
  username: z.string(),
  acct: z.string(),
  display_name: z.string().nullish(),
  avatar: z.string().nullish(),
  url: z.string().nullish(),
  followers_count: z.number().nullish().catch(undefined),
  following_count: z.number().nullish().catch(undefined),
  statuses_count: z.number().nullish().catch(undefined),
});
export type Account = z.infer<typeof account>;

export const attachment = z.object({
  id,
  type: z.string(),
  url: z.string().nullish(),
  preview_url: z.string().nullish(),
  remote_url: z.string().nullish(),
  description: z.string().nullish(),
});
export type Attachment = z.infer<typeof attachment>;

const mention = z.object({ id, username: z.string(), acct: z.string() });

export const status = z.object({
  id,
  created_at: z.string(),
  edited_at: z.string().nullish(),
  in_reply_to_id: id.nullish(),
  in_reply_to_account_id: id.nullish(),
  spoiler_text: z.string().nullish(),
  visibility: z.string(),
  language: z.string().nullish(),
  url: z.string().nullish(),
  uri: z.string().nullish(),
  content: z.string(),
  account,
  media_attachments: z.array(attachment).nullish().catch(undefined),
  mentions: z.array(mention).nullish().catch(undefined),
  favourited: z.boolean().nullish(),
  replies_count: z.number().nullish(),
  reblogs_count: z.number().nullish(),
  favourites_count: z.number().nullish(),
  quotes_count: z.number().nullish(),
});
export type Status = z.infer<typeof status>;

export const notification = z.object({ id, type: z.string(), status: status.nullish() });
export type Notification = z.infer<typeof notification>;

export const conversation = z.object({
  id,
  unread: z.boolean().nullish(),
  accounts: z.array(account),
  last_status: status.nullish(),
});
export type Conversation = z.infer<typeof conversation>;

export const context = z.object({ ancestors: z.array(z.unknown()), descendants: z.array(z.unknown()) });
/** Single items are checked one by one: a strange one must not hide the others. */
export const list = z.array(z.unknown());
export const nothing = z.unknown();

const count = z.number().int().positive().nullish().catch(undefined);

/** `/api/v2/instance`, and what older and smaller servers say in `/api/v1/instance`. */
export const instance = z.object({
  domain: z.string().nullish().catch(undefined),
  uri: z.string().nullish().catch(undefined),
  version: z.string().nullish().catch(undefined),
  rules: z.array(z.unknown()).nullish().catch(undefined),
  max_toot_chars: count,
  api_versions: z.object({ mastodon: count }).nullish().catch(undefined),
  urls: z.object({ streaming_api: z.string().nullish() }).nullish().catch(undefined),
  configuration: z
    .object({
      statuses: z
        .object({
          max_characters: count,
          max_media_attachments: count,
          characters_reserved_per_url: count,
        })
        .nullish()
        .catch(undefined),
      media_attachments: z
        .object({
          supported_mime_types: z.array(z.string()).nullish().catch(undefined),
          image_size_limit: count,
          video_size_limit: count,
          description_limit: count,
        })
        .nullish()
        .catch(undefined),
      urls: z.object({ streaming: z.string().nullish() }).nullish().catch(undefined),
    })
    .nullish()
    .catch(undefined),
});
export type Instance = z.infer<typeof instance>;

export const rule = z.object({ text: z.string(), hint: z.string().nullish().catch(undefined) });

/** Where the server streams, as it says; undefined where it says nothing. */
export const streamingUrl = (told: Instance | undefined): string | undefined =>
  told?.configuration?.urls?.streaming?.trim() || told?.urls?.streaming_api?.trim() || undefined;

export const registeredApp = z.object({
  client_id: z.string().min(1),
  client_secret: z.string().min(1),
});
export const issuedToken = z.object({ access_token: z.string().min(1), scope: z.string().nullish() });
export const authorizationServer = z.object({
  code_challenge_methods_supported: z.array(z.string()).nullish(),
});
export const searchAnswer = z.object({ statuses: z.array(z.unknown()) });
