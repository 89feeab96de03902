/**
 * Whether a rule of a server is about text or images made by AI, or about accounts that a program runs. By its words,
 * in a few languages: an estimate that decides what is shown first, and nothing else.
 */
export const isAboutAi = (rule: string): boolean => names.test(rule) || words.test(rule);

/** Those about AI first; otherwise as the server has them. */
export const aboutAiFirst = (rules: readonly string[]): readonly string[] =>
  rules.toSorted((a, b) => Number(isAboutAi(b)) - Number(isAboutAi(a)));

const whole = (pattern: string, flags: string): RegExp =>
  new RegExp(`(?<![\\p{L}\\p{N}])(?:${pattern})(?![\\p{L}\\p{N}])`, flags);
/** Capitals only: in small letters they are other words (French "j’ai", Spanish "ia"). */
const names = whole('AI|A\\.I\\.?|KI|K\\.I\\.?|IA|I\\.A\\.?|LLMs?|GPT', 'u');
const words = whole(
  [
    'artificial(?:ly)? (?:intelligence|generated)',
    'künstliche[rn]? intelligenz',
    'intelligence artificielle',
    'inteligencia artificial',
    'intelligenza artificiale',
    'inteligência artificial',
    'generative?',
    'generativ(?:e[nrs]?|o|a|os|as)',
    'générati(?:f|ve|fs|ves)',
    'machine[ -]generated',
    'large language models?',
    'chat[ -]?gpt',
    'deep[ -]?fakes?',
    '(?:chat)?bots?',
  ].join('|'),
  'iu',
);
