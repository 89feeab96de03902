import { HASH_BYTES, nodeHash, sha256 } from './hashes';

/**
 * The compact range of an RFC 6962 tree: the roots of its perfect subtrees, largest first. Appending a leaf costs
 * O(log n) and the root is folded from the right, so a checkpoint needs no second pass over the log.
 */
export type Frontier = {
  readonly append: (leaf: Uint8Array) => void;
  readonly size: () => number;
  readonly root: () => Uint8Array;
  /** Roots of the perfect subtrees, largest first: with the size, all that is needed to go on later. */
  readonly peaks: () => readonly Uint8Array[];
};

const onesIn = (value: number): number => value.toString(2).replaceAll('0', '').length;

export function createFrontier(from?: {
  readonly size: number;
  readonly peaks: readonly Uint8Array[];
}): Frontier {
  const peaks: Uint8Array[] = [...(from?.peaks ?? [])];
  let size = from?.size ?? 0;
  if (peaks.length !== onesIn(size))
    throw new RangeError('a frontier has one peak for every bit of its size');

  return {
    append: (leaf) => {
      if (leaf.length !== HASH_BYTES) throw new RangeError('a leaf hash has 32 bytes');
      let carry = leaf;
      // One merge for every trailing 1 bit of the old size, as in binary addition.
      for (let bits = size; bits % 2 === 1; bits = Math.floor(bits / 2)) {
        const left = peaks.pop();
        if (left === undefined) throw new Error('frontier out of step with its size');
        carry = nodeHash(left, carry);
      }
      peaks.push(carry);
      size += 1;
    },
    size: () => size,
    peaks: () => [...peaks],
    root: () => {
      const last = peaks.at(-1);
      if (last === undefined) return sha256();
      return peaks.slice(0, -1).reduceRight((right, left) => nodeHash(left, right), last);
    },
  };
}

/** Merkle Tree Hash of RFC 6962 section 2.1 over leaf hashes. */
export function merkleRoot(leaves: Iterable<Uint8Array>): Uint8Array {
  const frontier = createFrontier();
  for (const leaf of leaves) frontier.append(leaf);
  return frontier.root();
}
