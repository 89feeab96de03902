import { AppError, appError } from '@shared/domain/errors';
import type { Input, MethodName, Output } from '@shared/ipc/contract';
import { plain } from './plain';
import { candor } from './window';

/** Calls one method of the contract. Throws an `AppError` with the kind that main gave. */
export async function invoke<Name extends MethodName>(
  method: Name,
  input: Input<Name>,
): Promise<Output<Name>> {
  return (await call(method, input)) as Output<Name>;
}

export async function call(method: string, input: unknown, stream?: string): Promise<unknown> {
  const envelope = { method, input: plain(input) };
  const answer = await candor()
    .invoke(stream === undefined ? envelope : { ...envelope, stream })
    .catch((cause: unknown) => {
      throw appError('internal', { detail: `${method}: ${String(cause)}` }, cause);
    });
  if (!answer.ok) throw new AppError(answer.error);
  return answer.value;
}
