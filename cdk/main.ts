import { App } from 'aws-cdk-lib';
import { addStacks } from './app.ts';
import { parseSettings, SettingsError } from './app-settings.ts';
import { judge } from './nag-packs.ts';

/** The app that cdk.json names: context in, stacks out. */
try {
  const app = new App();
  addStacks(app, parseSettings(app.node.getAllContext()));
  judge(app);
  app.synth();
} catch (error) {
  if (!(error instanceof SettingsError)) throw error;
  process.stderr.write(`The stack cannot be made:\n${error.message}\n`);
  process.exitCode = 1;
}
