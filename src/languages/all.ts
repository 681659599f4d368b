import { chineseBeside } from './chinese.ts';
import { english, type Language, type LanguageCode } from './language.ts';

export { english, type Language, type LanguageCode, languageCodes } from './language.ts';

/** Each, where `names` stand for something of somebody's own, and are to be typed as they are. */
export const languagesBeside = (names: readonly string[]): Readonly<Record<LanguageCode, Language>> => ({
  en: english,
  'zh-CN': chineseBeside(names),
});

/** The language of a locale as Slack names it, such as 'zh-CN'; undefined for one that nobody has translated. */
export function codeOfLocale(locale: string): LanguageCode | undefined {
  const [tongue] = locale.toLowerCase().split('-');
  if (tongue === 'zh') return 'zh-CN';
  return tongue === 'en' ? 'en' : undefined;
}
