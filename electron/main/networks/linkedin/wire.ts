/** The answers of the methods in use, as far as they are read. */
import { z } from 'zod';

const urn = z.string().startsWith('urn:li:');

export const tokenAnswer = z.object({
  access_token: z.string().min(1),
  expires_in: z.coerce.number().positive().optional().catch(undefined),
  scope: z.string().optional().catch(undefined),
  refresh_token: z.string().min(1).optional().catch(undefined),
});
export type TokenAnswer = z.infer<typeof tokenAnswer>;

export const userinfo = z.object({
  sub: z.string().min(1),
  name: z.string().nullish(),
  picture: z.string().nullish(),
});
export type Userinfo = z.infer<typeof userinfo>;

export const acls = z.object({ elements: z.array(z.unknown()) });
export const acl = z
  .object({
    organization: urn.optional(),
    organizationTarget: urn.optional(),
    role: z.string().optional(),
    state: z.string().optional(),
  })
  .transform((one) => ({ ...one, organization: one.organization ?? one.organizationTarget }));

export const organization = z.object({
  id: z.coerce.string(),
  localizedName: z.string().nullish(),
  vanityName: z.string().nullish(),
});

export const person = z.object({
  id: z.string().nullish(),
  localizedFirstName: z.string().nullish(),
  localizedLastName: z.string().nullish(),
  vanityName: z.string().nullish(),
});
export type Person = z.infer<typeof person>;

const content = z.object({
  media: z.object({ id: z.string(), altText: z.string().nullish() }).nullish(),
  multiImage: z
    .object({ images: z.array(z.object({ id: z.string(), altText: z.string().nullish() })) })
    .nullish(),
  article: z.object({ source: z.string().nullish() }).nullish(),
});
export const post = z.object({
  id: urn,
  author: z.string(),
  commentary: z.string().nullish(),
  createdAt: z.number().nullish(),
  publishedAt: z.number().nullish(),
  lifecycleState: z.string().nullish(),
  content: content.nullish().catch(undefined),
});
export type Post = z.infer<typeof post>;

const stamp = z.object({ actor: z.string().nullish(), time: z.number() });
export const comment = z.object({
  id: z.coerce.string().min(1),
  commentUrn: urn.nullish().catch(undefined),
  actor: urn,
  object: urn.nullish().catch(undefined),
  parentComment: urn.nullish().catch(undefined),
  message: z.object({ text: z.string() }),
  created: stamp,
  lastModified: stamp.nullish().catch(undefined),
  content: z
    .array(z.object({ type: z.string().nullish(), url: z.string().nullish() }))
    .nullish()
    .catch(undefined),
  commentsSummary: z
    .object({ aggregatedTotalComments: z.number().nullish(), totalFirstLevelComments: z.number().nullish() })
    .nullish()
    .catch(undefined),
});
export type Comment = z.infer<typeof comment>;

export const page = z.object({
  elements: z.array(z.unknown()),
  paging: z
    .object({ start: z.number().nullish(), count: z.number().nullish(), total: z.number().nullish() })
    .nullish()
    .catch(undefined),
});
export const batch = z.object({ results: z.record(z.string(), z.unknown()) });

export const socialMetadata = z.object({
  commentSummary: z
    .object({ count: z.number().nullish(), topLevelCount: z.number().nullish() })
    .nullish()
    .catch(undefined),
});

export const imageUpload = z.object({ value: z.object({ uploadUrl: z.url(), image: urn }) });
export const videoUpload = z.object({
  value: z.object({
    video: urn,
    uploadToken: z.string().nullish(),
    uploadInstructions: z
      .array(z.object({ uploadUrl: z.url(), firstByte: z.number(), lastByte: z.number() }))
      .min(1),
  }),
});
export const asset = z.object({
  status: z.string(),
  downloadUrl: z.string().nullish(),
  processingFailureReason: z.string().nullish().catch(undefined),
});

const count = z.number().nullish().catch(undefined);
export const shareStatistics = z.object({
  share: z.string().nullish(),
  ugcPost: z.string().nullish(),
  totalShareStatistics: z.object({
    impressionCount: count,
    uniqueImpressionsCount: count,
    clickCount: count,
    likeCount: count,
    commentCount: count,
    shareCount: count,
  }),
});
export type ShareStatistics = z.infer<typeof shareStatistics>['totalShareStatistics'];
export const networkSize = z.object({ firstDegreeSize: z.number() });

export const nothing = z.unknown();
