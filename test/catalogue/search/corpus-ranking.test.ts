/** What people ask for finds the right operation in real documents: among the first five, mostly first. */
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import t from 'tap'
import { loadDocument } from '../../../src/catalogue/document/load-document.ts'
import { createToolIndex } from '../../../src/catalogue/search/tool-index.ts'
import { compileLoaded } from '../compile-document.ts'

const corpus = resolve(import.meta.dirname, '../../../../shared/corpus')
const isMissing = existsSync(corpus) ? false : `there is no ${corpus}; these tests need it`

/** Question → method and path of the operations that answer it. */
const QUESTIONS: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  'github.json': {
    'create an issue comment': ['POST /repos/{owner}/{repo}/issues/{issue_number}/comments'],
    'list my repositories': ['GET /user/repos'],
    'merge a pull request': ['PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge'],
    'remove a label from an issue': ['DELETE /repos/{owner}/{repo}/issues/{issue_number}/labels/{name}'],
    'add a collaborator to a repository': ['PUT /repos/{owner}/{repo}/collaborators/{username}'],
    'get file contents': ['GET /repos/{owner}/{repo}/contents/{path}'],
    'create or update a file in a repo': ['PUT /repos/{owner}/{repo}/contents/{path}'],
    'trigger a workflow run': ['POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches'],
    'rerun failed jobs': ['POST /repos/{owner}/{repo}/actions/runs/{run_id}/rerun-failed-jobs'],
    'star a repository': ['PUT /user/starred/{owner}/{repo}'],
    'search code': ['GET /search/code'],
    'delete branch protection': ['DELETE /repos/{owner}/{repo}/branches/{branch}/protection'],
    'list pull requests': ['GET /repos/{owner}/{repo}/pulls'],
    'create a gist': ['POST /gists'],
    'invite someone to an organization': ['POST /orgs/{org}/invitations'],
    'close an issue': ['PATCH /repos/{owner}/{repo}/issues/{issue_number}'],
    'latest release': ['GET /repos/{owner}/{repo}/releases/latest'],
    'current user': ['GET /user'],
    'download artifact': ['GET /repos/{owner}/{repo}/actions/artifacts/{artifact_id}/{archive_format}'],
    fork: ['POST /repos/{owner}/{repo}/forks'],
  },
  'stripe.yaml': {
    'create a customer': ['POST /v1/customers'],
    'refund a charge': [
      'POST /v1/refunds',
      'POST /v1/charges/{charge}/refunds',
      'POST /v1/charges/{charge}/refund',
    ],
    'cancel a subscription': ['DELETE /v1/subscriptions/{subscription_exposed_id}'],
    'list invoices': ['GET /v1/invoices'],
    'send an invoice': ['POST /v1/invoices/{invoice}/send'],
    'retrieve account balance': ['GET /v1/balance'],
    'create a payment intent': ['POST /v1/payment_intents'],
    'detach a payment method': ['POST /v1/payment_methods/{payment_method}/detach'],
    'finalize invoice': ['POST /v1/invoices/{invoice}/finalize'],
    'search customers by email': ['GET /v1/customers/search'],
    'create coupon': ['POST /v1/coupons'],
    'delete a webhook endpoint': ['DELETE /v1/webhook_endpoints/{webhook_endpoint}'],
  },
  'k8s.json': {
    'list pods in a namespace': ['GET /api/v1/namespaces/{namespace}/pods'],
    'create a deployment': ['POST /apis/apps/v1/namespaces/{namespace}/deployments'],
    'read pod logs': ['GET /api/v1/namespaces/{namespace}/pods/{name}/log'],
    'delete a secret': ['DELETE /api/v1/namespaces/{namespace}/secrets/{name}'],
    'scale a deployment': [
      'GET /apis/apps/v1/namespaces/{namespace}/deployments/{name}/scale',
      'PATCH /apis/apps/v1/namespaces/{namespace}/deployments/{name}/scale',
    ],
    'create a config map': ['POST /api/v1/namespaces/{namespace}/configmaps'],
    'create a pod eviction': ['POST /api/v1/namespaces/{namespace}/pods/{name}/eviction'],
    'list nodes': ['GET /api/v1/nodes'],
    'create cron job': ['POST /apis/batch/v1/namespaces/{namespace}/cronjobs'],
    'update an ingress': [
      'PUT /apis/networking.k8s.io/v1/namespaces/{namespace}/ingresses/{name}',
      'PATCH /apis/networking.k8s.io/v1/namespaces/{namespace}/ingresses/{name}',
    ],
  },
}

for (const [file, questions] of Object.entries(QUESTIONS)) {
  t.test(file, { skip: isMissing }, async t => {
    const { tools } = compileLoaded(await loadDocument(join(corpus, file)))
    const start = performance.now()
    const index = createToolIndex(tools)
    index.search({ text: 'x', limit: 1 }, tools)
    t.comment(`${tools.length} tools indexed in ${Math.round(performance.now() - start)} ms`)
    let first = 0
    for (const [text, wanted] of Object.entries(questions)) {
      const found = index
        .search({ text, limit: 5 }, tools)
        .tools.map(({ operation }) => `${operation.method} ${operation.path}`)
      t.ok(
        found.some(operation => wanted.includes(operation)),
        `${text}: ${found.join(', ')}`,
      )
      if (wanted.includes(found[0] ?? '')) first += 1
    }
    t.ok(first >= Object.keys(questions).length * 0.75, `${first} are first`)
  })
}
