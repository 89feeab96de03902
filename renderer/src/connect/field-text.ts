import type { NetworkId } from '@shared/domain/network';
import { accounts } from '@/text/en/accounts';
import { t, type TextKey } from '@/text/i18n';

const { fields, fieldsOf, methods } = accounts.connect;

/** The label of a field that a network asks for; an unknown one is shown by its own name. */
export function fieldLabel(name: string, network: NetworkId): string {
  const own = (fieldsOf as Partial<Record<NetworkId, Readonly<Record<string, string>>>>)[network];
  if (own && name in own) return t(`accounts.connect.fieldsOf.${network}.${name}` as TextKey);
  return name in fields ? t(`accounts.connect.fields.${name}` as TextKey) : name;
}

export const methodLabel = (id: string): string =>
  id in methods ? t(`accounts.connect.methods.${id}` as TextKey) : id;
