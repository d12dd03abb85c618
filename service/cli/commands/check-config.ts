import { readFile } from 'node:fs/promises';
import { ConfigError, parseConfig, settings } from '../../../core/config.ts';
import type { Config } from '../../../core/config-schema.ts';
import { PeersFileError, parsePeers } from '../../../core/peers.ts';
import { RouteTable } from '../../../core/route-table.ts';
import { parseRoutes, RoutesFileError } from '../../../core/routes-file.ts';
import { loadTlsIdentity, TlsIdentityError } from '../../net/tls-identity.ts';
import type { Command } from '../command.ts';
import type { CliContext } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { textTable } from '../text-table.ts';

interface Problem {
  readonly where: string;
  readonly problem: string;
}

export const checkConfig: Command = {
  name: 'check-config',
  summary: 'The configuration of this environment as the service would take it, and every problem at once.',
  details: ['Secrets are masked. The files that settings name are read as well: routes, peers, and those of TLS.'],
  positionals: [],
  options: { changed: { type: 'boolean', description: 'Only settings that are not at their defaults.' } },
  examples: ['check-config', 'check-config --json'],
  run: async (given, context) => {
    const { config, problems } = await check(context);
    if (config === undefined || problems.length > 0) {
      const rows = problems.map(({ where, problem }) => [where, problem]);
      return {
        exitCode: exitCodes.usage.code,
        value: { valid: false, problems },
        text: textTable(['where', 'problem'], rows),
      };
    }
    const shown = effective(config, context).filter(({ isSet }) => isSet || !given.flag('changed'));
    return {
      exitCode: exitCodes.ok.code,
      value: { valid: true, settings: Object.fromEntries(shown.map(({ env, value }) => [env, value])) },
      text: textTable(
        ['setting', 'value', ''],
        shown.map(({ env, value, isSet }) => [env, textOf(value), isSet ? 'set' : 'default']),
      ),
    };
  },
};

async function check({ environment, clock }: CliContext) {
  try {
    const config = parseConfig(environment);
    return { config, problems: await problemsOfFiles(config, clock.nowMs()) };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { config: undefined, problems: error.problems.map(({ env, problem }) => ({ where: env, problem })) };
  }
}

async function problemsOfFiles(config: Config, nowMs: number): Promise<readonly Problem[]> {
  const problems: Problem[] = [];
  const attempt = async <T>(where: string, task: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await task();
    } catch (error) {
      if (!isOfFile(error)) throw error;
      problems.push({ where, problem: error.message });
      return undefined;
    }
  };
  const { routesFile, peersFile, tlsPort, tlsKeyFile, tlsCertificateFile, tlsClientCaFile: clientCaFile } = config;
  const entries =
    routesFile === undefined
      ? []
      : await attempt('SCP_ROUTES_FILE', async () => parseRoutes(await readFile(routesFile, 'utf8')));
  const { names } = new RouteTable(config, entries ?? []);
  if (peersFile !== undefined) {
    await attempt('SCP_PEERS_FILE', async () => parsePeers(await readFile(peersFile, 'utf8'), names));
  }
  if (tlsPort !== undefined && tlsKeyFile !== undefined && tlsCertificateFile !== undefined) {
    const files = { keyFile: tlsKeyFile, certificateFile: tlsCertificateFile, clientCaFile };
    await attempt('SCP_TLS_CERTIFICATE_FILE', () => loadTlsIdentity(files, nowMs));
  }
  return problems;
}

const isOfFile = (error: unknown): error is Error =>
  error instanceof RoutesFileError ||
  error instanceof PeersFileError ||
  error instanceof TlsIdentityError ||
  (error instanceof Error && 'syscall' in error);

function effective(config: Config, { environment }: CliContext) {
  return settings().map(({ name, env, secret }) => ({
    env,
    value: secret === true && config[name] !== undefined ? '********' : (config[name] ?? null),
    isSet: (environment[env] ?? '') !== '',
  }));
}

const textOf = (value: unknown): string =>
  value === null || (Array.isArray(value) && value.length === 0) ? '-' : String(value);
