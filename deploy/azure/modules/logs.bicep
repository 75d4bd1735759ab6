// The Log Analytics workspace that receives the logs of the platform. Identities write to it, not keys.

param location string
param name string
@minValue(30)
@maxValue(730)
param days int

resource workspace 'Microsoft.OperationalInsights/workspaces@2025-02-01' = {
  name: name
  location: location
  properties: {
    sku: { name: 'PerGB2018' }
    retentionInDays: days
    features: { disableLocalAuth: true }
  }
}

output id string = workspace.id
