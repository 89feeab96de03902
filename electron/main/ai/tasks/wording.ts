import type { TextLimit } from '@shared/domain/network';
import { languageName } from '../guard/language';

export const limitInWords = (limit: TextLimit | undefined): string =>
  limit ? `${limit.max} characters` : '';
export const inLanguage = (code: string | null, otherwise: string): string =>
  code ? `Write in ${languageName(code)}.` : otherwise;
