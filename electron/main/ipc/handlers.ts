import { accountsHandlers } from './accounts';
import { aiHandlers } from './ai';
import { calendarHandlers } from './calendar';
import { composerHandlers } from './composer';
import { inboxHandlers } from './inbox';
import { mediaHostHandlers } from './media-host';
import { outboxHandlers } from './outbox';
import type { Handlers } from './router';
import { settingsHandlers } from './settings';
import { transparencyHandlers } from './transparency';

type Services = Parameters<typeof accountsHandlers>[0] &
  Parameters<typeof calendarHandlers>[0] &
  Parameters<typeof composerHandlers>[0] &
  Parameters<typeof inboxHandlers>[0] &
  Parameters<typeof mediaHostHandlers>[0] &
  Parameters<typeof outboxHandlers>[0] &
  Parameters<typeof settingsHandlers>[0] &
  Parameters<typeof transparencyHandlers>[0] & { readonly ai: Parameters<typeof aiHandlers>[0] };

/** All handlers of the contract. A method that no feature handles does not compile. */
export const createHandlers = (services: Services): Handlers => ({
  ...accountsHandlers(services),
  ...aiHandlers(services.ai),
  ...calendarHandlers(services),
  ...composerHandlers(services),
  ...inboxHandlers(services),
  ...mediaHostHandlers(services),
  ...outboxHandlers(services),
  ...settingsHandlers(services),
  ...transparencyHandlers(services),
});
