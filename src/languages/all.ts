import { chinese } from './chinese.ts';
import { english, type Language, type LanguageCode } from './language.ts';

export { english, type Language, type LanguageCode, languageCodes } from './language.ts';

export const languages: Readonly<Record<LanguageCode, Language>> = { en: english, 'zh-CN': chinese };

/** The language of a locale as Slack names it, such as 'zh-CN'; undefined for one that nobody has translated. */
export function languageOfLocale(locale: string): Language | undefined {
  const [tongue] = locale.toLowerCase().split('-');
  if (tongue === 'zh') return chinese;
  return tongue === 'en' ? english : undefined;
}
