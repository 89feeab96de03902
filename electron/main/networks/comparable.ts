/** A text as it can be found again: networks give spaces and accents back in ways of their own. */
export const comparable = (text: string | null | undefined): string =>
  (text ?? '').normalize('NFC').replace(/\s+/g, ' ').trim();
