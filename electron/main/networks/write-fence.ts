declare const permitBrand: unique symbol;
/** Proof that the attempt row of a write is on disk and, where text leaves, that a person approved it. */
export type WritePermit = { readonly [permitBrand]: true };
