import type { RecordedRequest } from './shapes';

/** `name`: the request as the specification calls it. */
export type Checked = { readonly name: string; readonly problems: readonly string[] };
export type Checker = (request: RecordedRequest) => Checked;

/** A place where the published specification is behind its network, with the source that says so. */
export type KnownGap = {
  readonly networks: readonly string[];
  readonly request: RegExp;
  readonly problem: RegExp;
  readonly why: string;
};

export const isKnown = (gap: KnownGap, network: string, name: string, problem: string): boolean =>
  gap.networks.includes(network) && gap.request.test(name) && gap.problem.test(problem);
