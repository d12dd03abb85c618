import { parseConfig, settings } from '../../../core/config.ts';
import type { Config } from '../../../core/config-schema.ts';
import { implementation } from '../../../core/implementation.ts';
import { maxActionBytes } from '../../../service/dicom/dimse/action-operation.ts';
import { maxCommandBytes } from '../../../service/dicom/dimse/message-assembler.ts';
import { acknowledgementOf } from '../../../service/dicom/negotiation/acknowledge-identity.ts';
import { dicomApplicationContext, identityTypes, itemTypes } from '../../../service/dicom/pdu/codes.ts';
import { leniencies } from '../../../service/dicom/pdu/leniency.ts';
import { tlsProfiles } from '../../../service/net/tls-profiles.ts';
import { durationText, table } from './markdown.ts';
import type { ServiceSection } from './service-section.ts';

const defaults = parseConfig({ SCP_FOLDER: 'x' });

/** The names of settings whose value is a number and that are always set. */
type NumericSetting = {
  [K in keyof Config]-?: Config[K] extends number ? K : never;
}[keyof Config];

const envOf = (name: keyof Config): string => settings().find((setting) => setting.name === name)?.env ?? name;
const settingOf = (name: keyof Config): string => `\`${envOf(name)}\``;
const number = (value: number): string => value.toLocaleString('en-US');

export function policyTable(sections: readonly ServiceSection[]): string {
  const initiated = sections.flatMap(({ initiates }) => (initiates === '' ? [] : [initiates]));
  const takesActions = sections.some(({ service }) => service === 'storage-commitment');
  const limit = (what: string, name: NumericSetting) => [what, number(defaults[name]), settingOf(name)];
  return table(
    ['policy', 'value', 'setting'],
    [
      ['application context', `\`${dicomApplicationContext}\``, ''],
      limit('associations at a time', 'maxAssociations'),
      limit('associations at a time from one address', 'maxAssociationsPerPeer'),
      ['associations initiated', initiated.join('; ') || 'none', ''],
      limit('P-DATA-TF that is announced, in bytes', 'maxPduBytes'),
      limit('P-DATA-TF that is taken, in bytes', 'maxReceivedPduBytes'),
      ['P-DATA-TF that is sent', 'as long as the peer announces', ''],
      ['command set, in bytes', number(maxCommandBytes), ''],
      ...(takesActions ? [['data set of an N-ACTION, in bytes', number(maxActionBytes), '']] : []),
      limit('operations outstanding', 'asyncWindow'),
      ['Implementation Class UID', `\`${implementation.classUid}\``, ''],
      ['Implementation Version Name', `\`${implementation.versionName}\``, ''],
    ],
  );
}

const timers: readonly (readonly [name: NumericSetting, what: string, then: string])[] = [
  ['artimTimeoutMs', 'ARTIM: from the TCP connection to the whole A-ASSOCIATE-RQ; and until the peer closes', 'close'],
  ['inFlightTimeoutMs', 'a message that has begun brings next to nothing, or answers are left unread', 'A-ABORT'],
  ['idleTimeoutMs', 'an association is silent and nothing is outstanding', 'A-ABORT'],
  ['storeDeadlineMs', 'the store does not confirm an instance', 'C-STORE-RSP A700'],
  ['closeTimeoutMs', 'a connection that is being closed is not gone', 'cut'],
  ['drainTimeoutMs', 'associations go on after SIGTERM', 'A-RELEASE-RQ when nothing is under way, else A-ABORT'],
];

export const timerTable = (): string =>
  table(
    ['setting', 'default', 'runs while', 'when it expires'],
    timers.map(([name, what, then]) => [settingOf(name), durationText(defaults[name]), what, then]),
  );

/** What is made of each item of user information. Keys are checked against the item types that are decoded. */
const negotiation: Readonly<Partial<Record<keyof typeof itemTypes, string>>> = {
  maxLength: 'heeded; ours is in the table above',
  implementationClassUid: 'logged',
  implementationVersionName: 'logged',
  asyncOperationsWindow:
    'answered, with no more than was asked for and never with 0 (unlimited), where the setting or the peers file grants more than 1; else left out, which means 1',
  roleSelection:
    'answered: the requestor may be SCU, never SCP, of every service that is accepted. Proposed on associations for reports, as SCP',
  extendedNegotiation: 'none supported; not answered',
  commonExtendedNegotiation: 'read: a SOP class that is declared to be one of storage is taken as such',
  userIdentity: 'acknowledged, and verified where the peers file asks for it',
};

export const negotiationTable = (): string =>
  table(
    ['item', 'type', 'what is made of it'],
    Object.entries(negotiation).map(([name, what]) => [
      words(name),
      `${itemTypes[name as keyof typeof negotiation].toString(16)}H`,
      what,
    ]),
  );

const verified: readonly string[] = ['usernameAndPasscode', 'jsonWebToken'];

export const identityTable = (): string =>
  table(
    ['type', 'identity', 'positive response', 'verified'],
    Object.entries(identityTypes).map(([name, identityType]) => {
      const bytes = new Uint8Array();
      const answer = acknowledgementOf({
        identityType,
        positiveResponseRequested: true,
        primaryField: bytes,
        secondaryField: bytes,
      });
      return [
        String(identityType),
        words(name),
        answer === undefined ? 'none' : 'an empty one',
        verified.includes(name) ? 'where the peers file asks for it' : 'no',
      ];
    }),
  );

export const leniencyTable = (): string =>
  table(
    ['kind', 'what is tolerated'],
    Object.entries(leniencies).map(([kind, what]) => [`\`${kind}\``, what]),
  );

export const tlsTable = (): string =>
  table(
    ['', ...Object.keys(tlsProfiles).map((name) => `\`${name}\``)],
    [
      ['profile of PS3.15', 'B.12 BCP 195 RFC 8996, 9325', 'B.13 Modified BCP 195 RFC 8996, 9325'],
      ['versions', ...Object.values(tlsProfiles).map(({ minVersion, maxVersion }) => `${minVersion}, ${maxVersion}`)],
      ['cipher suites', ...Object.values(tlsProfiles).map(({ ciphers }) => list(ciphers))],
      ['groups', ...Object.values(tlsProfiles).map(({ ecdhCurve }) => list(ecdhCurve))],
      ['signatures', ...Object.values(tlsProfiles).map(({ sigalgs }) => list(sigalgs))],
    ],
  );

const list = (names: string): string => names.split(':').join('<br>');
/** `maxLength` as `max length`. */
const words = (name: string): string =>
  name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`).replace(/uid$/, 'UID');
