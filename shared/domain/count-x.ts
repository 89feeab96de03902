import twitterText from 'twitter-text';

/** Length as X counts it: emoji and CJK 2, links 23, NFC (docs.x.com, counting characters). */
export const xWeightedLength = (text: string): number => twitterText.parseTweet(text).weightedLength;

/** Links as X finds them, those without a scheme too: a post with one has another price. */
export const xLinks = (text: string): readonly string[] => twitterText.extractUrls(text);

/** `$ABC`: X takes one a post. */
export const xCashtags = (text: string): readonly string[] => twitterText.extractCashtags(text);
