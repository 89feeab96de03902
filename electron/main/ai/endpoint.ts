import { appError } from '@shared/domain/errors';

export const presetIds = ['openai', 'openrouter', 'ollama', 'lmstudio', 'llamacpp', 'custom'] as const;
export type PresetId = (typeof presetIds)[number];

/** Where a model answers. `key` is in memory only for the length of a call. */
export type ModelEndpoint = {
  readonly preset: PresetId;
  readonly baseUrl: string;
  readonly model: string;
  readonly key: string | null;
};

export type Preset = {
  readonly baseUrl: string;
  readonly needsKey: boolean;
  /** `gen_ai.provider.name` of the log. */
  readonly provider: string;
  /** What the limit on tokens is called there. */
  readonly tokenLimit: 'max_tokens' | 'max_completion_tokens';
};
export const presets: Readonly<Record<PresetId, Preset>> = {
  openai: {
    baseUrl: 'https://api.openai.com/v1',
    needsKey: true,
    provider: 'openai',
    tokenLimit: 'max_completion_tokens',
  },
  openrouter: {
    baseUrl: 'https://openrouter.ai/api/v1',
    needsKey: true,
    provider: 'openrouter',
    tokenLimit: 'max_tokens',
  },
  ollama: {
    baseUrl: 'http://127.0.0.1:11434/v1',
    needsKey: false,
    provider: 'ollama',
    tokenLimit: 'max_tokens',
  },
  lmstudio: {
    baseUrl: 'http://127.0.0.1:1234/v1',
    needsKey: false,
    provider: 'lm_studio',
    tokenLimit: 'max_tokens',
  },
  llamacpp: {
    baseUrl: 'http://127.0.0.1:8080/v1',
    needsKey: false,
    provider: 'llama_cpp',
    tokenLimit: 'max_tokens',
  },
  custom: { baseUrl: '', needsKey: false, provider: 'custom', tokenLimit: 'max_tokens' },
};
/** Servers that people run on their own machine, found by asking loopback. */
export const localPresets = ['ollama', 'lmstudio', 'llamacpp'] as const satisfies readonly PresetId[];

const LOOPBACK = /^(?:localhost|.+\.localhost|127(?:\.\d{1,3}){3}|\[::1\])$/iu;
export const isLoopback = (baseUrl: string): boolean =>
  URL.canParse(baseUrl) && LOOPBACK.test(new URL(baseUrl).hostname);
export const originOf = (baseUrl: string): string => new URL(baseUrl).origin;
export const hostOf = (baseUrl: string): string => new URL(baseUrl).host;

/** Throws what is missing before anything is prepared or logged. */
export function assertReady(endpoint: ModelEndpoint): void {
  if (presets[endpoint.preset].needsKey && !endpoint.key) throw appError('ai_no_key');
  if (endpoint.model === '') throw appError('ai_no_model');
}

/** A key over an unencrypted connection would be readable on the way. */
export function assertSafeAddress(baseUrl: string, hasKey: boolean): void {
  const url = new URL(baseUrl);
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '')
    throw appError('invalid_input', { field: 'baseUrl', detail: 'only scheme, host and path' });
  if (url.protocol === 'http:' && hasKey && !isLoopback(baseUrl))
    throw appError('invalid_input', { field: 'baseUrl', detail: 'a key needs https' });
}
