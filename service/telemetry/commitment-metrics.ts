import { Counter, type Registry } from 'prom-client';
import type { TelemetryEvent } from './events.ts';

/** The metrics of storage commitment. */
export function commitmentMetrics(registry: Registry): (event: TelemetryEvent) => void {
  const registers = [registry];
  const commitmentRequests = new Counter({
    name: 'dicom_store_scp_commitment_requests_total',
    help: 'Requests for storage commitment, by result.',
    labelNames: ['result'],
    registers,
  });
  const commitmentInstances = new Counter({
    name: 'dicom_store_scp_commitment_instances_total',
    help: 'Instances that storage commitment was decided for, by result.',
    labelNames: ['result'],
    registers,
  });
  const commitmentReports = new Counter({
    name: 'dicom_store_scp_commitment_reports_total',
    help: 'Tries to report on storage commitment, by code; those with which it was given up as EXPIRED.',
    labelNames: ['code'],
    registers,
  });
  return (event) => {
    switch (event.event) {
      case 'commitment-requested':
        commitmentRequests.inc({ result: event.status === 0 ? 'accepted' : 'refused' });
        return;
      case 'commitment-decided':
        commitmentInstances.inc({ result: 'committed' }, event.committed);
        commitmentInstances.inc({ result: 'failed' }, event.failed);
        return;
      case 'commitment-reported':
        commitmentReports.inc({ code: 'REPORTED' });
        return;
      case 'commitment-report-failed':
        commitmentReports.inc({ code: event.code });
        return;
      case 'commitment-expired':
        commitmentReports.inc({ code: 'EXPIRED' });
        return;
      default:
        return;
    }
  };
}
