import { z } from 'zod';

/** Rows of the practice network's own file, as its "server" answers with them. */
export const remotePerson = z.object({
  id: z.string(),
  handle: z.string(),
  name: z.string(),
  lang: z.string(),
});
export type RemotePerson = z.infer<typeof remotePerson>;

export const remoteImage = z.object({ id: z.string(), alt: z.string() });

export const remotePost = z.object({
  id: z.string(),
  author: remotePerson,
  text: z.string(),
  lang: z.string(),
  createdAt: z.number(),
  parentId: z.string().nullable(),
  rootId: z.string(),
  images: z.array(remoteImage),
});
export type RemotePracticePost = z.infer<typeof remotePost>;

export const remoteDirect = z.object({
  id: z.string(),
  talkId: z.string(),
  with: remotePerson,
  author: remotePerson,
  text: z.string(),
  lang: z.string(),
  createdAt: z.number(),
});
export type RemoteDirect = z.infer<typeof remoteDirect>;

/** One thing that happened around a brand, in order of `seq`. */
export type PracticeEvent =
  | {
      readonly seq: number;
      readonly kind: 'mention' | 'comment';
      readonly post: RemotePracticePost;
      readonly root: RemotePracticePost;
      readonly thread: readonly RemotePracticePost[];
    }
  | { readonly seq: number; readonly kind: 'dm'; readonly direct: RemoteDirect }
  | { readonly seq: number; readonly kind: 'deleted'; readonly id: string };

/** Payload of a write step, checked again when it is read back from the job row. */
export const stepData = z.discriminatedUnion('op', [
  z.object({ op: z.literal('image'), mediaId: z.string(), alt: z.string() }),
  z.object({
    op: z.literal('post'),
    clientId: z.string(),
    text: z.string(),
    lang: z.string(),
    createdAt: z.number(),
    /** Keys of the image steps whose output this post shows. */
    imageKeys: z.array(z.string()),
    /** Remote id of what it answers, or the key of the step that makes it. */
    parent: z
      .object({ remoteId: z.string() })
      .or(z.object({ stepKey: z.string() }))
      .nullable(),
  }),
  z.object({
    op: z.literal('direct'),
    clientId: z.string(),
    talkId: z.string(),
    text: z.string(),
    createdAt: z.number(),
  }),
  z.object({ op: z.literal('like'), postId: z.string(), liked: z.boolean() }),
  z.object({ op: z.literal('hide'), postId: z.string(), hidden: z.boolean() }),
  z.object({ op: z.literal('delete'), ids: z.array(z.string()) }),
  z.object({ op: z.literal('read') }),
]);
export type StepData = z.infer<typeof stepData>;

export const eventCursor = z.object({ seq: z.number().int() });
