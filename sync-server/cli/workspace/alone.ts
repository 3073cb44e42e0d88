// A workspace opened for one command alone, in its folder or in PostgreSQL, while no server runs on it. Owns opening and closing;
// what is done there is the command's.
import { parseServeArgs, type ServerConfig } from '../../config/index.ts';
import { ServerNode } from '../../nodes/index.ts';
import { openServices, type Services } from '../../services.ts';

/** A node leads the workspace, so nobody else may write to it. */
export class WorkspaceIsLed extends Error {
  override readonly name = 'WorkspaceIsLed';
}

/** Where a workspace is, as the command line says it. */
export interface WorkspacePlace {
  readonly data?: string | undefined;
  readonly 'database-url'?: string | undefined;
}

/** The settings that a server on that workspace would have, silent and on any port. @throws ConfigError, TypeError */
export function placeConfig(place: WorkspacePlace): ServerConfig {
  const options = (['data', 'database-url'] as const).flatMap((name) => {
    const value = place[name];
    return value === undefined ? [] : [`--${name}`, value];
  });
  const config = parseServeArgs([...options, '--port', '0', '--log-level', 'silent'], null);
  if (config === null) throw new TypeError('The settings ask for help.');
  return config;
}

/** [NODE-13] Opens the workspace where it is, for this work alone. @throws StorageError, WorkspaceIsLed */
export async function onWorkspaceAlone(
  config: ServerConfig,
  work: (services: Services) => Promise<void>,
): Promise<void> {
  if (config.database === undefined) {
    const services = await openServices(config);
    try {
      await work(services);
    } finally {
      await services.close();
    }
    return;
  }
  const node = await ServerNode.start(config, config.database);
  try {
    if (node.services === null)
      throw new WorkspaceIsLed(`The node ${node.leader} leads the workspace. Stop every node first.`);
    await work(node.services);
  } finally {
    await node.stop();
  }
}
