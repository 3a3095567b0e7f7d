import { engineFacts, formatPlatform, type CallOptions } from '@xbundle/core';
import type { Facts } from '../contract.ts';
import type { Handlers } from '../http/serve.ts';
import { failureOf } from '../http/slow-answers.ts';
import type { Services } from '../services.ts';
import { createToolReports } from '../tasks/tool-reports.ts';

type FactsHandlers = Pick<Handlers, 'facts' | 'dismissNotice' | 'hostCommands' | 'hostCommandDone'>;

export function factsHandlers(services: Services): FactsHandlers {
  const notices = new Map(services.notices.map((notice) => [notice.id, notice]));
  const tools = createToolReports(services.env);
  return {
    facts: async (_, { signal }) => {
      const [engine, { docker, buildx }] = await Promise.all([
        engineReport(services, { signal }),
        tools({ signal }),
      ]);
      const { version, host, root, jobFacts: jobs } = services;
      return {
        version,
        host,
        ...(root !== undefined && { root }),
        ...engine,
        docker,
        buildx,
        jobs,
        notices: [...notices.values()],
      };
    },
    dismissNotice: ({ id }) => {
      notices.delete(id);
      return Promise.resolve({});
    },
    hostCommands: () => Promise.resolve({ commands: [...services.jobs.hostCommands] }),
    hostCommandDone: async ({ id, exitCode, stderr }) => {
      const isJob = await services.jobs.hostCommandDone(id, exitCode, stderr);
      if (!isJob) services.hostCommands.done(id, exitCode, stderr);
      return {};
    },
  };
}

async function engineReport(
  { clients }: Services,
  options: CallOptions,
): Promise<Pick<Facts, 'engine' | 'engineError'>> {
  try {
    const facts = await engineFacts(await clients.engine(), options);
    const { version, apiVersion, store, platform, freeBytes } = facts;
    return {
      engine: {
        version,
        apiVersion,
        store,
        platform: formatPlatform(platform),
        ...(freeBytes !== undefined && { freeBytes }),
      },
    };
  } catch (error) {
    return { engineError: failureOf(error) };
  }
}
