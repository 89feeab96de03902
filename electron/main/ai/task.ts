import type { NetworkId, TextLimit } from '@shared/domain/network';
import type { KnownPerson } from './guard/redact';
import type { PromptFile } from './prompt-file';

/** The account that will speak, as far as a prompt may know it. */
export type SpeakingAccount = {
  readonly id: string;
  readonly network: NetworkId;
  readonly networkName: string;
  readonly handle: string;
  readonly name: string;
  readonly brand: string;
  readonly voiceNotes: string;
  readonly limit: TextLimit;
};

export type ThreadMessage = {
  readonly id: string;
  readonly from: 'account' | 'author';
  /** null: the account. */
  readonly author: KnownPerson | null;
  readonly text: string;
  readonly lang: string | null;
};

/** Everything that a task may read. One thread and one account, nothing else. */
export type TaskContext = {
  readonly account: SpeakingAccount | null;
  /** Random ids of the log that stand for the authors, by `KnownPerson.handle`. */
  readonly subjects: Readonly<Record<string, string>>;
  /** Whom the platform's records name here: their names and handles do not leave. */
  readonly people: readonly KnownPerson[];
  /** Oldest first, without the message to answer. */
  readonly thread: readonly ThreadMessage[];
  readonly message: ThreadMessage | null;
  /** What the person typed: a brief, or the text to rewrite. */
  readonly own: string | null;
  readonly style: RewriteStyle | null;
  readonly refs: { readonly thread?: string; readonly message?: string; readonly post?: string };
};

export const rewriteStyles = ['shorter', 'longer', 'friendlier', 'more_formal'] as const;
export type RewriteStyle = (typeof rewriteStyles)[number];
export type TaskName = 'reply_draft' | 'rewrite' | 'post_draft';

/** One kind of AI work, as data. */
export type Task = {
  readonly name: TaskName;
  readonly taskClass: 'generative' | 'assistive_edit';
  readonly prompt: PromptFile;
  /** Purpose in the record of processing. */
  readonly purpose: string;
  /** The name under which the person's own text stands in the data. */
  readonly ownField: 'brief' | 'text' | null;
  readonly variables: (context: TaskContext, language: string | null) => Readonly<Record<string, string>>;
};
