import { useEffect, type RefObject } from 'react';
import { recallText, storeText } from './bounded-storage.ts';

const SETTLED_MS = 200;

/**
 * Keeps how far an element is scrolled, for each `key`, and goes there again. Content that comes later is waited
 * for, until it is there or the reader scrolls.
 */
export function useScrollMemory(element: RefObject<HTMLElement | null>, key: string): void {
  useEffect(() => {
    const { current } = element;
    if (current === null) return undefined;
    return keepScroll(current, `scroll ${key}`);
  }, [element, key]);
}

function keepScroll(element: HTMLElement, key: string): () => void {
  const wanted = Number(recallText(key) ?? 0);
  let isRestoring = wanted > 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const restore = (): void => {
    if (isRestoring) element.scrollTop = wanted;
    isRestoring &&= element.scrollTop < wanted - 1;
  };
  const store = (): void => {
    timer = undefined;
    storeText(key, String(Math.round(element.scrollTop)));
  };
  const onScroll = (): void => {
    if (isRestoring) return;
    clearTimeout(timer);
    timer = setTimeout(store, SETTLED_MS);
  };
  const giveUp = (): void => {
    isRestoring = false;
  };
  element.scrollTop = 0;
  restore();
  const content = new MutationObserver(restore);
  content.observe(element, { childList: true, subtree: true });
  const gestures = ['wheel', 'pointerdown', 'keydown'] as const;
  for (const gesture of gestures) element.addEventListener(gesture, giveUp, { passive: true });
  element.addEventListener('scroll', onScroll, { passive: true });
  return () => {
    content.disconnect();
    for (const gesture of gestures) element.removeEventListener(gesture, giveUp);
    element.removeEventListener('scroll', onScroll);
    clearTimeout(timer);
    if (timer !== undefined) store();
  };
}
