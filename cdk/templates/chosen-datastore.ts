import { CfnCondition, Fn, Resource } from 'aws-cdk-lib';
import { CfnDatastore, type DatastoreReference, type IDatastoreRef } from 'aws-cdk-lib/aws-healthimaging';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { ImagingDatastore } from '../datastore/imaging-datastore.ts';

/** The data store of an id that is known at deployment, or a new one where the id is empty. */
export class ChosenDatastore extends Resource implements IDatastoreRef {
  readonly datastoreRef: DatastoreReference;

  constructor(scope: Construct, id: string, props: { readonly datastoreId: string; readonly encryptionKey: IKey }) {
    super(scope, id);
    const isNew = new CfnCondition(this, 'IsNew', { expression: Fn.conditionEquals(props.datastoreId, '') });
    const { datastore } = new ImagingDatastore(this, 'Imaging', { encryptionKey: props.encryptionKey });
    datastore.cfnOptions.condition = isNew;
    const adopted = CfnDatastore.fromDatastoreId(this, 'Adopted', props.datastoreId).datastoreRef;
    const either = (created: string, existing: string) => Fn.conditionIf(isNew.logicalId, created, existing).toString();
    this.datastoreRef = {
      datastoreId: either(datastore.ref, adopted.datastoreId),
      datastoreArn: either(datastore.attrDatastoreArn, adopted.datastoreArn),
    };
  }
}
