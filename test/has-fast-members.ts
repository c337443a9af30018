import { setFlagsFromString } from 'node:v8'

setFlagsFromString('--allow-natives-syntax')

/**
 * Whether V8 keeps an object's members where optimised code can find them by their place. Where it keeps a dictionary
 * instead, each use of a member is a look-up of its name.
 */
export const hasFastMembers: (object: object) => boolean = new Function(
  'object',
  'return %HasFastProperties(object)',
) as (object: object) => boolean
