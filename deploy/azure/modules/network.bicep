// A virtual network in which nothing is allowed that a rule does not name: each subnet has a network security group of its own, which ends with
// a refusal in both directions.

@export()
type rule = {
  name: string
  @description('Address prefix or service tag.')
  from: string
  @description('Address prefix or service tag.')
  to: string
  protocol: 'Tcp' | 'Udp' | '*'
  ports: string[]
}

@export()
type subnet = {
  name: string
  prefix: string
  @description('Resource provider that the subnet is delegated to.')
  delegation: string?
  inbound: rule[]
  outbound: rule[]
}

param location string
param name string
param addressSpace string
param subnets subnet[]

func securityRule(one rule, direction string, priority int) object => {
  name: '${toLower(direction)}-${one.name}'
  properties: {
    access: 'Allow'
    direction: direction
    priority: priority
    protocol: one.protocol
    sourceAddressPrefix: one.from
    sourcePortRange: '*'
    destinationAddressPrefix: one.to
    destinationPortRanges: one.ports
  }
}

// The defaults of Azure allow the whole virtual network (65000), and every destination of the internet.
func refusal(direction string) object => {
  name: '${toLower(direction)}-deny-rest'
  properties: {
    access: 'Deny'
    direction: direction
    priority: 4096
    protocol: '*'
    sourceAddressPrefix: '*'
    sourcePortRange: '*'
    destinationAddressPrefix: '*'
    destinationPortRange: '*'
  }
}

resource groups 'Microsoft.Network/networkSecurityGroups@2025-05-01' = [for one in subnets: {
  name: '${name}-${one.name}'
  location: location
  properties: {
    securityRules: concat(
      map(one.inbound, (allowed, i) => securityRule(allowed, 'Inbound', 100 + i)),
      map(one.outbound, (allowed, i) => securityRule(allowed, 'Outbound', 100 + i)),
      [refusal('Inbound'), refusal('Outbound')])
  }
}]

resource network 'Microsoft.Network/virtualNetworks@2025-05-01' = {
  name: name
  location: location
  properties: {
    addressSpace: { addressPrefixes: [addressSpace] }
    subnets: [for (one, i) in subnets: {
      name: one.name
      properties: {
        addressPrefix: one.prefix
        networkSecurityGroup: { id: groups[i].id }
        // Without it the rules do not apply to private endpoints, and every subnet reaches them.
        privateEndpointNetworkPolicies: 'NetworkSecurityGroupEnabled'
        delegations: one.?delegation == null ? [] : [{ name: 'delegation', properties: { serviceName: one.?delegation } }]
      }
    }]
  }
}

output id string = network.id
// By name: Azure need not list subnets in this order.
output subnetIds string[] = [for one in subnets: '${network.id}/subnets/${one.name}']
