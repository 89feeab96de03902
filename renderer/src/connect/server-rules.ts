import { isAboutAi } from '@shared/domain/server-rules';
import type { AccountView } from '@shared/ipc/accounts';

type Ruled = Pick<AccountView, 'serviceUrl' | 'capabilities'>;
export type ServerRules = {
  /** As a person knows the server. */
  readonly server: string;
  readonly aboutAi: readonly string[];
  readonly others: readonly string[];
};

/** Null where the server has told no rules. */
export function rulesOf({ serviceUrl, capabilities: { rules = [] } }: Ruled): ServerRules | null {
  if (rules.length === 0) return null;
  return {
    server: URL.canParse(serviceUrl) ? new URL(serviceUrl).host : serviceUrl,
    aboutAi: rules.filter(isAboutAi),
    others: rules.filter((rule) => !isAboutAi(rule)),
  };
}

/** Servers of these accounts with rules about AI, each once. */
export function serversWithAiRules(accounts: readonly Ruled[]): readonly ServerRules[] {
  const servers = new Map(accounts.map((account) => [account.serviceUrl, rulesOf(account)]));
  return [...servers.values()].flatMap((rules) => (rules && rules.aboutAi.length > 0 ? [rules] : []));
}
