// The Log Analytics workspace that receives the logs of the platform. Identities write to it, not keys.

param location string
param name string
@minValue(30)
@maxValue(730)
param days int
@description('Enabled lets agents on machines write through the public address of Azure Monitor. Diagnostic settings do not need it.')
@allowed(['Disabled', 'Enabled'])
param publicIngestion string

resource workspace 'Microsoft.OperationalInsights/workspaces@2025-02-01' = {
  name: name
  location: location
  properties: {
    sku: { name: 'PerGB2018' }
    retentionInDays: days
    publicNetworkAccessForIngestion: publicIngestion
    // Operators read the logs in the portal, with Entra ID and a role. Disabled needs an Azure Monitor private link scope.
    publicNetworkAccessForQuery: 'Enabled'
    features: { disableLocalAuth: true }
  }
}

output id string = workspace.id
