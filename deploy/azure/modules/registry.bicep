// The registry of the images. Only the named identities pull, and only from inside the network.

param location string
param name string
param subnetId string
param networkId string
param workspaceId string
@export()
type puller = {
  @description('Name that the assignment of the role gets its own from.')
  name: string
  principalId: string
}

@description('Identities that pull images.')
param pullers puller[]

var acrPull = '7f951dda-4ed3-4680-a7ca-43fe172d538d'

resource registry 'Microsoft.ContainerRegistry/registries@2025-04-01' = {
  name: name
  location: location
  // Private endpoints need Premium.
  sku: { name: 'Premium' }
  properties: {
    adminUserEnabled: false
    anonymousPullEnabled: false
    publicNetworkAccess: 'Disabled'
    networkRuleBypassOptions: 'None'
    policies: { exportPolicy: { status: 'disabled' } }
  }
}

resource pulls 'Microsoft.Authorization/roleAssignments@2022-04-01' = [for one in pullers: {
  name: guid(registry.id, one.name, acrPull)
  scope: registry
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', acrPull)
    principalId: one.principalId
    principalType: 'ServicePrincipal'
  }
}]

resource diagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'gatehouse'
  scope: registry
  properties: {
    workspaceId: workspaceId
    logs: [{ categoryGroup: 'allLogs', enabled: true }]
  }
}

module endpoint 'private-endpoint.bicep' = {
  name: 'registry-endpoint'
  params: {
    location: location
    name: '${name}-registry'
    subnetId: subnetId
    serviceId: registry.id
    group: 'registry'
    zoneName: 'privatelink${environment().suffixes.acrLoginServer}'
    networkId: networkId
  }
}

output server string = registry.properties.loginServer
