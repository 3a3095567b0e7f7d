import { createContext, useContext, type ReactElement, type ReactNode } from 'react';
import { en, type Text } from './en.ts';
import type { Language } from './language.ts';
import { zh } from './zh.ts';

const TEXTS: Readonly<Record<Language, Text>> = { en, 'zh-CN': zh };

const LanguageContext = createContext<Language>('en');

interface Props {
  readonly language: Language;
  readonly children: ReactNode;
}

export function LanguageProvider({ language, children }: Props): ReactElement {
  return <LanguageContext.Provider value={language}>{children}</LanguageContext.Provider>;
}

export function useLanguage(): Language {
  return useContext(LanguageContext);
}

/** Every text of the page, in the reader's language. */
export function useText(): Text {
  return TEXTS[useLanguage()];
}
