/**
 * `text` as a regular expression that matches exactly it. Only syntax characters are escaped: with the `u` flag
 * an escape that is not needed (as in `ana\-ruiz`) is an error.
 */
export const escapePattern = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/]/gu, '\\$&');
