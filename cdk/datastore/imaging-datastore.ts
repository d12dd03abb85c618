import { RemovalPolicy } from 'aws-cdk-lib';
import { CfnDatastore } from 'aws-cdk-lib/aws-healthimaging';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';

export interface ImagingDatastoreProps {
  /**
   * A key of the customer's.
   * @default - a key that AWS owns
   */
  readonly encryptionKey?: IKey;
}

/** A HealthImaging data store. It outlives the stack. */
export class ImagingDatastore extends Construct {
  readonly datastore: CfnDatastore;

  constructor(scope: Construct, id: string, { encryptionKey }: ImagingDatastoreProps = {}) {
    super(scope, id);
    this.datastore = new CfnDatastore(this, 'Datastore', {
      ...(encryptionKey === undefined ? {} : { kmsKeyArn: encryptionKey.keyArn }),
    });
    this.datastore.applyRemovalPolicy(RemovalPolicy.RETAIN);
  }
}
