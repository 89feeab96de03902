/** The answers of the methods in use, as far as they are read. */
import { z } from 'zod';

const text = z.string().nullish().catch(undefined);
/** Counts are strings on the wire. */
const count = z.coerce.number().int().nonnegative().optional().catch(undefined);

export const tokenAnswer = z.object({
  access_token: z.string().min(1),
  expires_in: z.number().positive(),
  refresh_token: z.string().min(1).optional().catch(undefined),
  /** Told where the sign-in ends by itself: consent screens in testing, access given for a time. */
  refresh_token_expires_in: z.number().positive().optional().catch(undefined),
  scope: z.string().optional().catch(undefined),
});
export type TokenAnswer = z.infer<typeof tokenAnswer>;

const thumbnails = z
  .record(z.string(), z.object({ url: z.string(), width: z.number().nullish() }))
  .optional()
  .catch(undefined);

export const page = z.object({ items: z.array(z.unknown()).default([]), nextPageToken: text });

export const channel = z.object({
  id: z.string().min(1),
  snippet: z.object({ title: text, customUrl: text, thumbnails }).optional(),
  statistics: z
    .object({
      viewCount: count,
      subscriberCount: count,
      videoCount: count,
      hiddenSubscriberCount: z.boolean().optional().catch(undefined),
    })
    .optional()
    .catch(undefined),
  contentDetails: z
    .object({ relatedPlaylists: z.object({ uploads: text }).optional() })
    .optional()
    .catch(undefined),
});
export type Channel = z.infer<typeof channel>;

export const comment = z.object({
  id: z.string().min(1),
  snippet: z.object({
    authorDisplayName: text,
    authorProfileImageUrl: text,
    authorChannelId: z.object({ value: z.string() }).nullish().catch(undefined),
    textOriginal: text,
    textDisplay: text,
    parentId: text,
    videoId: text,
    publishedAt: z.string(),
    updatedAt: text,
    moderationStatus: text,
  }),
});
export type Comment = z.infer<typeof comment>;

export const thread = z.object({
  id: z.string().min(1),
  snippet: z.object({
    videoId: text,
    topLevelComment: comment,
    totalReplyCount: z.number().nonnegative().catch(0).default(0),
  }),
  replies: z
    .object({ comments: z.array(z.unknown()).default([]) })
    .optional()
    .catch(undefined),
});
export type Thread = z.infer<typeof thread>;

export const video = z.object({
  id: z.string().min(1),
  snippet: z
    .object({
      title: text,
      description: text,
      publishedAt: text,
      channelId: text,
      channelTitle: text,
      thumbnails,
    })
    .optional()
    .catch(undefined),
  status: z
    .object({ uploadStatus: text, failureReason: text, rejectionReason: text, privacyStatus: text })
    .optional()
    .catch(undefined),
  statistics: z
    .object({ viewCount: count, likeCount: count, commentCount: count })
    .optional()
    .catch(undefined),
});
export type Video = z.infer<typeof video>;

export const playlistItem = z.object({
  contentDetails: z.object({ videoId: z.string() }),
});

export const nothing = z.unknown();
