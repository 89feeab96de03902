/** The answers of the XRPC methods in use, as far as they are read. Unknown fields and kinds are ignored. */
import { z } from 'zod';

const strongRef = z.object({ uri: z.string(), cid: z.string() });
export type StrongRef = z.infer<typeof strongRef>;

export const blobRef = z.looseObject({ $type: z.literal('blob'), mimeType: z.string(), size: z.number() });
export type BlobRef = z.infer<typeof blobRef>;

export const session = z.object({
  did: z.string(),
  handle: z.string(),
  accessJwt: z.string().min(1),
  refreshJwt: z.string().min(1),
  active: z.boolean().optional(),
  status: z.string().optional(),
  didDoc: z.unknown().optional(),
});
export type Session = z.infer<typeof session>;

export const currentSession = session.pick({ did: true, handle: true, active: true, status: true });

export const didDocument = z.object({
  id: z.string(),
  service: z
    .array(z.object({ id: z.string(), serviceEndpoint: z.union([z.string(), z.unknown()]) }))
    .optional()
    .default([]),
});

export const resolvedHandle = z.object({ did: z.string().startsWith('did:') });

export const profile = z.object({
  did: z.string(),
  handle: z.string(),
  displayName: z.string().optional(),
  avatar: z.string().optional(),
});
export type ProfileView = z.infer<typeof profile>;

const facet = z.looseObject({
  features: z.array(z.looseObject({ $type: z.string().optional(), did: z.string().optional() })),
});

export const postRecord = z.object({
  text: z.string(),
  createdAt: z.string(),
  langs: z.array(z.string()).optional(),
  reply: z.object({ root: strongRef, parent: strongRef }).optional(),
  facets: z.array(facet).optional(),
  embed: z.looseObject({ $type: z.string(), record: z.unknown().optional() }).optional(),
});
export type PostRecord = z.infer<typeof postRecord>;

const image = z.object({ fullsize: z.string(), alt: z.string().optional().default('') });
const video = z.object({
  thumbnail: z.string().optional(),
  playlist: z.string(),
  alt: z.string().optional(),
});
const external = z.object({ external: z.object({ uri: z.string(), title: z.string() }) });

export const embedView: z.ZodType<EmbedView> = z.looseObject({
  $type: z.string(),
  images: z.array(image).optional().catch(undefined),
  playlist: video.shape.playlist.optional().catch(undefined),
  thumbnail: video.shape.thumbnail.catch(undefined),
  alt: z.string().optional().catch(undefined),
  external: external.shape.external.optional().catch(undefined),
  media: z.lazy(() => embedView.optional().catch(undefined)),
});
export type EmbedView = {
  readonly $type: string;
  readonly images?: readonly { readonly fullsize: string; readonly alt: string }[];
  readonly playlist?: string;
  readonly thumbnail?: string;
  readonly alt?: string;
  readonly external?: { readonly uri: string; readonly title: string };
  readonly media?: EmbedView;
};

export const postView = z.object({
  uri: z.string(),
  cid: z.string(),
  author: profile,
  record: postRecord,
  embed: embedView.optional().catch(undefined),
  indexedAt: z.string(),
  likeCount: z.number().optional(),
  replyCount: z.number().optional(),
  repostCount: z.number().optional(),
  quoteCount: z.number().optional(),
  viewer: z
    .object({
      like: z.string().optional(),
      replyDisabled: z.boolean().optional(),
      embeddingDisabled: z.boolean().optional(),
    })
    .optional(),
});
export type PostView = z.infer<typeof postView>;
/** Single posts are checked one by one: a strange one must not hide the others. */
export const posts = z.object({ posts: z.array(z.unknown()) });

export const notification = z.object({
  uri: z.string(),
  cid: z.string(),
  author: profile,
  reason: z.string(),
  record: postRecord,
  indexedAt: z.string(),
});
export type Notification = z.infer<typeof notification>;
export const notifications = z.object({
  cursor: z.string().optional(),
  notifications: z.array(z.unknown()),
  seenAt: z.string().optional(),
});

export const written = strongRef;
export const nothing = z.unknown();
export const uploaded = z.object({ blob: blobRef });
export const record = z.object({ uri: z.string(), cid: z.string().optional(), value: z.unknown() });
export const recordList = z.object({ cursor: z.string().optional(), records: z.array(record) });
export const likeRecord = z.object({ subject: strongRef });
export const threadgate = z.looseObject({
  post: z.string(),
  createdAt: z.string(),
  hiddenReplies: z.array(z.string()).optional().default([]),
});

export const chatMessage = z.object({
  $type: z.string().optional(),
  id: z.string(),
  rev: z.string(),
  text: z.string().optional(),
  sender: z.object({ did: z.string() }).optional(),
  sentAt: z.string(),
});
export type ChatMessage = z.infer<typeof chatMessage>;
export const convo = z.object({ id: z.string(), rev: z.string(), members: z.array(profile) });
export type Convo = z.infer<typeof convo>;
export const convos = z.object({ cursor: z.string().optional(), convos: z.array(convo) });
export const oneConvo = z.object({ convo });
export const chatMessages = z.object({ cursor: z.string().optional(), messages: z.array(z.unknown()) });
export const chatLog = z.object({
  cursor: z.string().optional(),
  logs: z.array(
    z.object({
      $type: z.string(),
      rev: z.string().optional(),
      convoId: z.string().optional(),
      message: z.unknown().optional(),
    }),
  ),
});
