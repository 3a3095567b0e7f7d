import type { Token } from './token.ts';

/** A token is renewed this long before it ends, or a tenth of its life before for short-lived ones. */
const RENEWAL_MS = 10_000;

interface Slot {
  readonly pending: Promise<string>;
  /** Once it has come. */
  token?: { readonly value: string; readonly renewAt: number };
}

/** Tokens by what they are for. Each is fetched once, however many ask for it at the same time. */
export class TokenCache {
  readonly #slots: Map<string, Slot> = new Map();

  /** The token kept under `key`, or a new one where there is none or its time is nearly up. */
  get(key: string, fetch: () => Promise<Token>): Promise<string> {
    const slot = this.#slots.get(key);
    if (slot !== undefined && !isStale(slot)) return slot.pending;
    const received = fetch();
    const fresh: Slot = { pending: received.then(({ value }) => value) };
    this.#slots.set(key, fresh);
    received.then(
      ({ value, lifetimeMs }) => {
        const renewAt = performance.now() + lifetimeMs - Math.min(RENEWAL_MS, lifetimeMs / 10);
        fresh.token = { value, renewAt };
      },
      () => {
        if (this.#slots.get(key) === fresh) this.#slots.delete(key);
      },
    );
    return fresh.pending;
  }

  /** Throws away a token that was refused, unless another has taken its place already. */
  refuse(key: string, value: string): void {
    if (this.#slots.get(key)?.token?.value === value) this.#slots.delete(key);
  }
}

function isStale({ token }: Slot): boolean {
  return token !== undefined && performance.now() >= token.renewAt;
}
