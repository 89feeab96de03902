import { and, eq, ne } from 'drizzle-orm';
import type { TextOrigin } from '@shared/domain/content';
import type { Db } from '../open';
import { message, post, variant } from '../schema';

/** A text of which a model had a part and that a network accepted: the variant of a post, or our message. */
export type AcceptedText = {
  readonly draft: string;
  readonly origin: TextOrigin;
  readonly aiSeq: number | null;
};

/** What was published with the AI's part in it, for whoever checks that the log says the same. */
export function createPublications(db: Db) {
  const variants = db.named(
    'publications.variants',
    db.orm
      .select({ draft: variant.id, origin: post.origin, aiSeq: post.aiSeq })
      .from(variant)
      .innerJoin(post, eq(post.id, variant.postId))
      .where(and(eq(variant.state, 'published'), ne(post.origin, 'human')))
      .prepare(),
  );
  const replies = db.named(
    'publications.replies',
    db.orm
      .select({ draft: message.id, origin: message.origin, aiSeq: message.aiSeq })
      .from(message)
      .where(and(ne(message.origin, 'human'), eq(message.delivery, 'sent')))
      .prepare(),
  );
  return {
    withAi: function* (): Iterable<AcceptedText> {
      yield* variants.all();
      yield* replies.all();
    },
  };
}
