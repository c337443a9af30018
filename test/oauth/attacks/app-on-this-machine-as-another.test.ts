/**
 * The metadata document of a known app is public, and so is its client_id: any program on the machine can begin a flow
 * with it and listen on the loopback port, or take the private scheme, that the document names beside a web address
 * (MCP 2026-07-28 basic/authorization/security-considerations "localhost redirect"). The page has to say so.
 */
import t from 'tap'
import type { OAuthClient } from '../../../src/oauth/client.ts'
import { CLAUDE, CLIENT, createRooms } from '../authorize/rooms.ts'

const APP: OAuthClient = {
  ...CLIENT,
  id: 'https://claude.ai/oauth/client.json',
  origin: 'document',
  host: 'claude.ai',
}
const WARNING = 'Any program on your computer can pretend to be this app.'

t.test('people are warned by where this answer goes, not by what else the app has', async t => {
  const { browser } = createRooms({ clients: [APP] })
  const consent = (redirect_uri: string) => browser().toConsent({ client_id: APP.id, redirect_uri })
  t.match((await consent('http://localhost:49152/callback')).html, WARNING)
  t.match((await consent('cursor://anysphere.cursor-mcp/oauth/callback')).html, WARNING)
  t.notMatch((await consent(CLAUDE)).html, WARNING, 'a website is verified by its host')
})
