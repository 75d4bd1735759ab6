using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Gatehouse.Deployment.Tests.Azure;

/// <summary>Demands on the resources of a deployment. Each returns what breaks it; nothing where it is kept.</summary>
internal static partial class TemplateRules
{
    public const string Vault = "Microsoft.KeyVault/vaults";
    public const string Account = "Microsoft.Storage/storageAccounts";
    public const string Share = "Microsoft.Storage/storageAccounts/fileServices/shares";
    public const string Registry = "Microsoft.ContainerRegistry/registries";
    public const string AppEnvironment = "Microsoft.App/managedEnvironments";
    public const string EnvironmentStorage = "Microsoft.App/managedEnvironments/storages";
    public const string App = "Microsoft.App/containerApps";
    public const string Cluster = "Microsoft.ContainerService/managedClusters";
    public const string Group = "Microsoft.Network/networkSecurityGroups";
    public const string Network = "Microsoft.Network/virtualNetworks";
    public const string Endpoint = "Microsoft.Network/privateEndpoints";
    public const string EndpointName = "Microsoft.Network/privateEndpoints/privateDnsZoneGroups";
    public const string Diagnostics = "Microsoft.Insights/diagnosticSettings";
    public const string Workspace = "Microsoft.OperationalInsights/workspaces";

    private static readonly string[] Yes = ["True"];
    private static readonly string[] No = ["False"];

    // Tags of Azure that each environment needs, as docs/operators/azure.md lists them.
    private static readonly string[] Platform = ["MicrosoftContainerRegistry", "AzureFrontDoor.FirstParty", "AzureActiveDirectory", "AzureMonitor"];

    /// <summary>The rules by name.</summary>
    public static IReadOnlyDictionary<string, Func<IReadOnlyList<ArmResource>, IEnumerable<string>>> All { get; } =
        new Dictionary<string, Func<IReadOnlyList<ArmResource>, IEnumerable<string>>>(StringComparer.Ordinal)
        {
            ["no service has a public address"] = NoPublicAddress,
            ["each service has a private endpoint with a name"] = PrivateEndpoints,
            ["each subnet refuses what no rule allows"] = DefaultDeny,
            ["only the gateway reaches a server"] = ServersBehindTheGateway,
            ["servers are apart from each other"] = ServersApart,
            ["the state is on NFS, and no app mounts SMB"] = StateOnNfs,
            ["there is one replica"] = OneReplica,
            ["images are named by digest and pulled by an identity"] = ImagesByDigest,
            ["secrets come from the vault, and the container cannot use the identity"] = SecretsFromTheVault,
            ["the gateway ends TLS, and nothing else listens"] = TlsEndsInTheGateway,
            ["no key and no password opens a service"] = IdentitiesOnly,
            ["the vault keeps deleted secrets"] = VaultKeepsSecrets,
            ["logs reach the workspace"] = Logs,
            ["the cluster is private"] = PrivateCluster,
            ["clients reach the load balancer of the cluster, and no node"] = ClientsReachTheBalancer,
            ["the cluster enforces network policies and has no driver of shares"] = ClusterParts,
        };

    private static IEnumerable<ArmResource> Of(IEnumerable<ArmResource> all, string type) => all.Where(one => one.Type == type);

    private static IEnumerable<ArmResource> Servers(IEnumerable<ArmResource> all) => Of(all, App).Where(static app => app.Name != "gatehouse");

    private static IEnumerable<ArmResource> Gateway(IEnumerable<ArmResource> all) => Of(all, App).Where(static app => app.Name == "gatehouse");

    private static IEnumerable<string> Require(IEnumerable<ArmResource> all, string path, params string[] allowed) =>
        from one in all
        let found = one[path]
        where found is null || !allowed.Contains(found, StringComparer.OrdinalIgnoreCase)
        select $"{one.Type} {one.Name}: {path} is {found ?? "not set"}";

    private static IEnumerable<string> NoPublicAddress(IReadOnlyList<ArmResource> all) =>
    [
        .. Require(all.Where(static one => one.Type is Vault or Account or Registry or AppEnvironment), "properties/publicNetworkAccess", "Disabled"),
        .. Require(all.Where(static one => one.Type is Vault or Account), "properties/networkAcls/defaultAction", "Deny"),
        .. Require(all.Where(static one => one.Type is Vault or Account), "properties/networkAcls/bypass", "None"),
        .. Require(Of(all, AppEnvironment), "properties/vnetConfiguration/internal", Yes),
        // Agents on the machines of a cluster write through the public address.
        .. Of(all, Cluster).Any() ? [] : Require(Of(all, Workspace), "properties/publicNetworkAccessForIngestion", "Disabled"),
        .. Of(all, "Microsoft.Network/publicIPAddresses").Select(static one => one.Name),
    ];

