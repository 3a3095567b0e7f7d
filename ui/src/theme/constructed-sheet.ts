import type { EmotionCache } from '@emotion/cache';

interface SheetOptions {
  readonly key: string;
  readonly container: Node;
}

/** What emotion looks at: whether anything was inserted, and what stands after it. */
interface Tag {
  readonly nextElementSibling: null;
}

/**
 * Emotion's rules in a constructed stylesheet instead of `<style>` elements: a Content-Security-Policy without
 * 'unsafe-inline' and without a nonce allows it. It has the part of emotion's own StyleSheet that emotion uses.
 */
export class ConstructedSheet {
  readonly key: string;
  readonly container: Node;
  readonly nonce: undefined;
  readonly isSpeedy = true;
  tags: Tag[] = [];
  before: unknown = null;
  readonly #sheet = new CSSStyleSheet();

  constructor({ key, container }: SheetOptions) {
    this.key = key;
    this.container = container;
    // Global rules go first: those of components win over them.
    const sheets = document.adoptedStyleSheets;
    document.adoptedStyleSheets = key.endsWith('-global')
      ? [this.#sheet, ...sheets]
      : [...sheets, this.#sheet];
  }

  insert(rule: string): void {
    if (this.tags.length === 0) this.tags.push({ nextElementSibling: null });
    try {
      this.#sheet.insertRule(rule, this.#sheet.cssRules.length);
    } catch {
      // A prefixed rule for another browser: the rest of the styles do without it.
    }
  }

  hydrate(): void {
    // Nothing is rendered on a server.
  }

  flush(): void {
    this.tags = [];
    while (this.#sheet.cssRules.length > 0) this.#sheet.deleteRule(0);
  }
}

/** Makes the cache put its rules where the page's policy allows them; elsewhere (jsdom) it stays as it is. */
export function withConstructedSheet(cache: EmotionCache): EmotionCache {
  if (!('adoptedStyleSheets' in document)) return cache;
  const sheet: unknown = new ConstructedSheet({ key: cache.key, container: document.head });
  cache.sheet = sheet as EmotionCache['sheet'];
  return cache;
}
