import type { ErrorInfo } from '@shared/domain/errors';
import type { AccountId, ApprovalId } from '@shared/domain/ids';
import type { AccountFeatures, Capabilities, NetworkId } from '@shared/domain/network';
import type { JobKind } from '@shared/domain/states';
import type { JobRepository, JobRow } from '../db/repositories/jobs';
import type { RemoteRef, Write, WriteStep } from '../networks/network';

export type Job = JobRow<Write, WriteStep>;
export type Jobs = JobRepository<Write, WriteStep>;

/** Whoever calls a method that lets text leave; the router knows whether a real user event is behind it. */
export type Caller = { readonly userGesture: boolean };

export type NewJob = {
  readonly accountId: AccountId;
  readonly kind: JobKind;
  /** The message or variant it is about. */
  readonly subjectId: string;
  /** Jobs of one lane run one after the other, in the order in which they were made. */
  readonly lane: string;
  readonly dueAt: number;
  readonly write: Write;
  readonly approvalId?: ApprovalId;
  /** What it would send, shortened for a list. */
  readonly summary: string;
};

/** What a job's fate means for its subject. Every function runs in the transaction that changes the job. */
export type JobEffects = {
  readonly running: (job: Job) => void;
  /** It will be tried again; `problem` is why it has not worked yet. */
  readonly waiting: (job: Job, problem: ErrorInfo | null) => void;
  readonly done: (job: Job, remotes: readonly RemoteRef[]) => void;
  readonly failed: (job: Job, problem: ErrorInfo) => void;
  /** Nobody can tell whether it arrived: the person decides. */
  readonly unknown: (job: Job, problem: ErrorInfo) => void;
  /** The person gave it up. */
  readonly discarded: (job: Job) => void;
};

/** The slice of an account that sending needs. */
export type EngineAccount = {
  readonly id: AccountId;
  readonly network: NetworkId;
  readonly remoteId: string;
  readonly handle: string;
  readonly serviceUrl: string;
  readonly profileUrl: string | null;
  readonly health: 'ok' | 'reconnect' | 'paused';
  readonly capabilities: Capabilities;
  readonly features: AccountFeatures;
};
export type AccountDirectory = {
  readonly get: (id: AccountId) => EngineAccount | undefined;
  readonly setHealth: (id: AccountId, health: 'ok' | 'reconnect', problem: ErrorInfo | null) => void;
  readonly rates: (
    id: AccountId,
  ) => readonly { readonly bucket: string; readonly remaining: number; readonly resetAt: number }[];
};

const SUMMARY_LENGTH = 140;
export const summarise = (text: string): string => {
  const flat = text.replace(/\s+/gu, ' ').trim();
  return flat.length <= SUMMARY_LENGTH ? flat : `${flat.slice(0, SUMMARY_LENGTH - 1)}…`;
};
