/** A small seeded generator (mulberry32): the same seed lays out the same world on every machine. */
export type Random = {
  /** Uniform in [0, 1). */
  readonly next: () => number;
  readonly int: (below: number) => number;
  readonly pick: <T>(from: readonly T[]) => T;
};

export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const int = (below: number): number => Math.floor(next() * below);
  const pick = <T>(from: readonly T[]): T => {
    const item = from[int(from.length)];
    if (item === undefined) throw new Error('pick needs a list that is not empty');
    return item;
  };
  return { next, int, pick };
}
