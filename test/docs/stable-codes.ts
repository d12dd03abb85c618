import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { settings } from '../../core/config.ts';
import { pipelineFaults } from '../../core/pipeline-fault.ts';
import { pipelineVariables } from '../../core/pipeline-functions.ts';
import { warningTypes } from '../../lambdas/store-instances/stow-answer.ts';
import { importWarnings } from '../../local/healthimaging/dicom/import-warning.ts';
import { peerFaults } from '../../service/dicom/errors.ts';

const root = join(import.meta.dirname, '../..');

/** Literals that look like codes and are none: words of AWS's APIs, of the platform and of zod, and a socket's end without one. */
const foreign = new Set([
  'ALL_NEW',
  'ALL_OLD',
  'CLOSED',
  'DEAD_LETTER_QUEUE_URLS',
  'ETIMEDOUT',
  'FULL_OBJECT',
  'IN_PROGRESS',
  'PENDING_REDRIVE',
  'code',
  'custom',
]);

/** Unions of types whose members are codes. */
const unions = ['StoreFaultCode', 'EndCause', 'Check', 'ConnectionRefusal', 'UnreadableCode'];

const sources = globSync('{core,service,lambdas,cdk}/**/*.ts', { cwd: root }).map((file) => ({
  file,
  text: readFileSync(join(root, file), 'utf8'),
}));

const textOf = (...rooms: readonly string[]): string =>
  sources
    .filter(({ file }) => rooms.some((room) => file.startsWith(`${room}/`)))
    .map(({ text }) => text)
    .join('\n');

/** The first group of every match. */
const all = (text: string, pattern: RegExp): readonly string[] =>
  [...text.matchAll(pattern)].flatMap(([, group]) => group ?? []);

/** The members of a union of string literals as the source has them: spelled out, or as the members of a list. */
export function unionMembers(name: string): readonly string[] {
  const text = textOf('core', 'service');
  const declared = new RegExp(`export type ${name} =([^;]+);`).exec(text)?.[1] ?? '';
  const list = /typeof (\w+)\)\[number\]/.exec(declared)?.[1];
  const spelled = list === undefined ? declared : (new RegExp(`const ${list} = \\[([^\\]]+)\\]`).exec(text)?.[1] ?? '');
  const members = all(spelled, /'([^']+)'/g);
  if (members.length === 0) throw new Error(`there is no union ${name}`);
  return members;
}

/**
 * Every stable code that the source has: string literals in capitals wherever they stand, what is given to `code`, the
 * tables of faults, the unions of codes, and the names that reasons in the ledger begin with.
 */
export function stableCodes(): ReadonlySet<string> {
  const text = textOf('core', 'service', 'lambdas');
  const noCodes = new Set<string>([
    ...foreign,
    ...settings().map(({ env }) => env),
    ...Object.keys(pipelineVariables),
    ...Object.keys(pipelineFaults),
  ]);
  const isCode = (literal: string) =>
    !noCodes.has(literal) && !/^(?:(?:SCP|AWS|OTEL|DSSCP)_|TLS_(?!IDENTITY)|\d)/.test(literal);
  return new Set([
    ...all(text, /'([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)'/g).filter(isCode),
    ...all(`${text}\n${textOf('cdk')}`, /\bcode(?: =|:) '([^']+)'/g).filter(isCode),
    ...Object.keys(peerFaults),
    ...Object.values(pipelineFaults),
    ...unions.flatMap(unionMembers),
    ...all(textOf('lambdas'), /`([A-Z][a-z]+(?:[A-Z][a-z]+)+): /g),
    ...all(textOf('cdk/pipeline'), /\berror: '(\w+)'/g),
    ...Object.values(importWarnings).map(({ type }) => type),
    ...Object.values(warningTypes),
  ]);
}
