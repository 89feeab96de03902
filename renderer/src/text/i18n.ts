import { createI18n } from 'vue-i18n';
import { en } from './en/all';

type Leaves<Node> = {
  [Key in keyof Node & string]: Node[Key] extends string ? Key : `${Key}.${Leaves<Node[Key]>}`;
}[keyof Node & string];

/** The path of a text, such as `inbox.reply.send`. A path without a text does not compile. */
export type TextKey = Leaves<typeof en>;

export const i18n = createI18n({
  legacy: false,
  locale: 'en',
  fallbackLocale: 'en',
  messages: { en },
  missingWarn: true,
});

/** The text at `key`; `count` chooses between the forms separated by `|`. Reactive to the language. */
export function t(
  key: TextKey,
  params: Readonly<Record<string, string | number>> = {},
  count?: number,
): string {
  return count === undefined
    ? i18n.global.t(key, params)
    : i18n.global.t(key, { n: count, count, ...params }, { plural: count });
}

/** The language that dates and numbers are written in. */
export const textLocale = (): string => i18n.global.locale.value;
