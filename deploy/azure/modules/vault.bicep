// The Key Vault of the gateway's secrets. It has no public address; one identity reads the secrets, and cannot list or change anything else.

param location string
param name string
param subnetId string
param networkId string
param workspaceId string
@description('Identity that reads the secrets.')
param readerId string
param readerPrincipalId string

var secretsUser = '4633458b-17de-408a-b874-0445c86b69e6'

resource vault 'Microsoft.KeyVault/vaults@2025-05-01' = {
  name: name
  location: location
  properties: {
    tenantId: tenant().tenantId
    sku: { family: 'A', name: 'standard' }
    enableRbacAuthorization: true
    enableSoftDelete: true
    softDeleteRetentionInDays: 90
    enablePurgeProtection: true
    publicNetworkAccess: 'Disabled'
    networkAcls: { bypass: 'None', defaultAction: 'Deny' }
  }
}

resource reader 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(vault.id, readerId, secretsUser)
  scope: vault
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', secretsUser)
    principalId: readerPrincipalId
    principalType: 'ServicePrincipal'
  }
}

resource diagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'gatehouse'
  scope: vault
  properties: {
    workspaceId: workspaceId
    logs: [{ categoryGroup: 'allLogs', enabled: true }]
  }
}

module endpoint 'private-endpoint.bicep' = {
  name: 'vault-endpoint'
  params: {
    location: location
    name: '${name}-vault'
    subnetId: subnetId
    serviceId: vault.id
    group: 'vault'
    zoneName: 'privatelink.vaultcore.azure.net'
    networkId: networkId
  }
}

output uri string = vault.properties.vaultUri
