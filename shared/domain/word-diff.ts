/** A stretch of text that both have, or that only the new (added) or the old (removed) one has. */
export type DiffPart = { readonly text: string; readonly kind: 'same' | 'added' | 'removed' };

/** Above this many cells (words times words) the middle is shown as replaced whole: the table would not fit. */
const MAX_CELLS = 4_000_000;

const segmenter = new Intl.Segmenter(undefined, { granularity: 'word' });
const pieces = (text: string): readonly string[] =>
  Array.from(segmenter.segment(text), (part) => part.segment);

/**
 * From `before` to `after` word by word, by their longest common subsequence. Joining `same` and `removed` gives
 * `before` to the letter, joining `same` and `added` gives `after`.
 */
export function diffWords(before: string, after: string): readonly DiffPart[] {
  const a = pieces(before);
  const b = pieces(after);
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head += 1;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a.at(-1 - tail) === b.at(-1 - tail)) tail += 1;
  const middleA = a.slice(head, a.length - tail);
  const middleB = b.slice(head, b.length - tail);
  return merge([
    ...a.slice(0, head).map(same),
    ...diffMiddle(middleA, middleB),
    ...a.slice(a.length - tail).map(same),
  ]);
}

function diffMiddle(a: readonly string[], b: readonly string[]): readonly DiffPart[] {
  if (a.length * b.length > MAX_CELLS) return [...a.map(removed), ...b.map(added)];
  const width = b.length + 1;
  const lengths = new Uint16Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      lengths[i * width + j] =
        a[i] === b[j]
          ? (lengths[(i + 1) * width + j + 1] ?? 0) + 1
          : Math.max(lengths[(i + 1) * width + j] ?? 0, lengths[i * width + j + 1] ?? 0);
    }
  }
  const parts: DiffPart[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    const left = a[i];
    const right = b[j];
    if (left !== undefined && left === right) {
      parts.push(same(left));
      i += 1;
      j += 1;
    } else if (
      left !== undefined &&
      (right === undefined || (lengths[(i + 1) * width + j] ?? 0) >= (lengths[i * width + j + 1] ?? 0))
    ) {
      parts.push(removed(left));
      i += 1;
    } else if (right !== undefined) {
      parts.push(added(right));
      j += 1;
    }
  }
  return parts;
}

const same = (text: string): DiffPart => ({ text, kind: 'same' });
const added = (text: string): DiffPart => ({ text, kind: 'added' });
const removed = (text: string): DiffPart => ({ text, kind: 'removed' });

function merge(parts: readonly DiffPart[]): readonly DiffPart[] {
  const merged: DiffPart[] = [];
  for (const part of parts) {
    const last = merged.at(-1);
    if (last?.kind === part.kind)
      merged[merged.length - 1] = { kind: part.kind, text: last.text + part.text };
    else merged.push(part);
  }
  return merged;
}
