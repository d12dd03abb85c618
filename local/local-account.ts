/** The account of the emulators: its credentials open nothing. */
export const localAccount = {
  region: 'us-east-1',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
} as const;

export const localStateMachineArn = 'arn:aws:states:us-east-1:000000000000:stateMachine:import';
