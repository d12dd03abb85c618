import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/** Where a stack's own metrics are in CloudWatch: apart from those of other stacks of the account. */
export const metricsNamespace = (scope: Construct): string => `DicomStoreScp/${Stack.of(scope).stackName}`;
