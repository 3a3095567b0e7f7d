import type { Dispatcher } from 'undici';
import { interrupted } from '../../errors.ts';
import { onAbort } from './abort.ts';
import {
  contentLength,
  type HttpBody,
  type HttpHeaders,
  type HttpRequest,
  type HttpResponse,
} from './http.ts';
import { networkFailure, stalled } from './network-failure.ts';
import { ReceiveBuffer } from './receive-buffer.ts';

/** A body that nobody wants is read to its end up to this many bytes; a longer one costs the connection. */
const DISCARD_BYTES = 65_536;

type Waiting = 'peer' | 'us' | 'nobody';

/**
 * One request and its response, as undici's dispatch handler. Bytes are pulled: the socket is paused while a
 * whole block waits. No timer runs here; a `Watchdog` calls `tick`.
 */
export class Exchange implements Dispatcher.DispatchHandler {
  readonly response: Promise<HttpResponse>;
  /** Called once, when nothing can happen any more. */
  onSettled: () => void = () => undefined;
  readonly #request: HttpRequest;
  readonly #sending: AbortController = new AbortController();
  readonly #idleLimitMs: number;
  #answer: (response: HttpResponse) => void = () => undefined;
  #refuse: (error: unknown) => void = () => undefined;
  #controller: Dispatcher.DispatchController | undefined;
  #buffer: ReceiveBuffer = new ReceiveBuffer();
  #wake: (() => void) | undefined;
  #failure: { readonly error: unknown } | undefined;
  #waitingFor: Waiting = 'nobody';
  #hasHead = false;
  #ended = false;
  #progressed = true;
  #idleSince = 0;
  #discarded: number | undefined;
  readonly #stopListening: () => void;

  constructor(request: HttpRequest, idleLimitMs: number) {
    this.#request = request;
    this.#idleLimitMs = idleLimitMs * (request.patience ?? 1);
    this.response = new Promise((resolve, reject) => {
      this.#answer = resolve;
      this.#refuse = reject;
    });
    this.#stopListening = onAbort(request.signal, () => {
      this.#abort();
    });
  }

  /** The request body in the form undici takes. */
  get body(): Uint8Array | AsyncIterable<Uint8Array> | undefined {
    const { body } = this.#request;
    if (body === undefined || body instanceof Uint8Array) return body;
    return body.size === 0 ? new Uint8Array(0) : this.#send(body);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    this.#progressed = true;
    this.#waitingFor = 'peer';
    if (this.#failure !== undefined) controller.abort(new Error('no longer wanted'));
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number, fields: RawHeaders): void {
    this.#progressed = true;
    if (status < 200) return;
    const headers = readHeaders(fields);
    this.#buffer = new ReceiveBuffer(contentLength(headers), this.#request.allocate);
    this.#hasHead = true;
    this.#waitingFor = 'nobody';
    this.#answer({
      status,
      headers,
      url: this.#request.url,
      body: this.#receive(controller),
      discard: () => {
        this.#discard();
      },
    });
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#progressed = true;
    if (this.#discarded !== undefined) {
      this.#discarded += chunk.byteLength;
      if (this.#discarded > DISCARD_BYTES) this.fail(new Error('no longer wanted'));
      return;
    }
    this.#buffer.push(chunk);
    if (!this.#buffer.isFull) return;
    controller.pause();
    this.#ring();
  }

  onResponseEnd(): void {
    this.#ended = true;
    this.#buffer.flush();
    this.#settle();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.fail(networkFailure(error, this.#request));
  }

  /** Ends the exchange. What has already arrived is still handed out, so that a resume can go on from there. */
  fail(error: unknown): void {
    if (this.#failure !== undefined || this.#ended) return;
    this.#failure = { error };
    this.#buffer.flush();
    this.#refuse(error);
    this.#settle();
    this.#sending.abort(error);
    this.#controller?.abort(new Error('no longer wanted'));
  }

  /** Looks whether the peer still brings something. `now` is in milliseconds of any steady clock. */
  tick(now: number): void {
    if (this.#progressed || this.#waitingFor !== 'peer') {
      this.#progressed = false;
      this.#idleSince = now;
    } else if (now - this.#idleSince >= this.#idleLimitMs) {
      this.fail(stalled(this.#request, this.#idleLimitMs));
      return;
    }
    if (this.#wake === undefined) return;
    // A slow line: hand on what there is rather than wait for a whole block.
    this.#buffer.flush();
    if (this.#buffer.isFull) this.#ring();
  }

  async *#send(body: HttpBody): AsyncGenerator<Uint8Array, void, undefined> {
    this.#waitingFor = 'us';
    try {
      for await (const chunk of body.open(this.#sending.signal)) {
        this.#waitingFor = 'peer';
        this.#progressed = true;
        yield chunk;
        if (!this.#hasHead) this.#waitingFor = 'us';
      }
    } catch (error) {
      this.fail(error);
      throw error;
    }
    if (!this.#hasHead) this.#waitingFor = 'peer';
    this.#progressed = true;
  }

  async *#receive(controller: Dispatcher.DispatchController): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      for (let block = await this.#next(); block !== undefined; block = await this.#next()) {
        if (!this.#buffer.isFull) controller.resume();
        this.#waitingFor = 'nobody';
        yield block;
      }
    } finally {
      this.fail(new Error('no longer wanted'));
    }
  }

  /** The next block, or undefined at the end of the body. */
  async #next(): Promise<Uint8Array | undefined> {
    for (;;) {
      const block = this.#buffer.take();
      if (block !== undefined) return block;
      if (this.#failure !== undefined) throw this.#failure.error;
      if (this.#ended) return undefined;
      await this.#more();
    }
  }

  #more(): Promise<void> {
    this.#waitingFor = 'peer';
    this.#progressed = true;
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  #discard(): void {
    this.#discarded = 0;
    this.#buffer.clear();
    this.#waitingFor = 'peer';
    this.#controller?.resume();
  }

  #ring(): void {
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  }

  #settle(): void {
    this.#stopListening();
    this.#ring();
    this.onSettled();
  }

  #abort(): void {
    const { signal } = this.#request;
    this.fail(signal === undefined ? new Error('aborted') : interrupted(signal));
    this.#buffer.clear();
  }
}

type RawHeaders = Readonly<Record<string, string | string[] | undefined>>;

function readHeaders(fields: RawHeaders): HttpHeaders {
  const headers = new Map<string, string>();
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined) headers.set(name.toLowerCase(), Array.isArray(value) ? value.join(', ') : value);
  }
  return headers;
}
