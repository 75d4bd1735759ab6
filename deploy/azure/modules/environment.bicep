// A Container Apps environment without a public address, for one app.
// Threat: apps of one environment reach each other through its internal ingress, past the gateway, and no network security group lies between
// them (CWE-923). So each app has an environment and a subnet of its own.

param location string
param name string
param subnetId string
param networkId string
param workspaceId string

resource apps 'Microsoft.App/managedEnvironments@2025-07-01' = {
  name: name
  location: location
  properties: {
    vnetConfiguration: { internal: true, infrastructureSubnetId: subnetId }
    publicNetworkAccess: 'Disabled'
    workloadProfiles: [{ name: 'Consumption', workloadProfileType: 'Consumption' }]
    // Through the diagnostic setting below, so that no key of the workspace is in the environment.
    appLogsConfiguration: { destination: 'azure-monitor' }
  }
}

resource diagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'gatehouse'
  scope: apps
  properties: {
    workspaceId: workspaceId
    logs: [{ categoryGroup: 'allLogs', enabled: true }]
  }
}

module names 'private-names.bicep' = {
  name: '${name}-names'
  params: {
    // Azure chooses the domain while it creates the environment.
    #disable-next-line what-if-short-circuiting
    zoneName: apps.properties.defaultDomain
    record: '*'
    address: apps.properties.staticIp
    networkId: networkId
  }
}

output id string = apps.id
output address string = apps.properties.staticIp
