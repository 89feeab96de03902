import { NetworkError } from '../../electron/main/networks/errors';
import type {
  AccountCtx,
  Checkpoint,
  Network,
  Reconciled,
  StepResult,
  Write,
  WriteStep,
} from '../../electron/main/networks/network';
import type { WritePermit } from '../../electron/main/networks/write-fence';
import { capabilities } from './inbox';

/** One thing that others can see. */
export type Effect = {
  readonly kind: string;
  readonly clientId: string;
  readonly text: string;
  readonly at: number;
};
/** What goes wrong with the next visible request. `before`: nothing arrived; `after`: it did, the answer did not. */
export type Fault = { readonly when: 'before' | 'after'; readonly error: Error };

export type FakeNetwork = Network & {
  readonly effects: readonly Effect[];
  /** Requests that may be seen, arrived or not. */
  readonly requests: readonly string[];
  readonly looks: () => number;
  readonly failNext: (...faults: readonly Fault[]) => void;
  readonly lookAnswers: (...answers: readonly (Reconciled | Error)[]) => void;
  readonly vanish: (remoteId: string) => void;
  /** Runs while a visible request is on its way, before it counts. */
  readonly onRequest: (hook: (step: WriteStep) => void | Promise<void>) => void;
};

export const timeout = (kind: 'ambiguous' | 'server' = 'ambiguous'): NetworkError =>
  new NetworkError({ kind, detail: 'no answer' }, 'maybe');
export const refusal = (
  kind: 'offline' | 'server' | 'permission' | 'validation' | 'auth_revoked' | 'auth_expired',
): NetworkError => new NetworkError({ kind }, 'no');
export const tooMany = (retryAt: number): NetworkError =>
  new NetworkError({ kind: 'rate_limited', retryAt }, 'no');

/**
 * A network that keeps books: every visible write is a record under its client id, a second write under the same id
 * while the first is there is an error of the caller and counted as one more effect.
 */
export function createFakeNetwork(): FakeNetwork {
  const effects: Effect[] = [];
  const requests: string[] = [];
  const faults: Fault[] = [];
  const lookAnswers: (Reconciled | Error)[] = [];
  const records = new Map<string, string>();
  const gone = new Set<string>();
  let looks = 0;
  let made = 0;
  let hook: (step: WriteStep) => void | Promise<void> = () => undefined;

  const plan = (write: Write): readonly WriteStep[] => {
    const visible = (key: string, data: Record<string, unknown>): WriteStep => {
      made += 1;
      return { key, effect: 'visible', clientId: `client-${made}`, data };
    };
    if (write.kind !== 'publish')
      return [visible(write.kind, { text: 'text' in write ? write.text : write.kind })];
    return write.segments.flatMap((part, index) => [
      ...part.media.map((item): WriteStep => ({
        key: `upload-${index}-${item.mediaId}`,
        effect: 'hidden',
        data: { mediaId: item.mediaId },
      })),
      visible(`post-${index}`, { text: part.text, after: index > 0 ? `post-${index - 1}` : undefined }),
    ]);
  };

  const arrive = (step: WriteStep, ctx: AccountCtx): StepResult => {
    const clientId = step.clientId ?? '';
    effects.push({ kind: step.key, clientId, text: String(step.data.text), at: ctx.clock.now() });
    records.set(clientId, String(step.data.text));
    const remoteId = `at://${clientId}`;
    return {
      state: 'done',
      output: { remoteId },
      remote: { remoteId, url: `https://fake.example/${clientId}` },
    };
  };

  const runStep = async (
    step: WriteStep,
    done: Checkpoint,
    ctx: AccountCtx,
    permit: WritePermit,
  ): Promise<StepResult> => {
    if (typeof permit !== 'object') throw new Error('no permit');
    if (step.effect === 'hidden') return { state: 'done', output: { blob: step.key } };
    const after = step.data.after as string | undefined;
    if (after !== undefined && typeof done[after]?.remoteId !== 'string')
      throw new Error(`nothing to hang ${step.key} on`);
    requests.push(step.clientId ?? step.key);
    await hook(step);
    const fault = faults.shift();
    if (fault?.when === 'before') throw fault.error;
    const result = arrive(step, ctx);
    if (fault) throw fault.error;
    return result;
  };

  const reconcile = async (step: WriteStep): Promise<Reconciled> => {
    looks += 1;
    const told = lookAnswers.shift();
    if (told instanceof Error) throw told;
    if (told) return told;
    const clientId = step.clientId ?? '';
    if (!records.has(clientId)) return { state: 'absent' };
    const remoteId = `at://${clientId}`;
    return {
      state: 'arrived',
      output: { remoteId },
      remote: { remoteId, url: `https://fake.example/${clientId}` },
    };
  };

  const unused = (): never => {
    throw new Error('not part of this network');
  };
  return {
    id: 'practice',
    defaults: capabilities,
    connectMethods: [],
    connect: unused,
    check: unused,
    plan,
    runStep,
    reconcile,
    pull: unused,
    exists: async (remoteId) => !gone.has(remoteId),
    metrics: async (ids) => new Map(ids.map((id) => [id, { likes: 3 }])),
    effects,
    requests,
    looks: () => looks,
    failNext: (...next) => void faults.push(...next),
    lookAnswers: (...next) => void lookAnswers.push(...next),
    vanish: (remoteId) => void gone.add(remoteId),
    onRequest: (next) => {
      hook = next;
    },
  };
}
