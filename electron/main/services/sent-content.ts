import type { Approvable } from '@shared/domain/content';
import { withoutDisclosure } from '@shared/domain/disclosed-text';
import { appError } from '@shared/domain/errors';
import type { MediaId } from '@shared/domain/ids';
import type { MediaRepository } from '../db/repositories/media';
import type { Write } from '../networks/network';
import type { ApprovalRow } from '../db/repositories/approvals';
import type { Job } from './job-types';

type SentContentDeps = {
  readonly media: Pick<MediaRepository, 'list'>;
  readonly remoteIdOf: (messageId: string) => string | null | undefined;
  readonly conversationKeyOf: (conversationId: string) => string | undefined;
};

/**
 * What a job is about to send, in the terms of an approval: built from the write itself, so that its hash agrees
 * with the approved one only when nothing differs. Throws `approval_mismatch` where the two cannot be the same.
 */
export function sentContent(deps: SentContentDeps, job: Job, approval: ApprovalRow): Approvable {
  const { write } = job;
  const approved = approval.content;
  if (approved.kind === 'publish' && write.kind === 'publish' && job.kind === 'publish')
    return sentPost(deps, job, write, approved);
  if (approved.kind === 'reply' && (write.kind === 'reply' || write.kind === 'dm') && job.kind === 'reply')
    return sentReply(deps, job, write, approved);
  throw mismatch('another kind of write');
}

type Of<Union extends { kind: string }, Kind extends Union['kind']> = Extract<Union, { kind: Kind }>;

function sentPost(
  deps: SentContentDeps,
  job: Job,
  write: Of<Write, 'publish'>,
  approved: Of<Approvable, 'publish'>,
): Approvable {
  const ids = write.segments.flatMap((part) => part.media.map((item) => item.mediaId as MediaId));
  const hashes = new Map(deps.media.list(ids).map((row) => [row.id as string, row.sha256]));
  return {
    kind: 'publish',
    accountId: job.accountId,
    variantId: job.subjectId as Of<Approvable, 'publish'>['variantId'],
    segments: write.segments.map((part, index) => ({
      text: index === 0 ? plain(part.text, approved) : part.text,
      media: part.media.map(({ mediaId, alt }) => ({ sha256: hashes.get(mediaId) ?? '', alt })),
    })),
    lang: write.lang,
    quoteUrl: write.quoteUrl,
    options: write.options,
    disclosure: declaredAs(write, approved),
  };
}

function sentReply(
  deps: SentContentDeps,
  job: Job,
  write: Of<Write, 'reply'> | Of<Write, 'dm'>,
  approved: Of<Approvable, 'reply'>,
): Approvable {
  if (deps.conversationKeyOf(approved.conversationId) !== write.conversation.remoteKey)
    throw mismatch('another conversation');
  const answers = write.kind === 'reply' ? write.parent.remoteId : undefined;
  if (approved.parentId !== undefined && deps.remoteIdOf(approved.parentId) !== answers)
    throw mismatch('another message');
  return {
    kind: 'reply',
    accountId: job.accountId,
    conversationId: approved.conversationId,
    parentId: approved.parentId,
    ...(write.kind === 'reply' && write.private && { private: true }),
    text: plain(write.text, approved),
    disclosure: declaredAs(write.kind === 'reply' ? write : {}, approved),
  };
}

function plain(sent: string, { disclosure }: Approvable): string {
  const text = withoutDisclosure(sent, disclosure);
  if (text === undefined) throw mismatch('the disclosure is missing');
  return text;
}

/** The network's own sign is set exactly where the person approved that it is. */
function declaredAs(
  write: { readonly declareAi?: boolean },
  { disclosure }: Approvable,
): Approvable['disclosure'] {
  if ((write.declareAi === true) !== (disclosure.decision === 'flag'))
    throw mismatch('the declaration of AI differs');
  return disclosure;
}

const mismatch = (detail: string) => appError('approval_mismatch', { detail });
