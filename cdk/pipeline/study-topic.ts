import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';

export interface StudyTopicProps {
  readonly encryptionKey: IKey;
}

/**
 * The topic on which other systems are told that a study is complete or needs attention: a JSON object of identifiers
 * and counts, with the attribute `state` to filter by. It holds no names and no values of patients.
 */
export class StudyTopic extends Construct {
  readonly topic: Topic;

  constructor(scope: Construct, id: string, { encryptionKey }: StudyTopicProps) {
    super(scope, id);
    this.topic = new Topic(this, 'Topic', {
      displayName: 'DICOM Store SCP: studies',
      masterKey: encryptionKey,
      enforceSSL: true,
    });
  }
}
