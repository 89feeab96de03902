import type { Provider } from '@shared/ipc/ai';
import { isLoopback } from '../ai/endpoint';
import type { ProviderRow } from '../db/repositories/providers';

/** What the window may know: never the key. */
export const providerView = (row: ProviderRow, activeId: string | null): Provider => ({
  id: row.id,
  preset: row.preset,
  name: row.name,
  baseUrl: row.baseUrl,
  model: row.model,
  hasKey: row.cipher !== null,
  local: isLoopback(row.baseUrl),
  active: row.id === activeId,
});
