import { createHash } from 'node:crypto';
import { canonical, type Approvable, type TextOrigin } from '@shared/domain/content';
import { closestDraft, type Contribution } from '@shared/domain/contribution';
import { appError } from '@shared/domain/errors';
import { uuidv7, type AccountId, type ApprovalId, type JobId, type SuggestionId } from '@shared/domain/ids';
import type { NetworkId } from '@shared/domain/network';
import type { ApprovalRepository } from '../db/repositories/approvals';
import type { Db } from '../db/open';
import type { RedeemedApproval } from '../networks/write-fence';
import type { Clock } from '../ports';
import type { TransparencyLog } from '../transparency/log';
import type { Caller, Jobs } from './job-types';

/** How long a person's permission to send now lasts. */
export const SEND_NOW_MS = 15 * 60_000;

/** What the AI proposed, as the suggestions repository keeps it. */
type AiDraft = {
  readonly id: SuggestionId;
  readonly text: string;
  readonly requestId?: string | null;
  readonly responseId?: string | null;
  readonly responseSeq: number | null;
};
export type DraftSource = {
  readonly byId: (id: SuggestionId) => AiDraft | undefined;
  readonly approved: (id: SuggestionId) => void;
};

type Review = { readonly openedMs: number; readonly focusedMs: number };
type MintInput = {
  readonly content: Approvable;
  /** What the person saw, by its hash. */
  readonly approvedHash: string;
  readonly caller: Caller;
  /** null: scheduled work, until its due time has been served. */
  readonly expiresAt: number | null;
  /** The variant or our message. */
  readonly subjectId: string;
  /** Whose inserted suggestions count as drafts of this text: the conversation or the post. */
  readonly sessionId: string;
  readonly suggestionId?: SuggestionId;
  /** The entry of an answer that the text is known to come from. */
  readonly aiSeq?: number | null;
  readonly review?: Review;
};
export type Minted = {
  readonly approvalId: ApprovalId;
  readonly decisionSeq: number;
  readonly origin: TextOrigin;
  /** The entry of the answer that the text came from; null for a person's own words. */
  readonly aiSeq: number | null;
};

type ApprovalsDeps = {
  readonly db: Db;
  readonly clock: Clock;
  readonly repository: ApprovalRepository;
  readonly jobs: Pick<Jobs, 'get'>;
  readonly drafts: DraftSource;
  readonly log: Pick<TransparencyLog, 'append' | 'subject'>;
  readonly networkOf: (id: AccountId) => NetworkId | undefined;
};

export type Approvals = ReturnType<typeof createApprovals>;

/** The same hash as `approvalHash` in the window, without waiting: it is taken inside transactions. */
export const hashOf = (content: Approvable): string =>
  createHash('sha256').update(canonical(content), 'utf8').digest('hex');

const approvedText = (content: Approvable): string =>
  content.kind === 'reply' ? content.text : content.segments.map((part) => part.text).join('\n\n');

