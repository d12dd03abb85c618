import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { settings } from '../../core/config.ts';
import { pipelineFaults } from '../../core/pipeline-fault.ts';
import { pipelineVariables } from '../../core/pipeline-functions.ts';
import { importWarnings } from '../../local/healthimaging/dicom/import-warning.ts';
import { peerFaults } from '../../service/dicom/errors.ts';

const root = join(import.meta.dirname, '../..');

/** Literals that look like codes and are none: words of AWS's APIs, of the platform and of zod. */
const foreign = new Set(['ALL_OLD', 'FULL_OBJECT', 'PENDING_REDRIVE', 'ETIMEDOUT', 'code', 'custom']);

/** Unions of types whose members are codes, with the file that has each. */
const unions: readonly (readonly [file: string, name: string])[] = [
  ['core/object-store.ts', 'StoreFaultCode'],
  ['service/net/association-record.ts', 'EndCause'],
  ['service/net/judge.ts', 'Check'],
  ['service/telemetry/events.ts', 'ConnectionRefusal'],
  ['service/dicom/dataset/peek.ts', 'UnreadableCode'],
];

const read = (file: string): string => readFileSync(join(root, file), 'utf8');

/** The first group of every match. */
const all = (text: string, pattern: RegExp): readonly string[] =>
  [...text.matchAll(pattern)].flatMap(([, group]) => group ?? []);

/** The members of a union of string literals, as its source has them. */
export function unionMembers(file: string, name: string): readonly string[] {
  const declaration = new RegExp(`export type ${name} =([^;]+);`).exec(read(file))?.[1] ?? '';
  const members = all(declaration, /'([^']+)'/g);
  if (members.length === 0) throw new Error(`${file} has no union ${name}`);
  return members;
}

/**
 * Every stable code that the source has: string literals in capitals wherever they stand, what is given to `code`, the
 * tables of faults, the unions of codes, and the names that reasons in the ledger begin with.
 */
export function stableCodes(): ReadonlySet<string> {
  const sources = globSync('{core,service,lambdas,cdk}/**/*.ts', { cwd: root }).map(
    (file) => [file, read(file)] as const,
  );
  const inRooms = (...rooms: readonly string[]) =>
    sources.filter(([file]) => rooms.some((room) => file.startsWith(`${room}/`))).map(([, text]) => text);
  const text = inRooms('core', 'service', 'lambdas').join('\n');
  const variables = new Set<string>([...settings().map(({ env }) => env), ...Object.keys(pipelineVariables)]);
  const faultKeys = new Set<string>(Object.keys(pipelineFaults));
  const isCode = (literal: string) =>
    !variables.has(literal) &&
    !faultKeys.has(literal) &&
    !foreign.has(literal) &&
    !/^(SCP|TLS|DSSCP)_(?!IDENTITY)/.test(literal);
  return new Set([
    ...all(text, /'([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)'/g).filter(isCode),
    ...all(sources.map(([, source]) => source).join('\n'), /\bcode(?: =|:) '([^']+)'/g).filter(isCode),
    ...Object.keys(peerFaults),
    ...Object.values(pipelineFaults),
    ...unions.flatMap(([file, name]) => unionMembers(file, name)),
    ...all(inRooms('lambdas').join('\n'), /`([A-Z][a-z]+(?:[A-Z][a-z]+)+): /g),
    ...all(inRooms('cdk/pipeline').join('\n'), /\berror: '(\w+)'/g),
    ...Object.values(importWarnings).map(({ type }) => type),
  ]);
}
