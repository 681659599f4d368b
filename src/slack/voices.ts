import { codeOfLocale, type Language, type LanguageCode, languagesBeside } from '../languages/all.ts';
import type { People } from './people.ts';

/** salvor.yaml's say in which language is spoken where. */
export interface SpokenLanguages {
  /** In channels that are not named, and with people whose locale is unknown or that nobody has translated. */
  readonly language: LanguageCode;
  /** By the channel's id. */
  readonly channels: Readonly<Record<string, LanguageCode>>;
  /** Of clusters and registries: they are called so in every language. */
  readonly names: readonly string[];
}

/** In which language somebody is spoken to: alone in their own, before others in the channel's. */
export interface Voices {
  inChannel(channel: string): Language;
  /** Never throws: not to know somebody's locale must not keep an answer from them. */
  toPerson(user: string): Promise<Language>;
}

export function createVoices({ language, channels, names }: SpokenLanguages, people: Pick<People, 'locale'>): Voices {
  const languages = languagesBeside(names);
  const usual = languages[language];
  return {
    inChannel(channel) {
      const named = channels[channel];
      return named === undefined ? usual : languages[named];
    },
    async toPerson(user) {
      const locale = await people.locale(user).catch(() => undefined);
      const code = locale === undefined ? undefined : codeOfLocale(locale);
      return code === undefined ? usual : languages[code];
    },
  };
}
