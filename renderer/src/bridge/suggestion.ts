import { onScopeDispose, ref, shallowRef } from 'vue';
import { toErrorInfo, type ErrorInfo } from '@shared/domain/errors';
import type { AiTask, Suggestion } from '@shared/ipc/ai';
import type { Input } from '@shared/ipc/contract';
import { invoke } from './invoke';
import { stream, type Stream } from './stream';

export type SuggestionPhase = 'idle' | 'streaming' | 'ready' | 'failed';
type Reason = NonNullable<Input<'ai.decide'>['reason']>;

/**
 * One suggestion panel: asks, streams, and tells main what the person decided. It never touches the text
 * that the person writes: `take` hands the suggestion over, and the caller inserts it.
 */
export function useSuggestion() {
  const phase = ref<SuggestionPhase>('idle');
  const text = ref('');
  const suggestion = shallowRef<Suggestion | null>(null);
  const error = shallowRef<ErrorInfo | null>(null);
  const task = shallowRef<AiTask | null>(null);
  let running: Stream<Suggestion> | null = null;
  let asked = 0;

  async function ask(next: AiTask): Promise<void> {
    drop();
    task.value = next;
    phase.value = 'streaming';
    const mine = asked;
    running = stream('ai.suggest', next, (part) => {
      // A part is the whole text so far.
      if (mine === asked) text.value = part.text;
    });
    try {
      const result = await running.result;
      if (mine !== asked) return;
      suggestion.value = result;
      text.value = result.text;
      phase.value = 'ready';
    } catch (thrown) {
      if (mine !== asked) return;
      error.value = toErrorInfo(thrown);
      phase.value = error.value.kind === 'cancelled' ? 'idle' : 'failed';
    } finally {
      if (mine === asked) running = null;
    }
  }

  /** The same task once more; what was there counts as set aside for a new one. */
  async function again(): Promise<void> {
    if (!task.value) return;
    await decide('regenerated');
    await ask(task.value);
  }

  /** A new task on top of what is shown, such as "shorter". */
  async function followUp(next: AiTask): Promise<void> {
    await decide('regenerated');
    await ask(next);
  }

  async function take(): Promise<Suggestion | null> {
    const taken = suggestion.value;
    await decide('inserted');
    drop();
    return taken;
  }

  async function discard(reason?: Reason): Promise<void> {
    await decide('rejected', reason);
    drop();
  }

  async function decide(decision: Input<'ai.decide'>['decision'], reason?: Reason): Promise<void> {
    const decided = suggestion.value;
    suggestion.value = null;
    if (decided) await invoke('ai.decide', { id: decided.id, decision, reason });
  }

  /** Whatever is under way no longer counts. */
  function drop(): void {
    asked++;
    running?.cancel();
    running = null;
    phase.value = 'idle';
    text.value = '';
    suggestion.value = null;
    error.value = null;
  }

  onScopeDispose(drop);
  return { phase, text, suggestion, error, task, ask, again, followUp, take, discard, cancel: drop };
}
