import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FaultRule } from '../../local/s3/fault.ts';
import { makeCertificate, replaceFiles } from '../support/certificates.ts';
import { StoreScu } from '../support/store-scu.ts';
import { dcmtk, store } from './senders.ts';
import { calm, MAX_ASSOCIATIONS, type Site } from './site.ts';

const CT = '1.2.840.10008.5.1.4.1.1.2';
const EXPLICIT_LITTLE_ENDIAN = '1.2.840.10008.1.2.1';

/** Something that goes wrong, and what must be heard of it. */
export interface RehearsedFault {
  readonly what: string;
  /** The alerts that it raises, and no others. */
  readonly raises: readonly string[];
  /** Others that it may raise, by how far it has got when it is looked at. */
  readonly mayRaise?: readonly string[];
  /** Is done again and again until the alerts fire. */
  readonly inject: (site: Site) => Promise<void>;
  readonly heal?: (site: Site) => Promise<void>;
}

const storesOf =
  (bucketPrefix: string, fault: ReturnType<FaultRule>): FaultRule =>
  ({ operation, key }) =>
    operation === 'PutObject' && key.startsWith(bucketPrefix) ? fault : undefined;

const onPort = (site: Site) => ['127.0.0.1', String(site.edition.dicomPort)] as const;
const calmDown = async (site: Site) => site.disturb(calm);
const held = new WeakMap<Site, StoreScu[]>();

export const rejectedTitle: RehearsedFault = {
  what: 'a peer calls a title that is not served',
  raises: ['AssociationsRejected'],
  inject: async (site) => {
    await Promise.all(Array.from({ length: 4 }, () => dcmtk('echoscu', '-aec', 'WRONG', ...onPort(site))));
  },
};

export const storeOutage: RehearsedFault = {
  what: 'S3 fails',
  raises: ['AcknowledgementBudgetBurn', 'StoreFailing'],
  inject: async (site) => site.disturb(storesOf('batches/', { kind: 'error', code: 'AccessDenied', when: 'before' })),
  heal: calmDown,
};

/** Of one file: a job that fails as a whole is halved and imported all the same, which raises nothing. */
export const fileFails: RehearsedFault = {
  what: 'HealthImaging does not take a file',
  raises: ['ImportBudgetBurn', 'InstancesNotImported'],
  inject: async ({ healthImaging }) => healthImaging.add({ kind: 'fail-file', keyIncludes: '.dcm', times: 1 }),
};

/** The faults of the short rehearsal. */
export const fewFaults: readonly RehearsedFault[] = [rejectedTitle, storeOutage, fileFails];

/** Every fault that can be had on one machine, the last of which ends the service. */
export const allFaults: readonly RehearsedFault[] = [
  rejectedTitle,
  {
    what: 'associations are used up',
    raises: ['AssociationsNearLimit', 'AssociationsTurnedAway'],
    inject: async (site) => {
      const open = held.get(site) ?? [];
      held.set(site, open);
      while (open.length < MAX_ASSOCIATIONS) {
        const options = { port: site.edition.dicomPort, sopClassUid: CT, transferSyntaxUid: EXPLICIT_LITTLE_ENDIAN };
        const scu = await StoreScu.associate(options).catch(() => undefined);
        if (scu === undefined) break;
        open.push(scu);
      }
      await dcmtk('echoscu', '-aec', 'STORESCP', ...onPort(site));
    },
    heal: async (site) => {
      for (const scu of held.get(site) ?? []) await scu.release();
    },
  },
  {
    what: 'a peer aborts its associations',
    raises: ['AssociationsBroken'],
    inject: async (site) => {
      await Promise.all(
        Array.from({ length: 4 }, () => dcmtk('echoscu', '--abort', '-aec', 'STORESCP', ...onPort(site))),
      );
    },
  },
  {
    what: 'a modality sends other instances than it announces',
    raises: ['InstancesRefused'],
    inject: async (site) => {
      const scu = await StoreScu.associate({
        port: site.edition.dicomPort,
        sopClassUid: CT,
        transferSyntaxUid: EXPLICIT_LITTLE_ENDIAN,
      });
      const [file = ''] = site.files;
      const dataSet = join(site.folder, 'dataset.bin');
      await dcmtk('dcmconv', '--write-dataset', '--write-xfer-little', file, dataSet);
      const bytes = await readFile(dataSet);
      await scu.store({ sopClassUid: CT, sopInstanceUid: '2.25.999', chunks: () => [bytes] });
      await scu.release();
    },
  },
  storeOutage,
  {
    what: 'S3 is slow',
    raises: ['AcknowledgementBudgetBurn'],
    inject: async (site) => site.disturb(storesOf('batches/', { kind: 'delay', delayMs: 12_000 })),
    heal: calmDown,
  },
  {
    what: 'manifests cannot be written',
    raises: ['SealsFailing'],
    inject: async (site) =>
      site.disturb(storesOf('manifests/', { kind: 'error', code: 'ServiceUnavailable', when: 'before' })),
    heal: calmDown,
  },
  fileFails,
  {
    what: 'the results of a job come late',
    raises: ['ImportsLate'],
    inject: async ({ healthImaging }) => healthImaging.add({ kind: 'late-outputs', delayMs: 60_000, times: 1 }),
  },
  {
    what: 'an instance lacks its study',
    raises: ['ImportDoubtful'],
    mayRaise: ['ImportBudgetBurn', 'InstancesNotImported'],
    inject: async (site) => {
      const [file = ''] = site.files;
      const copy = join(site.folder, 'studyless.dcm');
      await cp(file, copy);
      await dcmtk('dcmodify', '--no-backup', '--erase', '(0020,000d)', copy);
      await store(site.edition.dicomPort, [copy]);
    },
  },
  {
    what: 'a certificate is about to expire',
    raises: ['CertificateExpiring'],
    inject: async (site) => {
      const soon = await makeCertificate(site.folder, 'soon', { commonName: 'scp.example', days: 5 });
      await replaceFiles(site.certificate, soon);
    },
    heal: async (site) => {
      const later = await makeCertificate(site.folder, 'later', { commonName: 'scp.example', days: 60 });
      await replaceFiles(site.certificate, later);
    },
  },
  {
    what: 'a new certificate cannot be read',
    raises: ['ReloadFailing'],
    inject: async ({ certificate }) => writeFile(certificate.certificateFile, `no certificate ${Date.now()}`),
    heal: async (site) => {
      const good = await makeCertificate(site.folder, 'good', { commonName: 'scp.example', days: 60 });
      await replaceFiles(site.certificate, good);
    },
  },
  {
    what: 'the spool cannot be uploaded',
    raises: ['SpoolStalled'],
    inject: async (site) => {
      site.disturbSpooled(() => ({ kind: 'error', code: 'ServiceUnavailable', when: 'before' }));
      await store(site.spooledPort, site.files);
    },
    heal: async (site) => site.disturbSpooled(calm),
  },
  {
    what: 'the service is killed',
    raises: ['ScpDown', 'ScpInstanceDown'],
    mayRaise: ['ImportsLate', 'LedgerUnread'],
    inject: async ({ edition }) => edition.killService(),
  },
];
