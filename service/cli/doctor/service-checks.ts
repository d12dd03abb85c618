import { deployment } from '../../../core/deployment.ts';
import { verificationSopClassUid } from '../../dicom/uids.ts';
import { Association } from '../scu/association.ts';
import { ScuError } from '../scu/scu-error.ts';
import { type Check, skipped, well } from './check.ts';

const TIMEOUT_MS = 5_000;
const CONTEXT_ID = 1;
const implicitVrLittleEndian = '1.2.840.10008.1.2';

/** What the service of this environment says of itself. */
export const readiness: Check = {
  name: 'service',
  remedy: 'Start it: npm start, or dicom-store-scp start. Its log says why it ended.',
  look: async ({ config }) => {
    if (config === undefined) return skipped('the configuration cannot be used');
    const url = `http://${localName(config.adminHost)}:${config.adminPort}${deployment.probes.readiness.path}`;
    const answer = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    const text = (await answer.text()).trim();
    if (answer.ok) return well(`${url} says ${text}`);
    return { health: 'ill', detail: `${url} says ${text}`, remedy: 'See what it names, and its log.' };
  },
};

/** Whether it takes associations. */
export const dicomPort: Check = {
  name: 'C-ECHO',
  remedy: 'See the service; dicom-store-scp explain says whom it lets in.',
  look: async ({ config }) => {
    if (config === undefined) return skipped('the configuration cannot be used');
    if (!config.plain) return skipped('the service listens for TLS alone: try dicom-store-scp echo --tls');
    const { port } = config;
    const titles = { calledAeTitle: config.aeTitles[0] ?? '', callingAeTitle: config.callingAeTitles[0] ?? 'DOCTOR' };
    const association = await Association.open({ host: localName(config.host), port, timeoutMs: TIMEOUT_MS }, titles, [
      { id: CONTEXT_ID, abstractSyntaxUid: verificationSopClassUid, transferSyntaxUids: [implicitVrLittleEndian] },
    ]);
    try {
      const status = await association.echo(CONTEXT_ID);
      if (status !== 0) throw new ScuError('REFUSED', `status 0x${status.toString(16)}`, { retryable: false });
      await association.release();
    } finally {
      association.close();
    }
    return well(`${titles.calledAeTitle} at port ${port} answers`);
  },
};

/** What listens everywhere is asked at home. */
const localName = (host: string): string => (host === '0.0.0.0' || host === '::' ? 'localhost' : host);
