import {
  formatPlatform,
  judgeBuilder,
  listBuilders,
  removeBuilders,
  runsNatively,
  useBuilder,
  type BuilderNode,
  type ListedBuilder,
} from '@xbundle/core';
import type { BuilderNodeReport, BuilderReport } from '../contract.ts';
import type { Handlers } from '../http/serve.ts';
import type { Services } from '../services.ts';

type BuilderHandlers = Pick<Handlers, 'builders' | 'useBuilder' | 'removeBuilder'>;

export function builderHandlers({ env }: Services): BuilderHandlers {
  return {
    builders: async (_, { signal }) => ({
      builders: (await listBuilders({ env, signal })).map(builderReport),
    }),
    useBuilder: async ({ name }) => {
      await useBuilder(name, { env });
      return {};
    },
    removeBuilder: async ({ name }) => {
      await removeBuilders([name], { env });
      return {};
    },
  };
}

function builderReport(builder: ListedBuilder): BuilderReport {
  const { store, features } = judgeBuilder(builder);
  const { name, driver, current, error, nodes } = builder;
  return {
    name,
    driver,
    current,
    ...(store !== undefined && { store }),
    features: { ...features },
    ...(error !== undefined && { error }),
    nodes: nodes.map(nodeReport),
  };
}

function nodeReport(node: BuilderNode): BuilderNodeReport {
  const { name, endpoint, status, version, fixed, platforms, error } = node;
  return {
    name,
    endpoint,
    status,
    ...(version !== undefined && { version }),
    ...(fixed !== undefined && { fixed: fixed.map(formatPlatform) }),
    native: platforms.filter((platform) => runsNatively(node, platform)).map(formatPlatform),
    emulated: platforms.filter((platform) => !runsNatively(node, platform)).map(formatPlatform),
    ...(error !== undefined && { error }),
  };
}