    private static IEnumerable<string> PrivateEndpoints(IReadOnlyList<ArmResource> all) =>
        from service in all
        where service.Type is Vault or Account or Registry
        let endpoints = Of(all, Endpoint)
            .Where(one => one["properties/privateLinkServiceConnections/0/properties/privateLinkServiceId"] == service["id"])
            .ToList()
        where endpoints.Count != 1 || !Of(all, EndpointName).Any(name => name.Name.StartsWith(endpoints[0].Name + "/", StringComparison.Ordinal))
        select $"{service.Type} {service.Name}";

    private static IEnumerable<string> DefaultDeny(IReadOnlyList<ArmResource> all)
    {
        foreach (var (network, subnet) in Subnets(all))
        {
            if (Part(subnet, "privateEndpointNetworkPolicies") != "NetworkSecurityGroupEnabled") yield return $"{subnet["name"]}: endpoints";
            if (GroupOf(all, subnet) is not { } group)
            {
                yield return $"{network.Name} {subnet["name"]}: no group";
                continue;
            }

            foreach (var direction in new[] { "Inbound", "Outbound" })
                if (Rules(group, direction).LastOrDefault() is not { } last || !RefusesAll(last)) yield return $"{subnet["name"]} {direction}";
        }
    }

    private static IEnumerable<string> ServersBehindTheGateway(IReadOnlyList<ArmResource> all)
    {
        if (Gateway(all).SingleOrDefault() is not { } gateway) return [];
        var prefix = PrefixOf(all, gateway);
        return
        [
            .. Servers(all).Where(server => server.Items("properties/configuration/ingress/ipSecurityRestrictions") is not [var only]
                || only["action"]?.ToString() != "Allow" || only["ipAddressRange"]?.ToString() != prefix)
                .Select(static server => $"{server.Name}: restriction"),
            .. Require(Servers(all), "properties/configuration/ingress/allowInsecure", No),
            // Into the subnet of a server come the gateway, the probes of the platform and the subnet itself.
            .. from server in Servers(all)
               let own = PrefixOf(all, server)
               from rule in Rules(GroupOf(all, SubnetOf(all, server))!, "Inbound")
               let source = Part(rule, "sourceAddressPrefix")
               where Part(rule, "access") == "Allow" && source != prefix && source != own && source != "AzureLoadBalancer"
               select $"{server.Name} is open to {source}",
        ];
    }

    // Threat: a server that is taken over calls another one past the gateway, or sends data out. The servers of the example have no calls.
    private static IEnumerable<string> ServersApart(IReadOnlyList<ArmResource> all)
    {
        var apps = Of(all, App).ToList();
        if (apps.Select(static app => app["properties/environmentId"]).Distinct().Count() != apps.Count) yield return "apps share an environment";
        if (apps.Select(app => PrefixOf(all, app)).Distinct().Count() != apps.Count) yield return "environments share a subnet";
        if (apps.Select(static app => string.Join(',', Identities(app))).Distinct().Count() != apps.Count) yield return "apps share an identity";
        foreach (var server in Servers(all))
        {
            var own = PrefixOf(all, server);
            var registry = Subnets(all).Where(static one => one.Subnet["name"]!.ToString() == "registry")
                .Select(static one => Part(one.Subnet, "addressPrefix")).Single();
            foreach (var rule in Rules(GroupOf(all, SubnetOf(all, server))!, "Outbound").Where(static rule => Part(rule, "access") == "Allow"))
            {
                var to = Part(rule, "destinationAddressPrefix")!;
                var ports = rule["properties"]!["destinationPortRanges"] is JsonArray list ? string.Join(',', list) : "any";
                var isNeeded = to == own || (to == "168.63.129.16" && ports == "53")
                    || ((to == registry || Platform.Contains(to)) && ports == "443" && Part(rule, "protocol") == "Tcp");
                if (!isNeeded) yield return $"{server.Name} may call {to}, port {ports}";
            }
        }
    }

