import { connectionTo, localCredentials, startLocal, temporaryFolder } from './local-server.ts';
import { s3Contract } from './s3-contract.ts';

s3Contract(
  'local/s3',
  async () => {
    const folder = await temporaryFolder();
    const server = await startLocal(folder.path);
    return connectionTo(server.endpoint, localCredentials, async () => {
      await server.close();
      await folder.remove();
    });
  },
  { gaps: {} },
);
