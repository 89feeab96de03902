import type { Head } from './head-file';

/** What a verification must find, known from outside the tables it checks. */
export type VerifyExpectation = {
  readonly logId?: string;
  /** The log must contain this entry. */
  readonly head?: Head;
  /** Base64 of the key the log must name last. */
  readonly key?: string;
};
export type VerifyJob = VerifyExpectation & { readonly file: string };
