import { toRaw } from 'vue';

/**
 * A copy without Vue's proxies, which cannot cross the context bridge. Bytes pass as they are;
 * members that are `undefined` are left out, so that an optional field is absent, as its schema says.
 */
export function plain(value: unknown): unknown {
  const raw = toRaw(value);
  if (Array.isArray(raw)) return raw.map(plain);
  if (raw === null || typeof raw !== 'object' || ArrayBuffer.isView(raw)) return raw;
  return Object.fromEntries(
    Object.entries(raw)
      .filter(([, member]) => member !== undefined)
      .map(([key, member]) => [key, plain(member)]),
  );
}
