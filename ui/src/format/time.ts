import type { Language } from '../text/language.ts';

/** Today the time alone, else date and time, in the reader's way. */
export function formatTime(ms: number, language: Language, now: number = Date.now()): string {
  const isToday = new Date(ms).toDateString() === new Date(now).toDateString();
  const date: Intl.DateTimeFormatOptions = isToday ? {} : { year: 'numeric', month: 'short', day: 'numeric' };
  const options: Intl.DateTimeFormatOptions = { ...date, hour: '2-digit', minute: '2-digit' };
  return new Intl.DateTimeFormat(language, options).format(ms);
}

const STEPS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const;

/** `3 hours ago`; under a minute `now`. */
export function formatAgo(ms: number, language: Language, now: number = Date.now()): string {
  const format = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
  const passed = now - ms;
  for (const [unit, length] of STEPS) {
    if (passed >= length) return format.format(-Math.floor(passed / length), unit);
  }
  return format.format(0, 'second');
}
