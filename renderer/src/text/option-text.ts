import { postOptions } from './en/post-options';
import { t, type TextKey } from './i18n';

type Words = {
  readonly label: string;
  readonly hint?: string;
  readonly values?: Readonly<Record<string, string>>;
};
const words: Readonly<Record<string, Words>> = postOptions;
/** The compiler knows the texts of single options; ids of networks are known only when they run. */
const key = (path: string): TextKey => `postOptions.${path}` as TextKey;

/** The words for an option of a network; one without words is shown by its own name. */
export const optionLabel = (id: string): string => (words[id] ? t(key(`${id}.label`)) : id);
export const optionHint = (id: string): string | undefined =>
  words[id]?.hint === undefined ? undefined : t(key(`${id}.hint`));
export const optionValueLabel = (id: string, value: string): string =>
  words[id]?.values?.[value] === undefined ? value : t(key(`${id}.values.${value}`));