    private static IEnumerable<string> StateOnNfs(IReadOnlyList<ArmResource> all)
    {
        foreach (var fault in Require(Of(all, Share), "properties/enabledProtocols", "NFS")) yield return fault;
        foreach (var storage in Of(all, EnvironmentStorage))
            if (storage.At("properties/nfsAzureFile") is null || storage.At("properties/azureFile") is not null) yield return storage.Name;
        foreach (var app in Of(all, App))
            foreach (var volume in app.Items("properties/template/volumes"))
                if (volume["storageType"]?.ToString() is not ("NfsAzureFile" or "Secret")) yield return $"{app.Name}: {volume["storageType"]}";
        foreach (var gateway in Gateway(all))
        {
            var mount = gateway.Items("properties/template/containers/0/volumeMounts")
                .FirstOrDefault(static one => one["mountPath"]?.ToString() == "/var/lib/gatehouse");
            var volume = gateway.Items("properties/template/volumes")
                .FirstOrDefault(one => one["name"]?.ToString() == mount?["volumeName"]?.ToString());
            if (volume?["storageType"]?.ToString() != "NfsAzureFile") yield return "no state";
        }
    }

    private static IEnumerable<string> OneReplica(IReadOnlyList<ArmResource> all) =>
    [
        .. Require(Gateway(all), "properties/template/scale/minReplicas", "1"),
        .. Require(Gateway(all), "properties/template/scale/maxReplicas", "1"),
        .. Require(Gateway(all), "properties/configuration/activeRevisionsMode", "Single"),
    ];

    private static IEnumerable<string> ImagesByDigest(IReadOnlyList<ArmResource> all)
    {
        foreach (var app in Of(all, App))
        {
            foreach (var container in app.Items("properties/template/containers"))
                if (container["image"]?.ToString() is not { } image || !ByDigest().IsMatch(image)) yield return $"{app.Name}: {container["image"]}";
            if (app.Items("properties/configuration/registries") is not [var registry]
                || registry["identity"] is null || registry["passwordSecretRef"] is not null)
                yield return $"{app.Name}: registry";
        }
    }

    private static IEnumerable<string> SecretsFromTheVault(IReadOnlyList<ArmResource> all)
    {
        foreach (var app in Of(all, App))
        {
            if (app["identity/type"] != "UserAssigned") yield return $"{app.Name}: identity";
            if (app.Items("properties/configuration/identitySettings") is not [var settings] || settings["lifecycle"]?.ToString() != "None")
                yield return $"{app.Name}: the container can use the identity";
            foreach (var secret in app.Items("properties/configuration/secrets"))
            {
                var isReference = secret["keyVaultUrl"] is not null && secret["identity"] is not null && secret["value"] is null;
                if (!isReference && secret["name"]?.ToString() != "configuration") yield return $"{app.Name}: {secret["name"]}";
            }

            // Variables of a server are not secrets; the gateway has only secrets.
            foreach (var container in Gateway([app]).SelectMany(static one => one.Items("properties/template/containers")))
                if (container["env"] is JsonArray variables && variables.Any(static one => one!["value"] is not null))
                    yield return $"{app.Name}: a value";
        }
    }

    private static IEnumerable<string> TlsEndsInTheGateway(IReadOnlyList<ArmResource> all) =>
    [
        .. Require(Gateway(all), "properties/configuration/ingress/transport", "tcp"),
        .. Require(Gateway(all), "properties/configuration/ingress/targetPort", "8443"),
        .. Require(Gateway(all), "properties/configuration/ingress/exposedPort", "8443"),
        .. Gateway(all).SelectMany(static app => app.Items("properties/configuration/ingress/additionalPortMappings"))
            .Select(static one => one.ToJsonString()),
    ];

    private static IEnumerable<string> IdentitiesOnly(IReadOnlyList<ArmResource> all) =>
    [
        .. Require(Of(all, Vault), "properties/enableRbacAuthorization", Yes),
        .. Require(Of(all, Account), "properties/allowSharedKeyAccess", No),
        .. Require(Of(all, Registry), "properties/adminUserEnabled", No),
        .. Require(Of(all, Registry), "properties/anonymousPullEnabled", No),
        .. Require(Of(all, Workspace), "properties/features/disableLocalAuth", Yes),
        .. Require(Of(all, Cluster), "properties/disableLocalAccounts", Yes),
    ];

    private static IEnumerable<string> VaultKeepsSecrets(IReadOnlyList<ArmResource> all) =>
        [.. Require(Of(all, Vault), "properties/enablePurgeProtection", Yes), .. Require(Of(all, Vault), "properties/enableSoftDelete", Yes)];

    private static IEnumerable<string> Logs(IReadOnlyList<ArmResource> all) =>
    [
        .. from one in all
           where one.Type is Vault or Registry or AppEnvironment or Cluster or "Microsoft.Storage/storageAccounts/fileServices"
           where !Of(all, Diagnostics).Any(settings => settings["id"]!.StartsWith($"{one["id"]}/providers/{Diagnostics}/", StringComparison.Ordinal))
           select $"{one.Type} {one.Name}",
        .. Of(all, Diagnostics).Where(static one => one["properties/workspaceId"] is null || one.Items("properties/logs").Count == 0)
            .Select(static one => one["id"]!),
    ];

