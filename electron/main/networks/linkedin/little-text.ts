/**
 * "Little text", the format of a post's commentary: these characters are syntax and stand for themselves only behind
 * a backslash (learn.microsoft.com/linkedin/marketing/community-management/shares/little-text-format).
 */
const RESERVED = /[|{}@[\]()<>#\\*_~]/g;
const ELEMENTS = /\\([\s\S])|\{hashtag\|(?:\\?#)\|([^{}]*)\}|@\[((?:\\.|[^\]\\])*)\]\s?\([^)]*\)/g;

export const toLittleText = (text: string): string => text.replace(RESERVED, '\\$&');

/** What a reader sees: escapes taken away, mentions by their name, hashtags as they are written. */
export const fromLittleText = (commentary: string): string =>
  commentary.replace(ELEMENTS, (_whole, escaped?: string, hashtag?: string, name?: string) => {
    if (escaped !== undefined) return escaped;
    if (hashtag !== undefined) return `#${plain(hashtag)}`;
    return `@${plain(name ?? '')}`;
  });

const plain = (text: string): string => text.replace(/\\([\s\S])/g, '$1');
