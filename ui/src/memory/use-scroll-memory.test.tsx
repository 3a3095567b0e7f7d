import { fireEvent, render, waitFor } from '@testing-library/react';
import { useLayoutEffect, useRef, type ReactElement } from 'react';
import { describe, expect, it } from 'vitest';
import { recallText, storeText } from './bounded-storage.ts';
import { useScrollMemory } from './use-scroll-memory.ts';

/** jsdom lays nothing out: the element says itself how far it can be scrolled. */
function limitScroll(element: HTMLElement, most: () => number): void {
  let top = 0;
  Object.defineProperty(element, 'scrollTop', {
    get: () => top,
    set: (next: number) => {
      top = Math.min(next, most());
    },
  });
}

function Page({ name, rows, most }: { name: string; rows: number; most: () => number }): ReactElement {
  const ref = useRef<HTMLElement>(null);
  const limit = useRef(most);
  limit.current = most;
  useLayoutEffect(() => {
    if (ref.current !== null) limitScroll(ref.current, () => limit.current());
  }, []);
  useScrollMemory(ref, name);
  return (
    <main ref={ref}>
      {Array.from({ length: rows }, (_, at) => (
        <p key={at}>row</p>
      ))}
    </main>
  );
}

describe('how far a page is scrolled', () => {
  it('is the same again once its content is there', async () => {
    storeText('scroll a', '300');
    let most = 0;
    const page = render(<Page name="a" rows={0} most={() => most} />);
    const main = page.getByRole('main');
    expect(main.scrollTop).toBe(0);
    most = 1_000;
    page.rerender(<Page name="a" rows={3} most={() => most} />);
    await waitFor(() => {
      expect(main.scrollTop).toBe(300);
    });
  });

  it('is kept for each page by itself, also when it is left at once', () => {
    const page = render(<Page name="a" rows={1} most={() => 1_000} />);
    const main = page.getByRole('main');
    main.scrollTop = 120;
    fireEvent.scroll(main);
    page.rerender(<Page name="b" rows={1} most={() => 1_000} />);
    expect(recallText('scroll a')).toBe('120');
    expect(main.scrollTop).toBe(0);
    page.rerender(<Page name="a" rows={1} most={() => 1_000} />);
    expect(main.scrollTop).toBe(120);
  });

  it('is the reader’s to change while content is waited for', async () => {
    storeText('scroll a', '300');
    let most = 0;
    const page = render(<Page name="a" rows={0} most={() => most} />);
    const main = page.getByRole('main');
    fireEvent.wheel(main);
    most = 1_000;
    page.rerender(<Page name="a" rows={3} most={() => most} />);
    await Promise.resolve();
    expect(main.scrollTop).toBe(0);
  });
});
