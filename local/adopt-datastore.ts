import { CreateDatastoreCommand, ListDatastoresCommand, MedicalImagingClient } from '@aws-sdk/client-medical-imaging';
import { localAccount } from './local-account.ts';

/** The datastore of the local edition: the one of an earlier run, or a new one. */
export async function adoptDatastore(endpoint: string): Promise<string> {
  const client = new MedicalImagingClient({ ...localAccount, endpoint, disableHostPrefix: true });
  const { datastoreSummaries = [] } = await client.send(new ListDatastoresCommand({ datastoreStatus: 'ACTIVE' }));
  const [first] = datastoreSummaries;
  if (first?.datastoreId !== undefined) return first.datastoreId;
  const { datastoreId } = await client.send(new CreateDatastoreCommand({ datastoreName: 'local' }));
  if (datastoreId === undefined) throw new Error('the emulator made a datastore without an id');
  return datastoreId;
}