    private static IEnumerable<string> PrivateCluster(IReadOnlyList<ArmResource> all) =>
    [
        .. Require(Of(all, Cluster), "properties/apiServerAccessProfile/enablePrivateCluster", Yes),
        .. Require(Of(all, Cluster), "properties/apiServerAccessProfile/enablePrivateClusterPublicFQDN", No),
        .. Require(Of(all, Cluster), "properties/apiServerAccessProfile/disableRunCommand", Yes),
        .. Require(Of(all, Cluster), "properties/agentPoolProfiles/0/enableNodePublicIP", No),
    ];

    // Threat: a client of the gateway reaches the API server, whose private endpoint is in the subnet of the nodes (CWE-923).
    private static IEnumerable<string> ClientsReachTheBalancer(IReadOnlyList<ArmResource> all)
    {
        if (!Of(all, Cluster).Any()) return [];
        var balancer = Subnets(all).Where(static one => one.Subnet["name"]!.ToString() == "balancer")
            .Select(static one => Part(one.Subnet, "addressPrefix")).SingleOrDefault();
        var rules = Of(all, Group).SelectMany(static group => Rules(group, "Inbound"))
            .Where(static rule => rule["name"]!.ToString().StartsWith("inbound-client-", StringComparison.Ordinal)).ToList();
        return
        [
            .. rules.Count == 0 ? ["no rule for clients"] : Array.Empty<string>(),
            .. rules.Where(rule => balancer is null || Part(rule, "destinationAddressPrefix") != balancer)
                .Select(static rule => $"clients reach {Part(rule, "destinationAddressPrefix")}"),
        ];
    }

    private static IEnumerable<string> ClusterParts(IReadOnlyList<ArmResource> all) =>
    [
        .. Require(Of(all, Cluster), "properties/networkProfile/networkPolicy", "cilium", "azure"),
        .. Require(Of(all, Cluster), "properties/securityProfile/workloadIdentity/enabled", Yes),
        .. Require(Of(all, Cluster), "properties/addonProfiles/azureKeyvaultSecretsProvider/enabled", Yes),
        .. Require(Of(all, Cluster), "properties/storageProfile/diskCSIDriver/enabled", Yes),
        .. Require(Of(all, Cluster), "properties/storageProfile/fileCSIDriver/enabled", No),
    ];

    private static IEnumerable<string> Identities(ArmResource app) =>
        app.At("identity/userAssignedIdentities")!.AsObject().Select(static one => one.Key);

    private static IEnumerable<(ArmResource Network, JsonObject Subnet)> Subnets(IEnumerable<ArmResource> all) =>
        from network in Of(all, Network) from subnet in network.Items("properties/subnets") select (network, subnet);

    private static JsonObject SubnetOf(IReadOnlyList<ArmResource> all, ArmResource app)
    {
        var environment = Of(all, AppEnvironment).Single(one => one["id"] == app["properties/environmentId"]);
        var subnet = environment["properties/vnetConfiguration/infrastructureSubnetId"]!;
        return Subnets(all).Single(one => $"{one.Network["id"]}/subnets/{one.Subnet["name"]}" == subnet).Subnet;
    }

    private static string PrefixOf(IReadOnlyList<ArmResource> all, ArmResource app) => Part(SubnetOf(all, app), "addressPrefix")!;

    private static string? Part(JsonObject item, string name) => item["properties"]![name]?.ToString();

    private static ArmResource? GroupOf(IReadOnlyList<ArmResource> all, JsonObject subnet) =>
        Of(all, Group).SingleOrDefault(group => group["id"] == subnet["properties"]!["networkSecurityGroup"]?["id"]?.ToString());

    private static List<JsonObject> Rules(ArmResource group, string direction) =>
    [
        .. group.Items("properties/securityRules").Where(rule => Part(rule, "direction") == direction)
            .OrderBy(static rule => (int)rule["properties"]!["priority"]!),
    ];

    private static bool RefusesAll(JsonObject rule) => Part(rule, "access") == "Deny"
        && new[] { "protocol", "sourceAddressPrefix", "sourcePortRange", "destinationAddressPrefix", "destinationPortRange" }
            .All(part => Part(rule, part) == "*");

    // The name of the registry is known only in Azure, so the whole name is an expression: format('{0}/{1}@{2}', ..., 'sha256:...').
    [GeneratedRegex(@"@.*sha256:[0-9a-f]{64}", RegexOptions.CultureInvariant)]
    private static partial Regex ByDigest();
}
