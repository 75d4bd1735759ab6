// A name in the virtual network.

param zoneName string
@description('Name in the zone: * for every name, @ for the zone itself.')
param record string
param address string
param networkId string

resource zone 'Microsoft.Network/privateDnsZones@2024-06-01' = {
  name: zoneName
  location: 'global'

  resource a 'A' = {
    name: record
    properties: { ttl: 300, aRecords: [{ ipv4Address: address }] }
  }

  resource link 'virtualNetworkLinks' = {
    name: 'network'
    location: 'global'
    properties: { registrationEnabled: false, virtualNetwork: { id: networkId } }
  }
}
