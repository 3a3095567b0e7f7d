/** A failure that the backend told, or that it could not be asked (`UNREACHABLE`), with the code of core's table. */
export class BackendError extends Error {
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'BackendError';
    this.code = code;
  }
}

/** What can be shown of anything that was thrown. */
export function toBackendError(error: unknown): BackendError {
  if (error instanceof BackendError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new BackendError('INTERNAL', message, { cause: error });
}
