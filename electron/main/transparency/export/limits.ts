/** The threat model in plain words. Printed in every record. */
export const limits: readonly { readonly case: string; readonly caught: string }[] = [
  {
    case: 'A fault of the app, a stray database command or a sync tool changes the log',
    caught: 'Yes: the database refuses it, and the check at start finds what got past.',
  },
  {
    case: 'Somebody without the signing key edits, inserts, reorders or deletes entries',
    caught: 'Yes: the chain of hashes and the signed root no longer fit.',
  },
  {
    case: 'The end is cut off or an old backup is put back',
    caught:
      'Yes on the machine that made the record, which remembers the last entry elsewhere. Outside: by comparing with an older record.',
  },
  {
    case: 'The holder of the signing key writes the whole log anew',
    caught:
      'Only back to the last copy or signed root that somebody else holds. Keep the records you are given.',
  },
  {
    case: 'AI was used outside the app, or its text was pasted in',
    caught: 'No. The record speaks of what was done inside the app.',
  },
];

export const plainLimits = (): readonly string[] => limits.map((limit) => `${limit.case}: ${limit.caught}`);
