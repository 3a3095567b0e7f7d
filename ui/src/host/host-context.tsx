import type { BackendClient } from '@xbundle/backend/contract';
import { createContext, useContext, type ReactElement, type ReactNode } from 'react';
import type { Host } from './host.ts';

const HostContext = createContext<Host | undefined>(undefined);

interface Props {
  readonly host: Host;
  readonly children: ReactNode;
}

export function HostProvider({ host, children }: Props): ReactElement {
  return <HostContext.Provider value={host}>{children}</HostContext.Provider>;
}

export function useHost(): Host {
  const host = useContext(HostContext);
  if (host === undefined) throw new Error('a component that needs the host is outside of its provider');
  return host;
}

export function useClient(): BackendClient {
  return useHost().client;
}
