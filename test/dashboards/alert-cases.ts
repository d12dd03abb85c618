/** Series of a case, by name and labels, in promtool's notation. They stand in place of the healthy ones. */
export type SeriesOfCase = Readonly<Record<string, string>>;

export interface AlertCase {
  readonly alert: string;
  /** What makes it fire. */
  readonly firing: SeriesOfCase;
  /** The same a little better: nothing fires. */
  readonly quiet: SeriesOfCase;
  /** Others that fire with it, rightly. */
  readonly others?: readonly string[];
  /** Others that fire where it does not. */
  readonly othersOfQuiet?: readonly string[];
}

const release = 'job="scp-admin",namespace="imaging"';
const a = `instance="10.0.0.1:8080",${release}`;
const b = `instance="10.0.0.2:8080",${release}`;
const scp = (suffix: string, more = '') => `dicom_store_scp_${suffix}{${more === '' ? '' : `${more},`}${a}}`;

const rejected = (reason: string, because: string) =>
  scp('associations_rejected_total', `reason="${reason}",because="${because}"`);
const refused = (code: string) => scp('instances_refused_total', `code="${code}"`);
const ended = (how: string) => scp('associations_ended_total', `how="${how}",code=""`);
const stored = (le: string) => scp('store_duration_seconds_bucket', `le="${le}"`);
const imported = (status: string, le: string) => scp('import_duration_seconds_bucket', `status="${status}",le="${le}"`);
const importCount = (status: string) => scp('import_duration_seconds_count', `status="${status}"`);

/** A service at work, a sample each half minute for two hours. */
export const healthy: SeriesOfCase = {
  [`up{${a}}`]: '1x240',
  'up{job="other",instance="10.0.0.9:80"}': '0x240',
  [scp('build_info', 'version="1"')]: '1x240',
  [scp('associations')]: '5x240',
  [scp('associations_limit')]: '300x240',
  [rejected('local-limit-exceeded', 'associations')]: '0x240',
  [rejected('local-limit-exceeded', 'draining')]: '0+5x240',
  [rejected('called-ae-title-not-recognized', 'called-ae-title')]: '0x240',
  [ended('released')]: '0+4x240',
  [ended('aborted-by-peer')]: '0x240',
  [scp('instances_total', 'result="kept"')]: '0+50x240',
  [scp('certificate_expiry_timestamp_seconds')]: `${30 * 86_400}x240`,
  [scp('reload_failures_total', 'what="tls"')]: '0x240',
  [refused('STORE_TIMEOUT')]: '0x240',
  [refused('DATA_SET_UNREADABLE')]: '0x240',
  [stored('10')]: '0+50x240',
  [scp('store_duration_seconds_count')]: '0+50x240',
  [scp('seal_failures_total')]: '0x240',
  [scp('lease_renewal_failures_total')]: '0x240',
  [scp('oldest_open_batch_age_seconds')]: '20x240',
  [scp('store_buffer_waiting')]: '0x240',
  [scp('bytes_in_flight_saturated')]: '0x240',
  [scp('spool_volume_used_ratio')]: '0.4x240',
  [scp('spool_oldest_age_seconds')]: '1x240',
  [scp('spool_uploads_failing')]: '0x240',
  [scp('spool_damaged_total')]: '0x240',
  [scp('import_problems_total', 'code="ATTRIBUTE_MISSING",severity="fails"')]: '0x240',
  [scp('import_problems_total', 'code="UID_MALFORMED",severity="degrades"')]: '0+5x240',
  [imported('completed', '900')]: '0+1x240',
  [importCount('completed')]: '0+1x240',
  [importCount('completed-with-failures')]: '0x240',
  [importCount('failed')]: '0x240',
  [scp('import_failures_total', 'reason="JobFailed"')]: '0x240',
  [scp('import_oldest_unreconciled_age_seconds')]: '40x240',
  [scp('import_batches', 'status="importing"')]: '3x240',
  [scp('import_concurrent_jobs_limit')]: '100x240',
  [scp('ledger_read_timestamp_seconds')]: '0+30x240',
  [scp('bugs_total')]: '0x240',
  [`nodejs_eventloop_lag_p99_seconds{${a}}`]: '0.02x240',
  'nodejs_eventloop_lag_p99_seconds{job="other",instance="10.0.0.9:80"}': '9x240',
  [`process_resident_memory_bytes{${a}}`]: '200000000x240',
  'process_resident_memory_bytes{job="other",instance="10.0.0.9:80"}': '9000000000x240',
};

