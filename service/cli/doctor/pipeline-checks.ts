import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { GetDatastoreCommand, ListDICOMImportJobsCommand } from '@aws-sdk/client-medical-imaging';
import { ListExecutionsCommand } from '@aws-sdk/client-sfn';
import { type TableSchema, tables } from '../../../core/tables.ts';
import { lookIntoDeadLetters } from '../../operator/dead-letters.ts';
import { type Check, skipped, well } from './check.ts';

/** Where everything is imported to. */
export const datastore: Check = {
  name: 'datastore',
  remedy:
    'Check SCP_DATASTORE_ID and the region, and grant medical-imaging:GetDatastore and ListDICOMImportJobs on the datastore.',
  look: async ({ aws, config }) => {
    const datastoreId = config?.datastoreId;
    if (datastoreId === undefined) return skipped('SCP_DATASTORE_ID is not set');
    const { datastoreProperties } = await aws.imaging.send(new GetDatastoreCommand({ datastoreId }));
    const status = datastoreProperties?.datastoreStatus ?? 'unknown';
    if (status !== 'ACTIVE') {
      return { health: 'ill', detail: `${datastoreId} is ${status}`, remedy: 'Wait for it, or name another one.' };
    }
    const running = await aws.imaging.send(
      new ListDICOMImportJobsCommand({ datastoreId, jobStatus: 'IN_PROGRESS', maxResults: 50 }),
    );
    return well(`${datastoreId} is active, ${running.jobSummaries?.length ?? 0} import jobs run`);
  },
};

/** The tables of the ledger. */
export const ledgerTables: Check = {
  name: 'ledger',
  remedy:
    'Check BATCHES_TABLE, INSTANCES_TABLE and STUDIES_TABLE, and grant dynamodb:DescribeTable, GetItem, BatchGetItem, Query and Scan on them.',
  look: async ({ aws, environment }) => {
    const names = (['batches', 'instances', 'studies'] as const).map((table) => {
      const name = environment[`${table.toUpperCase()}_TABLE`] ?? '';
      return { table, name };
    });
    const unset = names.filter(({ name }) => name === '');
    if (unset.length === names.length) return skipped('BATCHES_TABLE, INSTANCES_TABLE, STUDIES_TABLE are not set');
    if (unset.length > 0) {
      const missing = unset.map(({ table }) => `${table.toUpperCase()}_TABLE`).join(', ');
      return { health: 'ill', detail: `${missing} is not set`, remedy: 'Set it: the stack has it as an output.' };
    }
    for (const { table, name } of names) {
      const { Table } = await aws.dynamodb.send(new DescribeTableCommand({ TableName: name }));
      const keys = (Table?.KeySchema ?? []).map(({ AttributeName }) => AttributeName).join(' ');
      const { partitionKey, sortKey }: TableSchema = tables[table];
      const expected = [partitionKey, sortKey].filter((key) => key !== undefined).join(' ');
      if (Table?.TableStatus !== 'ACTIVE' || keys !== expected) {
        const detail = `${name} is ${Table?.TableStatus ?? 'unknown'}, with the key ${keys}`;
        return { health: 'ill', detail, remedy: `Name the table of ${table}: its key is ${expected}.` };
      }
    }
    return well(`${names.map(({ name }) => name).join(', ')} are active`);
  },
};

/** What imports the batches. */
export const stateMachine: Check = {
  name: 'state machine',
  remedy:
    'Check STATE_MACHINE_ARN, and grant states:ListExecutions; replay needs StartExecution and DescribeExecution.',
  look: async ({ aws, environment }) => {
    const stateMachineArn = environment.STATE_MACHINE_ARN ?? '';
    if (stateMachineArn === '') return skipped('STATE_MACHINE_ARN is not set');
    const { executions = [] } = await aws.sfn.send(
      new ListExecutionsCommand({ stateMachineArn, statusFilter: 'RUNNING', maxResults: 100 }),
    );
    return well(`answers, ${executions.length === 100 ? '100 or more' : executions.length} executions run`);
  },
};

/** Messages that were given up. */
export const deadLetters: Check = {
  name: 'dead letters',
  remedy: 'Check DEAD_LETTER_QUEUE_URLS, and grant sqs:GetQueueAttributes; replay needs StartMessageMoveTask.',
  look: async ({ aws, environment }) => {
    const urls = (environment.DEAD_LETTER_QUEUE_URLS ?? '').split(',').filter((url) => url !== '');
    if (urls.length === 0) return skipped('DEAD_LETTER_QUEUE_URLS is not set');
    let messages = 0;
    for (const url of urls) messages += (await lookIntoDeadLetters(aws.sqs, url)).messages;
    if (messages === 0) return well('none');
    return {
      health: 'doubtful',
      detail: `${messages} messages were given up`,
      remedy: 'See the logs of the functions for why; then: dicom-store-scp replay --dead-letters.',
    };
  },
};
