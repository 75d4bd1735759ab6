// An MCP server of an existing API Management, which only the gateway may call.

targetScope = 'resourceGroup'

@description('Name of the API Management.')
param service string

@description('Name of the MCP server in it.')
param server string

@description('Subnet of the gateway.')
param gatewayPrefix string = '10.40.0.0/27'

resource management 'Microsoft.ApiManagement/service@2024-05-01' existing = {
  name: service

  resource api 'apis' existing = { name: server }
}

resource first 'Microsoft.ApiManagement/service/namedValues@2024-05-01' = {
  parent: management
  name: 'gatehouse-subnet-first'
  properties: { displayName: 'gatehouse-subnet-first', value: parseCidr(gatewayPrefix).firstUsable }
}

resource last 'Microsoft.ApiManagement/service/namedValues@2024-05-01' = {
  parent: management
  name: 'gatehouse-subnet-last'
  properties: { displayName: 'gatehouse-subnet-last', value: parseCidr(gatewayPrefix).lastUsable }
}

resource policy 'Microsoft.ApiManagement/service/apis/policies@2024-05-01' = {
  parent: management::api
  name: 'policy'
  properties: { format: 'rawxml', value: loadTextContent('behind-gatehouse.xml') }
  dependsOn: [first, last]
}

// The key of the gateway for this server. Its value goes into Key Vault by hand: az rest prints it, and no deployment has it.
resource subscription 'Microsoft.ApiManagement/service/subscriptions@2024-05-01' = {
  parent: management
  name: 'gatehouse-${server}'
  properties: { displayName: 'Gatehouse: ${server}', scope: management::api.id, state: 'active' }
}
