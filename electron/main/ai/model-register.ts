import type { TransparencyLog } from '../transparency/log';

/** Which models have answered, as the log knows it. */
export type ModelRegister = {
  /** Before the first request to a model. */
  readonly beforeUse: (provider: string, model: string) => void;
  /** True when another model than last time answered under this name. */
  readonly answered: (provider: string, requested: string, answering: string | null) => boolean;
};

const PAGE = 500;

export function createModelRegister(log: Pick<TransparencyLog, 'append' | 'entries'>): ModelRegister {
  let registered: Map<string, string> | undefined;
  const keyOf = (provider: string, model: string): string => JSON.stringify([provider, model]);

  /** The answering model last registered for each model that was asked for. */
  const load = (): Map<string, string> => {
    if (registered) return registered;
    const last = new Map<string, string>();
    for (let before: number | undefined; ;) {
      const page = log.entries({
        types: ['model.register'],
        limit: PAGE,
        ...(before !== undefined && { before }),
      });
      for (const { entry } of page.items) {
        if (entry.type !== 'model.register') continue;
        const key = keyOf(entry.provider, entry.ref?.model ?? entry.model);
        if (!last.has(key)) last.set(key, entry.model);
      }
      if (page.next === undefined) break;
      before = page.next;
    }
    registered = last;
    return last;
  };
  const register = (provider: string, requested: string, model: string): void => {
    log.append({
      type: 'model.register',
      actor: { kind: 'system', ref: 'app' },
      provider,
      model,
      ...(model !== requested && { ref: { model: requested } }),
    });
    load().set(keyOf(provider, requested), model);
  };

  return {
    beforeUse: (provider, model) => {
      if (!load().has(keyOf(provider, model))) register(provider, model, model);
    },
    answered: (provider, requested, answering) => {
      const last = load().get(keyOf(provider, requested));
      if (answering === null || answering === last) return false;
      register(provider, requested, answering);
      // The first answer only tells which version stands behind a short name.
      return last !== undefined && last !== requested;
    },
  };
}
