using 'container-apps.bicep'

param name = 'gatehouse01'
param apps = false // true when the images are in the registry and the secrets in the vault
param publicHost = 'mcp.example.com'
param clients = ['10.30.0.0/27'] // the subnet of API Management, or of a Virtual Private Network
param operators = ['10.30.1.0/28']
param gatewayDigest = 'sha256:0000000000000000000000000000000000000000000000000000000000000000'
param configuration = loadTextContent('gatehouse.yaml')
param secrets = [
  { variable: 'REPORTS_SUBSCRIPTION_KEY', name: 'reports-subscription-key' }
]
param servers = [
  {
    name: 'tickets'
    repository: 'tickets-mcp'
    digest: 'sha256:1111111111111111111111111111111111111111111111111111111111111111'
    port: 8000
    calls: []
  }
  {
    name: 'wiki'
    repository: 'wiki-mcp'
    digest: 'sha256:2222222222222222222222222222222222222222222222222222222222222222'
    port: 8000
    calls: []
    environment: { LOG_LEVEL: 'info' } // no secrets
  }
]
