import { shippedEnvironment, shippedService } from '../../support/shipped-service.ts';
import type { Place, Receiver } from '../receivers.ts';
import type { S3Drain } from './s3-drain.ts';

/** For every client of S3 in this run; the drain believes any signature. */
export const awsEnvironment = (drain: S3Drain): Readonly<Record<string, string>> => ({
  AWS_ENDPOINT_URL_S3: drain.endpoint,
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'bench',
  AWS_SECRET_ACCESS_KEY: 'bench',
});

/** The service as shipped, with the S3 store. */
export function serviceTo(drain: S3Drain, name: string, settings: Readonly<Record<string, string>> = {}): Receiver {
  return {
    name,
    command: () => shippedService,
    environment: ({ port, pduBytes }: Place) => ({
      ...shippedEnvironment,
      ...awsEnvironment(drain),
      SCP_HOST: '127.0.0.1',
      SCP_PORT: `${port}`,
      SCP_ADMIN_HOST: '127.0.0.1',
      SCP_ADMIN_PORT: '0',
      SCP_STORE: 's3',
      SCP_BUCKET: 'bench-bucket',
      SCP_S3_PATH_STYLE: 'true',
      SCP_MAX_PDU_BYTES: `${pduBytes}`,
      SCP_MAX_ASSOCIATIONS_PER_PEER: '1000',
      ...settings,
    }),
  };
}
