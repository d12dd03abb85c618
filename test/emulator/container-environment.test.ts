import { describe, expect, it } from 'vitest';
import { onThisMachine } from './service-here.ts';
import { containerEnvironment } from './task-environment.ts';

describe('the environment of a container', () => {
  const described = {
    taskDefinition: {
      taskDefinitionArn: 'arn:aws:ecs:us-east-1:000000000000:task-definition/scp:1',
      containerDefinitions: [
        { name: 'collector' },
        { name: 'dicom-store-scp', environment: [{ name: 'SCP_BUCKET', value: 'landing' }], cpu: 0 },
      ],
    },
  };

  it('is that of the container of this name', () => {
    expect(containerEnvironment(described, 'dicom-store-scp')).toEqual({ SCP_BUCKET: 'landing' });
    expect(containerEnvironment(described, 'collector')).toEqual({});
  });

  it('is asked for in vain where there is none', () => {
    expect(() => containerEnvironment(described, 'scp')).toThrow('no container scp');
  });
});

describe('a container on this machine', () => {
  it('keeps its own variables but for those that a network and a role of its own give it', () => {
    const container = { SCP_BUCKET: 'landing', SCP_PORT: '11112', AWS_REGION: 'us-east-1' };
    const { environment, changed } = onThisMachine(container, {
      AWS_REGION: 'us-east-1',
      AWS_ENDPOINT_URL: 'http://a',
    });
    expect(environment).toMatchObject({ SCP_BUCKET: 'landing', SCP_PORT: '0', AWS_ENDPOINT_URL: 'http://a' });
    expect(changed).toEqual(['SCP_PORT']);
  });
});
