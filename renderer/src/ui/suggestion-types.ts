import type { ErrorInfo } from '@shared/domain/errors';

/** What the suggestion card shows of a suggestion; the one of the contract fits. */
export type ShownSuggestion = {
  readonly source: 'model' | 'helper';
  readonly model: string | null;
  readonly host: string | null;
  readonly local: boolean;
  readonly checks: readonly {
    readonly id: CheckId;
    readonly ok: boolean;
    readonly found: readonly string[];
  }[];
  readonly injectionSignal: number;
  readonly assumes: string | null;
  readonly sources: readonly { readonly kind: 'saved_reply' | 'past_answer'; readonly title: string }[];
};
export type CheckId =
  'schema' | 'length' | 'new_urls' | 'new_contacts' | 'promises' | 'language' | 'pii_echo' | 'prompt_leak';
export const rejectReasons = ['wrong', 'off_brand', 'tone', 'biased', 'unsafe', 'privacy', 'other'] as const;
export type RejectReason = (typeof rejectReasons)[number];
export type RewriteStyle = 'shorter' | 'longer' | 'friendlier' | 'more_formal';

/** What the preview shows of a call; the one of the contract fits. With `seq` it is what was sent, from the log. */
export type ShownOutgoing = {
  readonly host: string;
  readonly local: boolean;
  readonly model: string;
  readonly seq?: number;
  readonly prompt: { readonly name: string; readonly version: number } | null;
  readonly messages: readonly { readonly role: 'system' | 'user' | 'assistant'; readonly content: string }[];
  readonly redactions: Readonly<Record<string, number>> | null;
  readonly stripped: Readonly<Record<string, number>> | null;
};
export type SuggestionFailure = ErrorInfo | null;