/** One step up at half past one, so that what looks back a quarter of an hour sees it at the end. */
const lately = (step: number) => `0x219 ${step}x20`;

export const alertCases: readonly AlertCase[] = [
  {
    alert: 'ScpDown',
    firing: { [`up{${a}}`]: '1x200 0x40', [scp('build_info', 'version="1"')]: '1x200 _x40' },
    others: ['ScpInstanceDown'],
    quiet: { [`up{${a}}`]: '1x200 0x40', [`up{${b}}`]: '1x240' },
    othersOfQuiet: ['ScpInstanceDown'],
  },
  {
    alert: 'ScpInstanceDown',
    firing: { [`up{${b}}`]: '1x200 0x40' },
    quiet: { [`up{${b}}`]: '1x235 0x5' },
  },
  {
    alert: 'AssociationsTurnedAway',
    firing: { [rejected('local-limit-exceeded', 'associations')]: '0x235 2x5' },
    quiet: { [rejected('local-limit-exceeded', 'draining')]: '0x235 2x5' },
  },
  {
    alert: 'AssociationsNearLimit',
    firing: { [scp('associations')]: '5x200 240x40' },
    quiet: { [scp('associations')]: '5x200 239x40' },
  },
  {
    alert: 'AssociationsRejected',
    firing: { [rejected('called-ae-title-not-recognized', 'called-ae-title')]: '0x200 0+2x40' },
    quiet: { [rejected('called-ae-title-not-recognized', 'called-ae-title')]: '0x200 0+0.5x40' },
  },
  {
    alert: 'AssociationsBroken',
    firing: { [ended('aborted-by-peer')]: '0x200 0+2x40' },
    quiet: { [ended('aborted-by-peer')]: '0x200 0+1x40' },
  },
  {
    alert: 'CertificateExpiring',
    firing: { [scp('certificate_expiry_timestamp_seconds')]: `${21 * 86_400}x240` },
    quiet: { [scp('certificate_expiry_timestamp_seconds')]: `${22 * 86_400}x240` },
  },
  {
    alert: 'ReloadFailing',
    firing: { [scp('reload_failures_total', 'what="tls"')]: lately(1) },
    quiet: { [scp('reload_failures_total', 'what="tls"')]: '0x100 1x140' },
  },
  {
    alert: 'StoreFailing',
    firing: { [refused('STORE_TIMEOUT')]: '0x235 4x5' },
    quiet: { [refused('STORE_TIMEOUT')]: '0x235 2x5' },
  },
  {
    alert: 'InstancesRefused',
    firing: { [refused('DATA_SET_UNREADABLE')]: '0x235 12x5' },
    quiet: { [refused('DATA_SET_UNREADABLE')]: '0x235 5x5' },
  },
  {
    alert: 'SealsFailing',
    firing: { [scp('seal_failures_total')]: '0x235 2x5', [scp('lease_renewal_failures_total')]: '0x235 2x5' },
    quiet: { [scp('seal_failures_total')]: '0x235 2x5' },
  },
  {
    alert: 'BatchNotSealed',
    firing: { [scp('oldest_open_batch_age_seconds')]: '901x240' },
    quiet: { [scp('oldest_open_batch_age_seconds')]: '900x240' },
  },
  {
    alert: 'SendersHeldBack',
    firing: { [scp('bytes_in_flight_saturated')]: '0x200 1x40' },
    quiet: { [scp('bytes_in_flight_saturated')]: '0x235 1x5' },
  },
  {
    alert: 'SpoolFilling',
    firing: { [scp('spool_volume_used_ratio')]: '0.85x240' },
    quiet: { [scp('spool_volume_used_ratio')]: '0.84x240' },
  },
  {
    alert: 'SpoolFull',
    firing: { [scp('spool_volume_used_ratio')]: '0.95x240' },
    quiet: { [scp('spool_volume_used_ratio')]: '0.94x240' },
    othersOfQuiet: ['SpoolFilling'],
  },
  {
    alert: 'SpoolStalled',
    firing: { [scp('spool_uploads_failing')]: '0x200 1x40' },
    quiet: { [scp('spool_uploads_failing')]: '0x220 1x20', [scp('spool_oldest_age_seconds')]: '3600x240' },
  },
  {
    alert: 'SpoolStalled',
    firing: { [scp('spool_oldest_age_seconds')]: '3601x240' },
    quiet: {},
  },
  {
    alert: 'SpoolDamaged',
    firing: { [scp('spool_damaged_total')]: lately(1) },
    quiet: {},
  },
  {
    alert: 'ImportDoubtful',
    firing: { [scp('import_problems_total', 'code="ATTRIBUTE_MISSING",severity="fails"')]: lately(1) },
    quiet: { [scp('import_problems_total', 'code="UID_MALFORMED",severity="degrades"')]: lately(1) },
  },
  {
    alert: 'ImportsFailed',
    firing: {
      [importCount('failed')]: lately(1),
      [scp('import_failures_total', 'reason="JobFailed"')]: lately(9),
    },
    quiet: {
      [importCount('failed')]: '0x100 1x140',
      [scp('import_failures_total', 'reason="JobFailed"')]: '0x100 9x140',
    },
  },
  {
    alert: 'InstancesNotImported',
    firing: { [scp('import_failures_total', 'reason="JobFailed"')]: lately(1) },
    quiet: {},
  },
  {
    alert: 'ImportsLate',
    firing: { [scp('import_oldest_unreconciled_age_seconds')]: '3601x240' },
    quiet: { [scp('import_oldest_unreconciled_age_seconds')]: '3600x240' },
  },
  {
    alert: 'ImportQuotaNear',
    firing: { [scp('import_batches', 'status="importing"')]: '80x240' },
    quiet: { [scp('import_batches', 'status="importing"')]: '79x240' },
  },
  {
    alert: 'LedgerUnread',
    firing: { [scp('ledger_read_timestamp_seconds')]: '0+30x220 6600x20' },
    quiet: { [scp('ledger_read_timestamp_seconds')]: '0+30x235 7050x5' },
  },
  {
    alert: 'ServiceBug',
    firing: { [scp('bugs_total')]: lately(1) },
    quiet: {},
  },
  {
    alert: 'EventLoopBlocked',
    firing: { [`nodejs_eventloop_lag_p99_seconds{${a}}`]: '0.51x240' },
    quiet: { [`nodejs_eventloop_lag_p99_seconds{${a}}`]: '0.5x240' },
  },
  {
    alert: 'MemoryHigh',
    firing: { [`process_resident_memory_bytes{${a}}`]: '2000000000x240' },
    quiet: { [`process_resident_memory_bytes{${a}}`]: '1900000000x240' },
  },
  {
    // 20 of 100 late is twenty times what one of 100 allows: above 14.4 times.
    alert: 'AcknowledgementBudgetBurn',
    firing: { [stored('10')]: '0+40x240' },
    quiet: { [stored('10')]: '0+49.7x240' },
  },
  {
    alert: 'AcknowledgementBudgetBurn',
    firing: { [refused('STORE_TIMEOUT')]: '0+20x240' },
    others: ['StoreFailing'],
    // The trouble is over: the long window still has it, the short one has not.
    quiet: { [refused('STORE_TIMEOUT')]: '0+20x120 2400x120' },
    othersOfQuiet: ['AcknowledgementBudgetBurn'],
  },
  {
    alert: 'ImportBudgetBurn',
    firing: { [imported('completed', '900')]: '0+0.5x240' },
    quiet: { [imported('completed', '900')]: '0+0.995x240' },
  },
];
