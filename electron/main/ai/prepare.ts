import { answerFormats, type AnswerFormat, type ChatMessage } from './gateway';
import { datamark, makeMark } from './guard/datamark';
import { injectionSignal } from './guard/injection-signal';
import type { LanguageDetector } from './guard/language';
import { addStripped, normalise, nothingStripped, type Normalised, type Stripped } from './guard/normalise';
import { createRedactor } from './guard/redact';
import type { Replacement } from './guard/restore';
import { fillPrompt, sha256Hex } from './prompt-file';
import type { Task, TaskContext, ThreadMessage } from './task';

/** What a call would send, with everything needed to log it and to read its answer. Nothing has left yet. */
export type Prepared = {
  readonly messages: readonly ChatMessage[];
  /** The pieces of the messages as they are sent, by the slot of the log that keeps them. */
  readonly slots: {
    readonly system: string;
    readonly thread_context?: string;
    readonly input_message?: string;
    readonly prompt: string;
  };
  readonly systemHash: string;
  readonly mark: string;
  readonly replacements: readonly Replacement[];
  readonly redactions: Readonly<Record<string, number>>;
  readonly stripped: Stripped;
  readonly injectionSignal: number;
  readonly maxTokens: number;
  /** The language asked for, where it could be told. */
  readonly language: string | null;
  /** What people wrote and the account's notes, unredacted, for the checks of the answer. Stays here. */
  readonly known: string;
};

/** How much of a thread a prompt carries. */
const MAX_MESSAGES = 12;
const MAX_THREAD_CHARS = 12_000;
const BRIEF_CHARS = 20_000;

const answerIn: Readonly<Record<AnswerFormat, string>> = {
  json_schema:
    'Answer with JSON: {"text": the text, "assumes": one sentence on what the text takes for granted without knowing it, or null}.',
  json_object:
    'Answer with one JSON object and nothing else: {"text": "the text", "assumes": "one sentence on what the text takes for granted without knowing it" or null}.',
  text: 'Answer with the text and nothing else.',
};
export const nextFormat = (format: AnswerFormat): AnswerFormat | undefined =>
  answerFormats[answerFormats.indexOf(format) + 1];

export function createPrepare({ language }: { readonly language: LanguageDetector }) {
  return async (task: Task, context: TaskContext): Promise<(format: AnswerFormat) => Prepared> => {
    const clean = cleanContext(context);
    const spoken = clean.message?.text.text ?? clean.own?.text ?? '';
    const wanted = (await language.detect(spoken)) ?? plainLanguage(context.message?.lang ?? null);
    const redactor = createRedactor(context.people, context.account ? [context.account.handle] : []);
    const thread = clean.thread.map(({ message, text }) => ({ message, text: redactor.redact(text.text) }));
    const message = clean.message && redactor.redact(clean.message.text.text);
    const own = clean.own && redactor.redact(clean.own.text);
    const voice = redactor.redact(context.account?.voiceNotes ?? '');
    const read = [
      ...clean.thread.map(({ text }) => text),
      ...(clean.message ? [clean.message.text] : []),
      ...(clean.own ? [clean.own] : []),
    ];
    const mark = makeMark(read.map(({ text }) => text));

    return (format) => {
      const variables = { ...task.variables(context, wanted), mark, voice, answer: answerIn[format] };
      const system = fillPrompt(task.prompt.system, variables);
      const threadText =
        thread.length === 0
          ? undefined
          : asData({
              thread: thread.map((part) => ({ from: part.message.from, text: datamark(part.text, mark) })),
            });
      const input = message === null ? undefined : asData({ input_message: datamark(message, mark) });
      const ownText =
        own === null || task.ownField === null ? undefined : asData({ [task.ownField]: datamark(own, mark) });
      const prompt = [ownText, fillPrompt(task.prompt.user, variables)].filter(Boolean).join('\n\n');
      const slots = {
        system,
        prompt,
        ...(threadText && { thread_context: threadText }),
        ...(input && { input_message: input }),
      };
      return {
        messages: [
          { role: 'system', content: system },
          { role: 'user', content: userMessageOf(slots) },
        ],
        slots,
        systemHash: sha256Hex(system),
        mark,
        replacements: [
          ...redactor.replacements(),
          { find: ` ${mark}`, replace: '' },
          { find: mark, replace: '' },
        ],
        redactions: redactor.counts(),
        stripped: read.reduce((sum, part) => addStripped(sum, part.stripped), nothingStripped),
        injectionSignal: Math.max(0, ...read.map(({ text, stripped }) => injectionSignal(text, stripped))),
        maxTokens: tokensFor(context.account?.limit.max, own),
        language: wanted,
        known: [...read.map(({ text }) => text), context.account?.voiceNotes, context.account?.handle].join(
          '\n',
        ),
      };
    };
  };
}

/** The user message is these pieces in this order, so that the log can show exactly what was sent. */
export const userMessageOf = (slots: Prepared['slots']): string =>
  [slots.thread_context, slots.input_message, slots.prompt].filter(Boolean).join('\n\n');

const asData = (value: object): string => JSON.stringify(value, null, 1);

type Cleaned = {
  readonly thread: readonly { readonly message: ThreadMessage; readonly text: Normalised }[];
  readonly message: { readonly message: ThreadMessage; readonly text: Normalised } | null;
  readonly own: Normalised | null;
};

function cleanContext(context: TaskContext): Cleaned {
  const newestFirst = context.thread
    .slice(-MAX_MESSAGES)
    .reverse()
    .map((message) => ({ message, text: normalise(message.text) }));
  let room = MAX_THREAD_CHARS;
  const fitting = newestFirst.filter(({ text }) => (room -= text.text.length) >= 0 && text.text !== '');
  return {
    thread: fitting.reverse(),
    message: context.message && { message: context.message, text: normalise(context.message.text) },
    own: context.own === null ? null : normalise(context.own, BRIEF_CHARS),
  };
}

const plainLanguage = (tag: string | null): string | null => tag?.split('-')[0]?.toLowerCase() || null;

/** Tokens that the answer can need, with room for the JSON around it. */
function tokensFor(limit: number | undefined, own: string | null): number {
  const wanted = limit === undefined ? Math.max(1_200, (own?.length ?? 0) * 1.5) : limit * 1.6 + 160;
  return Math.min(8_000, Math.max(240, Math.ceil(wanted)));
}
