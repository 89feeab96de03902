/** A text in pieces, so that a preview shows links, mentions and tags without ever making HTML of it. */
export type TextPiece = { readonly text: string; readonly kind: 'plain' | 'link' | 'mention' | 'tag' };

const token =
  /(?<link>https?:\/\/[^\s<>"']*[^\s<>"'.,;:!?)\]])|(?<=^|[^\p{L}\p{N}_@/])(?<mention>@[\p{L}\p{N}][\p{L}\p{N}_.-]*(?:@[\p{L}\p{N}.-]+)?[\p{L}\p{N}])|(?<=^|[^\p{L}\p{N}_&/])(?<tag>#[\p{L}\p{M}\p{N}_]*[\p{L}\p{M}_][\p{L}\p{M}\p{N}_]*)/gu;

export function textPieces(text: string): readonly TextPiece[] {
  const pieces: TextPiece[] = [];
  let end = 0;
  for (const match of text.matchAll(token)) {
    if (match.index > end) pieces.push({ text: text.slice(end, match.index), kind: 'plain' });
    const kind = match.groups?.link ? 'link' : match.groups?.mention ? 'mention' : 'tag';
    pieces.push({ text: match[0], kind });
    end = match.index + match[0].length;
  }
  if (end < text.length) pieces.push({ text: text.slice(end), kind: 'plain' });
  return pieces;
}
