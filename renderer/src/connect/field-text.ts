import { accounts } from '@/text/en/accounts';
import { t } from '@/text/i18n';

type FieldName = keyof typeof accounts.connect.fields;
type MethodName = keyof typeof accounts.connect.methods;

/** The label of a field that a network asks for; an unknown one is shown by its own name. */
export const fieldLabel = (name: string): string =>
  name in accounts.connect.fields ? t(`accounts.connect.fields.${name as FieldName}`) : name;

export const methodLabel = (id: string): string =>
  id in accounts.connect.methods ? t(`accounts.connect.methods.${id as MethodName}`) : id;
