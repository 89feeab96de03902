import type { Provider } from '@shared/ipc/ai';

/** Where each kind of provider usually listens. Only a start: the address can be changed. */
export const presetUrls: Readonly<Record<Provider['preset'], string>> = {
  openai: 'https://api.openai.com/v1',
  openrouter: 'https://openrouter.ai/api/v1',
  ollama: 'http://127.0.0.1:11434/v1',
  lmstudio: 'http://127.0.0.1:1234/v1',
  llamacpp: 'http://127.0.0.1:8080/v1',
  custom: '',
};

export const presetNames = Object.keys(presetUrls) as Provider['preset'][];

export const isWebAddress = (text: string): boolean => /^https?:\/\//i.test(text) && URL.canParse(text);

export const hostOf = (url: string): string => (URL.canParse(url) ? new URL(url).host : url);
