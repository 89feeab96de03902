import { graphemes } from './count';
import type { Capabilities, PostOption, PostOptions } from './network';
import type { Issue } from './validate';

/** Choices that the account's network does not take, and those that it wants and that are missing. */
export function validateOptions(options: PostOptions, { name, publish }: Capabilities): readonly Issue[] {
  const offered = publish.options ?? [];
  const unknown = Object.keys(options).filter((id) => !offered.some((option) => option.id === id));
  return [
    ...unknown.map((id) => issue('option_unknown', id, { network: name })),
    ...offered.flatMap((option) => problemOf(option, options[option.id], name)),
  ];
}

const issue = (code: Issue['code'], id: string, params: Issue['params']): Issue => ({
  level: 'error',
  code,
  field: `options.${id}`,
  params,
});

function problemOf(
  option: PostOption,
  value: string | boolean | undefined,
  network: string,
): readonly Issue[] {
  const { id } = option;
  if (option.kind !== 'text') {
    const fits =
      value === undefined ||
      (option.kind === 'switch' ? typeof value === 'boolean' : option.values.some((one) => one === value));
    return fits ? [] : [issue('option_unknown', id, { network })];
  }
  const text = typeof value === 'string' ? value.trim() : '';
  if (text === '') return option.required ? [issue('option_required', id, { network, option: id })] : [];
  if (graphemes(text) > option.max)
    return [issue('option_too_long', id, { network, option: id, max: option.max })];
  if (option.format === 'url' && !/^https?:\/\/\S+$/i.test(text))
    return [issue('option_no_url', id, { network, option: id })];
  return [];
}
