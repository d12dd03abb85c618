import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { parseArgs } from 'node:util';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { parseConfig } from '../../core/config.ts';
import { parsePeers } from '../../core/peers.ts';
import { RouteTable } from '../../core/route-table.ts';
import { parseRoutes } from '../../core/routes-file.ts';
import { normalizeAddress } from '../net/address.ts';
import { explain, reportJudgement } from './explain.ts';
import { helmValues } from './helm-values.ts';
import { LedgerReader } from './ledger-reader.ts';
import { reportBatch, reportStudies } from './report.ts';

const USAGE = `usage: cli <command> [--json]

  studies       every study: what was received, imported, failed
  batch <id>    one batch, instance by instance
  explain <calling AE> <called AE> <address> [--cert-subject CN] [--cert-dns NAME] [--cert-sha256 HEX]
                what the service of this environment would answer to such a request for association, and why
  helm-values <outputs.json> [--stack NAME] [--irsa] [--region REGION]
                the chart's values for a stack that is deployed, from what cdk deploy --outputs-file wrote
`;

const EXIT_NOT_FOUND = 1;
const EXIT_REFUSED = 1;
const EXIT_USAGE = 2;

function openLedger(): LedgerReader {
  const table = (name: string) => {
    const value = process.env[name];
    if (value === undefined || value === '') {
      throw new Error(`${name} is not set: name the ledger's tables, or run \`npm start\` first to try locally`);
    }
    return value;
  };
  return new LedgerReader(DynamoDBDocumentClient.from(new DynamoDBClient()), {
    batches: table('BATCHES_TABLE'),
    instances: table('INSTANCES_TABLE'),
    studies: table('STUDIES_TABLE'),
  });
}

interface CertificateArguments {
  readonly 'cert-subject'?: string | undefined;
  readonly 'cert-dns'?: string | undefined;
  readonly 'cert-sha256'?: string | undefined;
}

/** Judges a request as the service would that this environment is for. */
async function explainRequest(calling: string, called: string, ip: string, certificate: CertificateArguments) {
  if (isIP(ip) === 0) throw new Error(`${ip} is not an IP address`);
  const config = parseConfig(process.env);
  const { peersFile, routesFile } = config;
  const routes = new RouteTable(
    config,
    routesFile === undefined ? [] : parseRoutes(await readFile(routesFile, 'utf8')),
  );
  const peers = peersFile === undefined ? [] : parsePeers(await readFile(peersFile, 'utf8'), routes.names);
  const { 'cert-subject': commonName, 'cert-dns': dnsName, 'cert-sha256': sha256 = '' } = certificate;
  const isShown = Object.values(certificate).some((value) => value !== undefined);
  const facts = {
    address: normalizeAddress(ip),
    certificate: isShown
      ? {
          commonName,
          dnsNames: dnsName === undefined ? [] : [dnsName],
          sha256: sha256.replaceAll(':', '').toLowerCase(),
        }
      : undefined,
  };
  const titles = { callingAeTitle: calling.trim(), calledAeTitle: called.trim() };
  const judgement = explain(config, routes, peers, facts, titles);
  return { judgement, text: reportJudgement(judgement, facts, titles) };
}

/** Runs one command; answers the exit code. */
async function run(args: readonly string[]): Promise<number> {
  const { positionals, values } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      json: { type: 'boolean', default: false },
      'cert-subject': { type: 'string' },
      'cert-dns': { type: 'string' },
      'cert-sha256': { type: 'string' },
      stack: { type: 'string' },
      irsa: { type: 'boolean', default: false },
      region: { type: 'string' },
    },
  });
  const { json, stack, irsa, region, ...certificate } = values;
  const print = (value: unknown, text: string) =>
    process.stdout.write(`${json ? JSON.stringify(value, undefined, 2) : text}\n`);
  const [command, id, called, ip] = positionals;
  if (command === 'studies' && id === undefined) {
    const studies = await openLedger().studies();
    print(studies, reportStudies(studies));
    return 0;
  }
  if (command === 'batch' && id !== undefined) {
    const ledger = openLedger();
    const batch = await ledger.batch(id);
    if (batch === undefined) {
      process.stderr.write(`The ledger knows no batch ${id}.\n`);
      return EXIT_NOT_FOUND;
    }
    const instances = await ledger.instancesOf(id);
    print({ batch, instances }, reportBatch(batch, instances));
    return 0;
  }
  if (command === 'explain' && id !== undefined && called !== undefined && ip !== undefined) {
    const { judgement, text } = await explainRequest(id, called, ip, certificate);
    print(judgement, text);
    return judgement.accepted ? 0 : EXIT_REFUSED;
  }
  if (command === 'helm-values' && id !== undefined) {
    const given = { irsa, ...(stack === undefined ? {} : { stack }), ...(region === undefined ? {} : { region }) };
    const chartValues = helmValues(JSON.parse(await readFile(id, 'utf8')), given);
    // JSON is YAML too: helm takes it as a values file.
    print(chartValues, JSON.stringify(chartValues, undefined, 2));
    return 0;
  }
  process.stderr.write(USAGE);
  return EXIT_USAGE;
}

try {
  process.exitCode = await run(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = EXIT_USAGE;
}
