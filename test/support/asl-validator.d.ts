declare module 'asl-validator' {
  /** Validates a definition in the Amazon States Language. */
  export default function aslValidator(
    definition: object,
    options: { readonly checkPaths: boolean; readonly checkArn: boolean },
  ): { readonly isValid: boolean; readonly errorsText: (separator: string) => string };
}
