// The volume of the gateway's state and audit log: a share with NFS 4.1. SMB has no modes and no locks as the gateway needs them, and no fsync
// that waits for the disk.

param location string
param name string
@allowed(['Premium_LRS', 'Premium_ZRS'])
param redundancy string
@description('Size of the share in GiB.')
@minValue(100)
param gibibytes int
param subnetId string
param networkId string
param workspaceId string

resource account 'Microsoft.Storage/storageAccounts@2025-06-01' = {
  name: name
  location: location
  kind: 'FileStorage'
  sku: { name: redundancy }
  properties: {
    // NFS is no HTTPS: while only HTTPS is allowed, Azure refuses to mount. The private endpoint is the only way to the share.
    supportsHttpsTrafficOnly: false
    minimumTlsVersion: 'TLS1_2'
    allowSharedKeyAccess: false
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    publicNetworkAccess: 'Disabled'
    networkAcls: { bypass: 'None', defaultAction: 'Deny' }
  }

  resource files 'fileServices' = {
    name: 'default'
    properties: { shareDeleteRetentionPolicy: { enabled: true, days: 30 } }

    resource share 'shares' = {
      name: 'state'
      properties: { enabledProtocols: 'NFS', shareQuota: gibibytes }
    }
  }
}

resource diagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'gatehouse'
  scope: account::files
  properties: {
    workspaceId: workspaceId
    logs: [{ categoryGroup: 'allLogs', enabled: true }]
  }
}

module endpoint 'private-endpoint.bicep' = {
  name: 'state-endpoint'
  params: {
    location: location
    name: '${name}-file'
    subnetId: subnetId
    serviceId: account.id
    group: 'file'
    zoneName: 'privatelink.file.${environment().suffixes.storage}'
    networkId: networkId
  }
}

output server string = '${account.name}.file.${environment().suffixes.storage}'
output share string = '/${account.name}/${account::files::share.name}'
