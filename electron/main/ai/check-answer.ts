import { appError } from '@shared/domain/errors';
import { readAnswer } from './answer';
import type { ResponseEntry } from './entries';
import type { AnswerFormat, ChatResult } from './gateway';
import type { LanguageDetector } from './guard/language';
import { normalise } from './guard/normalise';
import { checkOutput, type Check, type Verdict } from './guard/output-checks';
import { restore } from './guard/restore';
import type { Prepared } from './prepare';
import type { TaskContext } from './task';

const MAX_OUTPUT_CHARS = 20_000;

/** A text that still grows, as a person may see it. */
export const shownText = (received: string, prepared: Prepared): string =>
  normalise(restore(readAnswer(received, false).text, prepared.replacements, false), MAX_OUTPUT_CHARS).text;

/** An answer as the person will see it, and with placeholders for a log that keeps redacted texts only. */
export type CheckedAnswer = {
  readonly text: string;
  readonly redacted: string;
  readonly assumes: string | null;
  readonly checks: readonly Check[];
};

export async function checkAnswer(
  result: ChatResult,
  prepared: Prepared,
  context: TaskContext,
  format: AnswerFormat,
  language: LanguageDetector,
): Promise<CheckedAnswer> {
  const answer = readAnswer(result.text, true);
  const withPlaceholders = normalise(answer.text, MAX_OUTPUT_CHARS).text.trim();
  const text = normalise(
    restore(withPlaceholders, prepared.replacements, true),
    MAX_OUTPUT_CHARS,
  ).text.trim();
  if (text === '') throw appError('ai_malformed', { detail: 'the answer holds no text' });
  const cut = result.finishReason === null || result.finishReason === 'length';
  const shapes: Readonly<Record<typeof answer.shape, Verdict>> = {
    pass: 'pass',
    plain: format === 'text' ? 'na' : 'warn',
    broken: 'fail',
  };
  const checks = checkOutput({
    text,
    schema: cut ? 'fail' : shapes[answer.shape],
    limit: context.account?.limit ?? null,
    known: prepared.known,
    system: prepared.slots.system,
    mark: prepared.mark,
    raw: result.text,
    language: { wanted: prepared.language, found: await language.detect(text) },
  });
  const assumes =
    answer.assumes === null
      ? null
      : normalise(restore(answer.assumes, prepared.replacements, true), 500).text.trim() || null;
  return { text, redacted: withPlaceholders, assumes, checks };
}

export function outputSlots(checked: CheckedAnswer, context: TaskContext): ResponseEntry['slots'] {
  const handle = context.message?.author?.handle;
  const subj = handle === undefined ? undefined : context.subjects[handle];
  return {
    output: { text: checked.text, redacted: checked.redacted, ...(subj !== undefined && { subj }) },
    ...(checked.assumes !== null && { note: { text: checked.assumes } }),
  };
}
