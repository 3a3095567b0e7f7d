import type { CallOptions } from '../../content/index.ts';

/** What a registry asks for. Never put into a message, event or file. */
export type Credentials =
  | { readonly kind: 'password'; readonly username: string; readonly password: string }
  /** An OAuth refresh token, which `docker login` calls an identity token. */
  | { readonly kind: 'identity-token'; readonly token: string };

/** Finds the credentials for a registry, by the host that references name; undefined means anonymous. */
export type CredentialsProvider = (host: string, options?: CallOptions) => Promise<Credentials | undefined>;

export function basicAuthorization({ username, password }: { username: string; password: string }): string {
  return `Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}`;
}
