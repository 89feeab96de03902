import { onScopeDispose, ref, shallowRef } from 'vue';
import { toErrorInfo, type ErrorInfo } from '@shared/domain/errors';
import type { AccountView, ConnectResult, SignInPart } from '@shared/ipc/accounts';
import type { Input } from '@shared/ipc/contract';
import { invoke } from '@/bridge/invoke';
import { stream, type Stream } from '@/bridge/stream';

export type ConnectPhase = 'form' | SignInPart['kind'] | 'choose' | 'keeping';
type Offer = Extract<ConnectResult, { state: 'choose' }>;

/**
 * One connecting from the form to the accounts: what it waits for, what went wrong, and what there is to choose
 * from. `start` and `choose` give the accounts, or null when there are none yet.
 */
export function useConnect() {
  const phase = ref<ConnectPhase>('form');
  const problem = shallowRef<ErrorInfo | null>(null);
  const offer = shallowRef<Offer | null>(null);
  let running: Stream<ConnectResult> | null = null;
  let newest = 0;

  async function start(input: Input<'accounts.connect'>): Promise<readonly AccountView[] | null> {
    reset();
    const mine = newest;
    phase.value = 'checking';
    running = stream('accounts.connect', input, ({ kind }) => {
      if (mine === newest) phase.value = kind;
    });
    try {
      const result = await running.result;
      if (mine !== newest) return null;
      running = null;
      if (result.state === 'connected') return finish(result.accounts);
      offer.value = result;
      phase.value = 'choose';
    } catch (thrown) {
      if (mine === newest) fail('form', thrown);
    }
    return null;
  }

  async function choose(remoteIds: readonly string[], brand: string): Promise<readonly AccountView[] | null> {
    if (!offer.value) return null;
    const mine = newest;
    const { token } = offer.value;
    problem.value = null;
    phase.value = 'keeping';
    try {
      const accounts = await invoke('accounts.choose', { token, remoteIds: [...remoteIds], brand });
      return mine === newest ? finish(accounts) : null;
    } catch (thrown) {
      if (mine !== newest) return null;
      const info = toErrorInfo(thrown);
      fail(info.kind === 'not_found' ? 'form' : 'choose', thrown);
      return null;
    }
  }

  function finish(accounts: readonly AccountView[]): readonly AccountView[] {
    offer.value = null;
    phase.value = 'form';
    return accounts;
  }

  function fail(back: 'form' | 'choose', thrown: unknown): void {
    running = null;
    if (back === 'form') offer.value = null;
    problem.value = toErrorInfo(thrown);
    phase.value = back;
  }

  /** Whatever is under way ends and no longer counts. */
  function reset(): void {
    newest++;
    running?.cancel();
    running = null;
    offer.value = null;
    problem.value = null;
    phase.value = 'form';
  }

  async function openAgain(): Promise<void> {
    try {
      await invoke('accounts.reopenSignIn', {});
    } catch (thrown) {
      problem.value = toErrorInfo(thrown);
    }
  }

  onScopeDispose(reset);
  return { phase, problem, offer, start, choose, reset, openAgain };
}
