/** What is wrong, as a word that the window has a text for. */
export type VerifyReason =
  | 'triggers'
  | 'gap'
  | 'chain'
  | 'entry_changed'
  | 'entry_missing'
  | 'entry_misplaced'
  | 'content_changed'
  | 'content_missing'
  | 'content_unbound'
  | 'removal_undeclared'
  | 'checkpoint'
  | 'key'
  | 'head'
  | 'tail_cut';

export class LogDefect extends Error {
  readonly reason: VerifyReason;
  readonly seq: number | undefined;
  constructor(reason: VerifyReason, seq: number | undefined, detail: string) {
    super(detail);
    this.name = 'LogDefect';
    this.reason = reason;
    this.seq = seq;
  }
}
