import type { Stripped } from './normalise';

type Sign = { readonly weight: number; readonly pattern: RegExp };

/** Phrases and shapes that try to speak to a model, by how seldom honest people use them. Weights are milli-units. */
const signs: readonly Sign[] = [
  // fake roles and chat templates
  {
    weight: 700,
    pattern:
      /<\|?(?:im_start|im_end|system|assistant|endoftext|eot_id|start_header_id)\|?>|\[\/?INST\]|<<\/?SYS>>|<\/?(?:start|end)_of_turn>/iu,
  },
  {
    weight: 550,
    pattern: /(?:^|\n)\s*(?:#+\s*)?(?:system|assistant|developer)(?:\s+(?:prompt|message|note))?\s*:/iu,
  },
  { weight: 500, pattern: /(?:^|\n)\s*#{2,}\s*(?:instruction|system|new task|response)/iu },
  { weight: 450, pattern: /["']role["']\s*:\s*["'](?:system|assistant|tool|developer)["']/iu },
  // "ignore what you were told"
  {
    weight: 800,
    pattern:
      /\b(?:ignore|disregard|forget|override|bypass)\b[^.\n]{0,40}\b(?:previous|prior|above|earlier|all|your|the|any|system)\b[^.\n]{0,30}\b(?:instructions?|prompts?|rules?|guidelines?|directives?|guardrails?)/iu,
  },
  {
    weight: 800,
    pattern:
      /\b(?:ignorier\w*|vergiss|missachte\w*)\b[^.\n]{0,60}\b(?:anweisung\w*|regeln|vorgaben|instruktion\w*)/iu,
  },
  {
    weight: 800,
    pattern: /\b(?:ignor\w+|oubli\w+)(?![\p{L}])[^.\n]{0,60}\b(?:instructions?|consignes?|règles)/iu,
  },
  {
    weight: 800,
    pattern:
      /\b(?:ignora\w*|olvida\w*|omite)(?![\p{L}])[^.\n]{0,60}\b(?:instruccion\w*|reglas|indicaciones|istruzioni|regole)/iu,
  },
  {
    weight: 800,
    pattern:
      /\b(?:ignor\w+|dimentica\w*|esqueç\p{L}+)(?![\p{L}])[^.\n]{0,60}\b(?:istruzion\p{L}*|regole|instruç\p{L}+|regras)/iu,
  },
  {
    weight: 800,
    pattern: /(?:игнорируй\p{L}*|забудь\p{L}*)[^.\n]{0,60}(?:инструкци\p{L}*|указани\p{L}*|правил\p{L}*)/iu,
  },
  {
    weight: 800,
    pattern:
      /(?:忽略|无视|忘记|無視|忘れ)[^。\n]{0,24}(?:指令|指示|说明|规则|提示|命令)|(?:指示|命令|ルール|プロンプト)[^。\n]{0,16}(?:無視|忘れ)/u,
  },
  { weight: 800, pattern: /(?:تجاهل|انس)[^.\n]{0,60}(?:التعليمات|الأوامر|القواعد)/u },
  { weight: 800, pattern: /(?:이전|위의|모든)[^.\n]{0,24}(?:지시|명령|규칙)[^.\n]{0,16}(?:무시|잊)/u },
  {
    weight: 800,
    pattern:
      /(?:talimat\p{L}*|kurallar\p{L}*)[^.\n]{0,40}(?:yok\s?say|unut|görmezden)|पिछले[^.\n]{0,40}निर्देश/iu,
  },
  // asking for the prompt, for tools or for acts
  {
    weight: 600,
    pattern:
      /\b(?:reveal|print|show|repeat|output|leak|translate)\b[^.\n]{0,40}\b(?:system prompt|your (?:instructions|prompt|rules)|hidden (?:prompt|instructions)|initial prompt)/iu,
  },
  {
    weight: 500,
    pattern:
      /\b(?:you are now|act as|pretend (?:to be|you are)|from now on,? you|new persona|developer mode|jailbreak|DAN mode)\b/iu,
  },
  {
    weight: 500,
    pattern:
      /\b(?:approve|send|publish|post|delete|refund)\s+(?:all|everything|every)\b|\bapprove\b[^.\n]{0,20}\b(?:automatically|without (?:asking|review))/iu,
  },
  {
    weight: 450,
    pattern:
      /\b(?:call|use|invoke|execute|run)\b[^.\n]{0,20}\b(?:tool|function|command|shell|script|api)\b/iu,
  },
  {
    weight: 450,
    pattern:
      /\b(?:ai|a\.i\.|language model|llm|chatgpt|gpt|claude|gemini|assistant|chatbot)\b[^.\n]{0,30}\b(?:must|should|shall|has to|have to|will now|please)\b/iu,
  },
  { weight: 400, pattern: /!\[[^\]]*\]\(\s*https?:/iu },
  {
    weight: 400,
    pattern:
      /\b(?:append|include|embed|encode|exfiltrate)\b[^.\n]{0,50}\b(?:conversation|chat history|message|e-?mail|data)\b[^.\n]{0,40}\b(?:url|link|address|query|https?)/iu,
  },
  { weight: 400, pattern: /(?<![A-Za-z0-9+/=])[A-Za-z0-9+/]{48,}={0,2}(?![A-Za-z0-9+/=])/u },
  {
    weight: 350,
    pattern: /\\u00[0-9a-f]{2}(?:\\u00[0-9a-f]{2}){5,}|(?:&#x?[0-9a-f]{2,5};){6,}|(?:%[0-9a-f]{2}){12,}/iu,
  },
  { weight: 250, pattern: /<(?:script|iframe|img|svg|object|style)\b/iu },
  {
    weight: 250,
    pattern: /\b(?:important|urgent|attention)\b[^.\n]{0,20}\b(?:instruction|system|assistant|ai)\b/iu,
  },
];

/**
 * How much a text looks as if it spoke to a model, 0..1000. A badge for the person and evidence for the log; it never
 * hides or stops anything, because no list of patterns is complete.
 */
export function injectionSignal(text: string, stripped: Stripped): number {
  let innocent = 1;
  for (const { weight, pattern } of signs) if (pattern.test(text)) innocent *= 1 - weight / 1000;
  const hidden =
    stripped.tag * 120 +
    stripped.bidi * 60 +
    stripped.variation * 60 +
    stripped.zero_width * 30 +
    stripped.private_use * 30;
  innocent *= 1 - Math.min(900, hidden) / 1000;
  return Math.round((1 - innocent) * 1000);
}
