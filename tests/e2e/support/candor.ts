import { randomUUID } from 'node:crypto';
import type { Page } from '@playwright/test';
import type { Answer, Envelope } from '@shared/ipc/channels';
import type { AppEvent } from '@shared/ipc/events';
import type { Input, MethodName, Output } from '@shared/ipc/contract';

type Bridge = {
  readonly invoke: (envelope: Envelope) => Promise<Answer<unknown>>;
  readonly subscribe: (listener: (event: AppEvent) => void) => () => void;
};

/** Asks the core through the page's own bridge: to lay out what a test starts from and to read what it ends with. */
export async function ask<Name extends MethodName>(
  page: Page,
  method: Name,
  input: Input<Name>,
): Promise<Output<Name>> {
  const answer = await page.evaluate(
    (envelope) => (window as unknown as { readonly candor: Bridge }).candor.invoke(envelope),
    // methods that send parts need a stream of their own; the others do without
    { method, input, stream: randomUUID() } as Envelope,
  );
  if (!answer.ok) throw new Error(`${method}: ${JSON.stringify(answer.error)}`);
  return answer.value as Output<Name>;
}

/** A practice workspace whose people are silent, so that a test meets only what it does itself. */
export async function startPractice(
  page: Page,
  options: { readonly arrivals?: boolean } = {},
): Promise<void> {
  await ask(page, 'settings.set', { allowPlainTextSecrets: true });
  await ask(page, 'accounts.startPractice', {});
  await ask(page, 'accounts.setPracticeFaults', {
    mode: 'none',
    calls: null,
    arrivals: options.arrivals ?? false,
  });
  await until(async () => (await ask(page, 'inbox.counts', {})).needs_reply > 100);
  await page.evaluate(() => {
    location.hash = '#/inbox';
  });
  await page.getByRole('listbox', { name: 'Conversations' }).getByRole('option').first().waitFor();
}

/** For conditions outside the page; inside it use `expect(locator)`, which waits by itself. */
export async function until(holds: () => Promise<boolean>, timeoutMs = 30_000): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`waited ${timeoutMs} ms in vain for ${holds.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