export function createApprovals(deps: ApprovalsDeps) {
  const { db, clock, repository, drafts } = deps;

  return {
    /** A person's permission for exactly these bytes, with the decision in the log, in one durable transaction. */
    mint: (input: MintInput): Minted => {
      if (!input.caller.userGesture) throw appError('approval_missing');
      const contentHash = hashOf(input.content);
      if (contentHash !== input.approvedHash) throw appError('approval_mismatch');
      return db.durable(() => {
        const used = usedDraft(deps, input);
        const decision = deps.log.append(decisionEntry(deps, input, used));
        const approvalId = uuidv7<ApprovalId>(clock.now());
        repository.insert({
          id: approvalId,
          kind: input.content.kind,
          subjectId: input.subjectId,
          accountId: input.content.accountId,
          contentHash,
          content: input.content,
          mintedAt: clock.now(),
          expiresAt: input.expiresAt,
          decisionSeq: decision.seq,
        });
        if (used) drafts.approved(used.draft.id);
        const origin = used ? originOf(used.contribution) : 'human';
        const aiSeq = origin === 'human' ? null : (used?.draft.responseSeq ?? null);
        return { approvalId, decisionSeq: decision.seq, origin: aiSeq === null ? 'human' : origin, aiSeq };
      });
    },

    /**
     * Takes the permission for one job. Only the write fence calls it, inside the transaction that writes the
     * attempt. A later try of the same job finds it taken for itself.
     */
    redeem: (approvalId: ApprovalId, jobId: JobId, content: Approvable): RedeemedApproval => {
      const row = repository.get(approvalId);
      if (!row || row.voidedAt !== null) throw appError('approval_missing');
      if (deps.jobs.get(jobId)?.approvalId !== approvalId)
        throw appError('approval_mismatch', { detail: 'another job' });
      if (hashOf(content) !== row.contentHash || hashOf(row.content) !== row.contentHash)
        throw appError('approval_mismatch');
      if (row.usedAt === null) {
        if (row.expiresAt !== null && clock.now() > row.expiresAt) throw appError('approval_expired');
        repository.use(approvalId, clock.now());
      }
      return Object.freeze({ approvalId }) as RedeemedApproval;
    },

    get: repository.get,
    void: (ids: readonly ApprovalId[]): void => repository.voidAll(ids, clock.now()),
    keepWhileHeld: (accountId: AccountId): number => repository.keepWhileHeld(accountId, clock.now()),
  };
}

type UsedDraft = { readonly draft: AiDraft; readonly contribution: Contribution };

/** The inserted draft that the text kept most of. */
function usedDraft(deps: ApprovalsDeps, input: MintInput): UsedDraft | undefined {
  const usedOnes = input.content.kind === 'publish';
  const ids = new Set(
    deps.repository.suggestionsOf({ id: input.sessionId, usedOnes, aiSeq: input.aiSeq ?? null }),
  );
  if (input.suggestionId) ids.add(input.suggestionId);
  const found = [...ids].flatMap((id) => deps.drafts.byId(id) ?? []);
  return closestDraft(found, approvedText(input.content));
}

function originOf({ class: kind }: Contribution): TextOrigin {
  switch (kind) {
    case 'verbatim':
      return 'ai_verbatim';
    case 'light':
    case 'edited':
      return 'ai_edited';
    case 'rewritten':
      return 'mixed';
    case 'human':
      return 'human';
  }
}

type Entry = Parameters<TransparencyLog['append']>[0];

function decisionEntry(deps: ApprovalsDeps, input: MintInput, used: UsedDraft | undefined): Entry {
  const { content, review } = input;
  const reviewer = deps.log.subject('reviewer', 'local');
  const reply = content.kind === 'reply';
  return {
    type: 'human.decision',
    actor: { kind: 'human', ref: reviewer },
    acct: content.accountId,
    net: deps.networkOf(content.accountId),
    ref: {
      ...(used?.draft.requestId && { request: used.draft.requestId }),
      ...(used?.draft.responseId && { response: used.draft.responseId }),
      draft: input.subjectId,
      ...(reply
        ? { thread: content.conversationId, ...(content.parentId && { message: content.parentId }) }
        : { post: input.sessionId }),
    },
    decision: used && used.contribution.class !== 'verbatim' ? 'edited' : 'accepted',
    reviewer: { ref: reviewer, role: 'operator', editorial_responsibility: true },
    review: {
      opened_ms: review?.openedMs ?? 0,
      focused_ms: review?.focusedMs ?? 0,
      end_seen: review !== undefined,
    },
    ...(used && {
      contribution: {
        class: used.contribution.class,
        kept_milli: used.contribution.keptMilli,
        ai_share_milli: used.contribution.aiShareMilli,
      },
    }),
    slots: { final: { text: approvedText(content) } },
  };
}
