import { randomUUID } from 'node:crypto';
import { NetworkError } from '../../../electron/main/networks/errors';
import type { AccountCtx, Network, StepResult, WriteStep } from '../../../electron/main/networks/network';
import { createFakeNetwork } from '../../fakes/fake-network';

/** A network over a real HTTP server that counts what arrives and never makes two requests one. */
export function createHttpNetwork(server: string): Network {
  const base = createFakeNetwork();
  const request = async (path: string, body: unknown, ctx: AccountCtx): Promise<unknown> => {
    try {
      const answer = await fetch(`${server}${path}`, {
        method: 'POST',
        body: JSON.stringify(body),
        signal: ctx.signal,
      });
      if (!answer.ok) throw new NetworkError({ kind: 'ambiguous' }, 'maybe');
      return await answer.json();
    } catch (error) {
      throw error instanceof NetworkError
        ? error
        : new NetworkError({ kind: 'ambiguous', detail: String(error) }, 'maybe');
    }
  };
  return {
    ...base,
    plan: (...input) => base.plan(...input).map((step): WriteStep => ({ ...step, clientId: randomUUID() })),
    runStep: async (step, done, ctx): Promise<StepResult> => {
      const after = step.data.after as string | undefined;
      if (after !== undefined && !done[after]) throw new Error('nothing to hang on');
      await request('/write', { id: step.clientId, text: step.data.text }, ctx);
      const remoteId = `at://${step.clientId ?? ''}`;
      return { state: 'done', output: { remoteId }, remote: { remoteId } };
    },
    reconcile: async (step, _done, ctx) => {
      const found = (await request('/look', { id: step.clientId }, ctx)) as { there: boolean };
      const remoteId = `at://${step.clientId ?? ''}`;
      return found.there
        ? { state: 'arrived', output: { remoteId }, remote: { remoteId } }
        : { state: 'absent' };
    },
  };
}
