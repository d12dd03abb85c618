import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { MedicalImagingClient } from '@aws-sdk/client-medical-imaging';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

/** Clients of AWS, each made when it is first asked for: region, credentials and endpoints are the environment's. */
export class AwsClients {
  readonly #environment: Readonly<Record<string, string | undefined>>;
  #made: { dynamodb?: DynamoDBDocumentClient; s3?: S3Client; imaging?: MedicalImagingClient } = {};
  #queues: { sfn?: SFNClient; sqs?: SQSClient } = {};

  constructor(environment: Readonly<Record<string, string | undefined>>) {
    this.#environment = environment;
  }

  get dynamodb(): DynamoDBDocumentClient {
    this.#made.dynamodb ??= DynamoDBDocumentClient.from(new DynamoDBClient());
    return this.#made.dynamodb;
  }

  get s3(): S3Client {
    this.#made.s3 ??= new S3Client({ forcePathStyle: this.#environment.SCP_S3_PATH_STYLE === 'true' });
    return this.#made.s3;
  }

  get imaging(): MedicalImagingClient {
    // An endpoint of one's own has no host for each kind of request.
    const isLocal = this.#environment.AWS_ENDPOINT_URL_MEDICAL_IMAGING !== undefined;
    this.#made.imaging ??= new MedicalImagingClient({ disableHostPrefix: isLocal });
    return this.#made.imaging;
  }

  get sfn(): SFNClient {
    // Without this StartExecution of an emulator would be asked for at `sync-` or `states.` hosts.
    this.#queues.sfn ??= new SFNClient({ disableHostPrefix: this.#environment.AWS_ENDPOINT_URL_SFN !== undefined });
    return this.#queues.sfn;
  }

  get sqs(): SQSClient {
    this.#queues.sqs ??= new SQSClient();
    return this.#queues.sqs;
  }
}
