import type { Suggestion } from '@shared/ipc/ai';
import { invoke } from './invoke';

/** The slots of a request in the log in the order in which they make up the message to the model. */
const USER_SLOTS = ['thread_context', 'input_message', 'prompt'] as const;

/** What was sent for a suggestion, from the log; null where no request was logged (the on-device helper). */
export async function sentToAi(suggestion: Suggestion) {
  const { requestSeq: seq, host, model, local } = suggestion;
  if (seq === null) return null;
  const { content } = await invoke('transparency.detail', { seq });
  const text = (slot: string): string | null => content.find((entry) => entry.slot === slot)?.text ?? null;
  const system = text('system');
  const user = USER_SLOTS.map(text).filter((part) => part !== null);
  return {
    seq,
    host: host ?? '',
    local,
    model: model ?? '',
    prompt: null,
    messages: [
      ...(system === null ? [] : [{ role: 'system' as const, content: system }]),
      ...(user.length === 0 ? [] : [{ role: 'user' as const, content: user.join('\n\n') }]),
    ],
    redactions: null,
    stripped: null,
  };
}
