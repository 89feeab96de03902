import { createHash } from 'node:crypto';

/** A versioned prompt. A change of its text is a new file with the next number, so that a log entry names one text. */
export type PromptFile = {
  readonly name: string;
  readonly version: number;
  readonly hash: string;
  readonly system: string;
  readonly user: string;
};

export const sha256Hex = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');

/** Reads the two parts of a prompt file: "# System" and "# User". */
export function promptFile(name: string, version: number, source: string): PromptFile {
  // A checkout may have changed the line ends; that makes no other prompt.
  const text = source.replace(/\r\n/gu, '\n');
  const parts = /^# System\n([\s\S]*?)\n# User\n([\s\S]*)$/u.exec(text);
  if (!parts?.[1] || !parts[2]) throw new Error(`prompt ${name}.v${version} has no system or user part`);
  return { name, version, hash: sha256Hex(text), system: parts[1].trim(), user: parts[2].trim() };
}

export type PromptVariables = Readonly<Record<string, string>>;

/**
 * Fills the variables. A paragraph or a list item whose variable is empty is left out, so that no prompt speaks of
 * notes that are not there. Values are put in once: what stands in a value is never a variable.
 */
export function fillPrompt(template: string, variables: PromptVariables): string {
  const isEmpty = (piece: string): boolean =>
    Array.from(piece.matchAll(/\{\{(\w+)\}\}/gu)).some(
      ([, name = '']) => (variables[name] ?? '').trim() === '',
    );
  const kept = template.split('\n\n').flatMap((paragraph) => {
    const lines = paragraph.split('\n');
    const isList = lines.some((line) => line.startsWith('- '));
    if (!isList) return isEmpty(paragraph) ? [] : [paragraph];
    return [lines.filter((line) => !isEmpty(line)).join('\n')];
  });
  return kept.join('\n\n').replace(/\{\{(\w+)\}\}/gu, (_, name: string) => variables[name] ?? '');
}
