import { toErrorInfo } from '@shared/domain/errors';
import { uuidv7 } from '@shared/domain/ids';
import type { Input, Output, Part, StreamingName } from '@shared/ipc/contract';
import { onEvent } from './events';
import { call, invoke } from './invoke';

export type Stream<Result> = { readonly result: Promise<Result>; readonly cancel: () => void };

/**
 * Calls a method that sends parts while it works. `result` settles after the last part; `cancel` makes it
 * reject with the kind `cancelled` once main has stopped.
 */
export function stream<Name extends StreamingName>(
  method: Name,
  input: Input<Name>,
  onPart: (part: Part<Name>) => void,
): Stream<Output<Name>> {
  const id = uuidv7(Date.now());
  const stop = onEvent('stream.part', (event) => {
    if (event.ids[0] === id) onPart(event.part as Part<Name>);
  });
  const result = call(method, input, id).finally(stop) as Promise<Output<Name>>;
  const cancel = (): void => {
    invoke('app.cancel', { stream: id }).catch((thrown: unknown) => reportFailure(method, thrown));
  };
  return { result, cancel };
}

/** The call itself goes on and settles as it will; that cancelling failed belongs in the developer's log. */
function reportFailure(method: string, thrown: unknown): void {
  reportError(new Error(`cancel ${method}: ${toErrorInfo(thrown).detail ?? toErrorInfo(thrown).kind}`));
}
