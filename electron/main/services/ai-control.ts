import type { ProviderId } from '@shared/domain/ids';
import type { AiState, Provider } from '@shared/ipc/ai';
import type { ParsedInput } from '@shared/ipc/contract';
import type { AppEvent } from '@shared/ipc/events';
import { reviewerOf } from '../ai/entries';
import type { AiGate } from '../ai/gate';
import type { ProviderRepository } from '../db/repositories/providers';
import type { Clock, Logger } from '../ports';
import type { TransparencyLog } from '../transparency/log';
import { providerView } from './providers-view';

export type AiControlDeps = {
  readonly gate: AiGate;
  readonly repository: Pick<ProviderRepository, 'isStopped' | 'setStopped' | 'activeId' | 'get'>;
  readonly transparency: Pick<TransparencyLog, 'append' | 'durably' | 'subject'>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly events: { readonly emit: (event: AppEvent) => void };
};

/** The kill switch and what the window shows of the AI's state. A person's stop survives a restart. */
export function createAiControlService(deps: AiControlDeps) {
  const { gate, repository, transparency, clock, log } = deps;
  if (repository.isStopped()) gate.close('person');
  const changed = (): void => deps.events.emit({ type: 'ai.changed', ids: [] });

  const activeProvider = (): Provider | null => {
    const id = repository.activeId();
    const row = id === null ? undefined : repository.get(id as ProviderId);
    return row ? providerView(row, id) : null;
  };
  const state = (): AiState => {
    const stoppedBy = gate.stoppedBy();
    return { enabled: stoppedBy === null, stoppedBy, provider: activeProvider(), running: gate.running() };
  };

  /** What must happen happens first and in memory; that it can be recorded is not a condition. */
  const stop = (): void => {
    const start = clock.monotonic();
    const aborted = gate.close('person');
    const latency = Math.round(clock.monotonic() - start);
    repository.setStopped(true);
    transparency.append({
      type: 'kill.switch',
      actor: { kind: 'human', ref: reviewerOf(transparency) },
      scope: 'global',
      state: 'on',
      cause: 'user',
      aborted,
      latency_ms: latency,
    });
  };
  const resume = (): void => {
    transparency.durably(() => {
      transparency.append({
        type: 'kill.switch',
        actor: { kind: 'human', ref: reviewerOf(transparency) },
        scope: 'global',
        state: 'off',
        cause: 'user',
        aborted: 0,
      });
      repository.setStopped(false);
    });
    gate.open('person');
  };

  return {
    state,
    running: gate.running,
    killSwitch: ({ stopped }: ParsedInput<'ai.killSwitch'>): AiState => {
      if (stopped !== repository.isStopped() || stopped !== (gate.stoppedBy() === 'person')) {
        if (stopped) stop();
        else resume();
        changed();
      }
      return state();
    },
    /** What the check of the log found. A log that cannot be trusted pauses the AI until a check succeeds. */
    logChecked: (ok: boolean): void => {
      const was = gate.stoppedBy();
      if (ok) {
        gate.open('log_broken');
      } else {
        const aborted = gate.close('log_broken');
        recordTrip(aborted);
      }
      if (gate.stoppedBy() !== was) changed();
    },
  };

  function recordTrip(aborted: number): void {
    try {
      transparency.append({
        type: 'kill.switch',
        actor: { kind: 'system', ref: 'app' },
        scope: 'global',
        state: 'on',
        cause: 'spine_broken',
        aborted,
      });
    } catch (error) {
      // A broken log may refuse entries too; AI is paused either way, and the banner says why.
      log.error('the pause of the AI could not be recorded', {
        reason: error instanceof Error ? error.name : 'unknown',
      });
    }
  }
}
