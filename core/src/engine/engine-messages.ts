import { z } from 'zod';
import type { Bytes } from '../content/index.ts';
import { XbundleError } from '../errors.ts';
import { LIMITS } from '../limits.ts';

/** One message of a stream that the engine answers long work with (moby pkg/jsonmessage). */
export interface EngineMessage {
  /** A line for people: `Loaded image: app:v1`. */
  readonly text?: string;
  /** The work failed, though the HTTP status said that it began well. */
  readonly error?: string;
}

const messageSchema = z.looseObject({
  stream: z.string().nullish(),
  status: z.string().nullish(),
  error: z.string().nullish(),
  errorDetail: z.looseObject({ message: z.string().nullish() }).nullish(),
});

/** Reads the messages, one for each line. Throws REMOTE_INVALID for a line that is none, LIMIT_EXCEEDED for a long one. */
export async function* engineMessages(content: Bytes): AsyncGenerator<EngineMessage, void, undefined> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of content) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > LIMITS.responseBytes) {
      throw new XbundleError(
        'LIMIT_EXCEEDED',
        `reading the engine's messages: a line of more than ${LIMITS.responseBytes} bytes`,
      );
    }
    for (const line of lines) yield* parseLine(line);
  }
  yield* parseLine(rest + decoder.decode());
}

function* parseLine(line: string): Generator<EngineMessage, void, undefined> {
  if (line.trim() === '') return;
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (cause) {
    throw notAMessage(line, cause);
  }
  const message = messageSchema.safeParse(value);
  if (!message.success) throw notAMessage(line, message.error);
  const { stream, status, error, errorDetail } = message.data;
  const text = (stream || status)?.trim();
  const failure = errorDetail?.message || error;
  yield { ...(text && { text }), ...(failure && { error: failure }) };
}

function notAMessage(line: string, cause: unknown): XbundleError {
  return new XbundleError(
    'REMOTE_INVALID',
    `reading the engine's messages: ${JSON.stringify(line.slice(0, 120))} is none`,
    { cause },
  );
}

/** The error that an engine wrote at the end of something else, such as a tar; undefined when there is none. */
export function engineErrorIn(text: string): string | undefined {
  const start = text.lastIndexOf('{"errorDetail"');
  if (start === -1) return undefined;
  try {
    const [message] = parseLine(text.slice(start).trim());
    return message?.error;
  } catch {
    return undefined;
  }
}
