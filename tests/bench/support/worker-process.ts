import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { bundleForNode } from '../../fakes/node-bundle';

type Question = { readonly number: number; readonly ask: string; readonly input: unknown };
type Reply = { readonly number: number; readonly value?: unknown; readonly failed?: string };

/** In a child process: answers what the parent asks. */
export function answerParent<Ask extends object, Answer extends Record<keyof Ask, unknown>>(handlers: {
  readonly [Name in keyof Ask]: (input: Ask[Name]) => Promise<Answer[Name]>;
}): void {
  process.on('message', (message) => {
    const { number, ask, input } = message as Question;
    const send = (reply: Reply): void => void process.send?.(reply);
    (handlers[ask as keyof Ask] as (input: unknown) => Promise<unknown>)(input).then(
      (value) => send({ number, value }),
      (error: unknown) =>
        send({ number, failed: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
    );
  });
}

export type ChildProcess<Ask extends object, Answer extends Record<keyof Ask, unknown>> = {
  readonly ask: <Name extends keyof Ask & string>(name: Name, input: Ask[Name]) => Promise<Answer[Name]>;
  readonly end: () => Promise<void>;
};

const bundles = new Map<string, Promise<string>>();
function bundleOf(file: string): Promise<string> {
  const known = bundles.get(file) ?? bundleForNode(fileURLToPath(new URL(file, import.meta.url)));
  bundles.set(file, known);
  return known;
}

/** A TypeScript file of this folder as a process of plain Node that answers questions. */
export async function startChild<Ask extends object, Answer extends Record<keyof Ask, unknown>>(
  file: string,
  execArgv: readonly string[] = [],
): Promise<ChildProcess<Ask, Answer>> {
  const child = fork(await bundleOf(file), { execArgv: [...execArgv], serialization: 'advanced' });
  const open = new Map<number, (reply: Reply) => void>();
  let last = 0;
  child.on('message', (message) => {
    const reply = message as Reply;
    open.get(reply.number)?.(reply);
    open.delete(reply.number);
  });
  child.on('exit', (code) => {
    for (const [number, settle] of open) settle({ number, failed: `the process ended with ${code}` });
  });
  return {
    ask: (name, input) =>
      new Promise((resolve, reject) => {
        const number = (last += 1);
        open.set(number, ({ value, failed }) =>
          failed === undefined ? resolve(value as Answer[typeof name]) : reject(new Error(failed)),
        );
        child.send({ number, ask: name, input } satisfies Question);
      }),
    end: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}
