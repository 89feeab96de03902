/** How to get what a network wants before Candor may speak to it. Plain words, in the order of doing. */
export type Guide = {
  /** Where it is done: the network's developer console. */
  readonly console: { readonly name: string; readonly url: string };
  readonly steps: readonly string[];
  /** What the network limits, forbids or charges; nothing a person should learn only afterwards. */
  readonly limits: readonly string[];
};
