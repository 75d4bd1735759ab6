// An existing API Management in front of the gateway: one API for all paths, with the policy beside this file.

targetScope = 'resourceGroup'

@description('Name of the API Management. Its tier has long-running connections, so it is not Consumption.')
param service string

@description('Host of publicUrl in the configuration of the gateway. It is also the custom domain of the API Management.')
param publicHost string

@description('Address of the gateway in the virtual network: https, its host and port. The host is in the certificate of the gateway.')
param gatewayUrl string = 'https://${publicHost}:8443'

resource management 'Microsoft.ApiManagement/service@2024-05-01' existing = { name: service }

resource host 'Microsoft.ApiManagement/service/namedValues@2024-05-01' = {
  parent: management
  name: 'gatehouse-public-host'
  properties: { displayName: 'gatehouse-public-host', value: publicHost }
}

resource backend 'Microsoft.ApiManagement/service/backends@2024-05-01' = {
  parent: management
  name: 'gatehouse'
  properties: {
    protocol: 'http'
    url: gatewayUrl
    tls: { validateCertificateChain: true, validateCertificateName: true }
  }
}

// The root path, because the metadata of a protected resource are under /.well-known (RFC 9728).
resource api 'Microsoft.ApiManagement/service/apis@2024-05-01' = {
  parent: management
  name: 'gatehouse'
  properties: {
    displayName: 'Gatehouse'
    path: ''
    protocols: ['https']
    // Clients have access tokens. A subscription key would be a second secret in every client, and would identify nobody.
    subscriptionRequired: false
  }

  resource operations 'operations' = [for method in ['DELETE', 'GET', 'OPTIONS', 'POST']: {
    name: toLower(method)
    properties: { displayName: method, method: method, urlTemplate: '/*' }
  }]

  resource policy 'policies' = {
    name: 'policy'
    properties: { format: 'rawxml', value: loadTextContent('before-gatehouse.xml') }
    dependsOn: [backend, host]
  }

  // Threat: arguments and results of tools in the logs of the platform (CWE-532). A body that is logged is also buffered.
  resource diagnostics 'diagnostics' = {
    name: 'azuremonitor'
    properties: {
      loggerId: resourceId('Microsoft.ApiManagement/service/loggers', service, 'azuremonitor')
      logClientIp: true
      frontend: { request: { body: { bytes: 0 } }, response: { body: { bytes: 0 } } }
      backend: { request: { body: { bytes: 0 } }, response: { body: { bytes: 0 } } }
    }
  }
}
