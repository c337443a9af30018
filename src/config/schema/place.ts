import { compile } from '@jmespath-community/jmespath'
import { z } from 'zod'
import { isDottedPath } from '../dotted-path.ts'

const FIX = 'write a dotted path, organization.id, or JMESPath over the answer, "items[0].owner.id"'

/** Where in an answer something is: a dotted path over own members, or else JMESPath. */
export const place = z
  .string()
  .min(1)
  .max(2_000)
  .superRefine((source, context) => {
    if (isDottedPath(source)) return
    try {
      compile(source)
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      context.addIssue({
        code: 'custom',
        message: `neither a dotted path nor JMESPath: ${reason}`,
        params: { fix: FIX },
      })
    }
  })
  .meta({ title: 'dotted path or JMESPath' })

/** A request to the product, `GET /v1/me`. */
export const productRequest = z
  .string()
  .regex(
    /^[A-Z]{1,16} \/\S*$/,
    'not a request; write the method in capitals and the path, for example GET /v1/me',
  )
