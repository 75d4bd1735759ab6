using System.Text.Json.Nodes;
using static Gatehouse.Deployment.Tests.Azure.TemplateRules;

namespace Gatehouse.Deployment.Tests.Azure;

/// <summary>What a deployment would create, by the compiler of Bicep. Nothing is deployed.</summary>
[Trait("Requirement", "DE-01")]
public sealed class TemplateTests(EvaluatedTemplates templates) : IClassFixture<EvaluatedTemplates>
{
    private const string Apps = "container-apps";
    private const string Aks = "aks";

    /// <summary>A rule, a template, the type and the end of the name of a resource, a path in it, and the value that breaks the rule.</summary>
    public static TheoryData<string, string, string, string, string, string?> Broken { get; } = new()
    {
        { "no service has a public address", Apps, Vault, "", "properties/publicNetworkAccess", "\"Enabled\"" },
        { "no service has a public address", Apps, Account, "", "properties/publicNetworkAccess", null },
        { "no service has a public address", Apps, Account, "", "properties/networkAcls/defaultAction", "\"Allow\"" },
        { "no service has a public address", Apps, Registry, "", "properties/publicNetworkAccess", "\"Enabled\"" },
        { "no service has a public address", Apps, AppEnvironment, "tickets", "properties/vnetConfiguration/internal", "false" },
        { "no service has a public address", Apps, Workspace, "", "properties/publicNetworkAccessForIngestion", "\"Enabled\"" },
        { "no service has a public address", Aks, Vault, "", "properties/networkAcls/bypass", "\"AzureServices\"" },
        {
            "each service has a private endpoint with a name",
            Apps, Endpoint, "-file", "properties/privateLinkServiceConnections/0/properties/privateLinkServiceId", "\"/other\""
        },
        { "each service has a private endpoint with a name", Aks, EndpointName, "", "name", "\"other/default\"" },
        { "each subnet refuses what no rule allows", Apps, Network, "", "properties/subnets/1/properties/networkSecurityGroup", null },
        {
            "each subnet refuses what no rule allows",
            Apps, Network, "", "properties/subnets/1/properties/privateEndpointNetworkPolicies", "\"Disabled\""
        },
        { "each subnet refuses what no rule allows", Apps, Group, "tickets", "properties/securityRules", "[]" },
        { "each subnet refuses what no rule allows", Aks, Group, "vault", "properties/securityRules", "[]" },
        { "only the gateway reaches a server", Apps, App, "tickets", "properties/configuration/ingress/ipSecurityRestrictions", "[]" },
        {
            "only the gateway reaches a server",
            Apps, App, "tickets", "properties/configuration/ingress/ipSecurityRestrictions/0/ipAddressRange", "\"10.40.0.0/16\""
        },
        { "only the gateway reaches a server", Apps, App, "wiki", "properties/configuration/ingress/allowInsecure", "true" },
        {
            "only the gateway reaches a server",
            Apps, Group, "wiki", "properties/securityRules/0/properties/sourceAddressPrefix", "\"VirtualNetwork\""
        },
        { "servers are apart from each other", Apps, App, "wiki", "properties/environmentId", "\"tickets\"" },
        { "servers are apart from each other", Apps, AppEnvironment, "wiki", "properties/vnetConfiguration/infrastructureSubnetId", "\"tickets\"" },
        { "servers are apart from each other", Apps, App, "wiki", "identity/userAssignedIdentities", "\"tickets\"" },
        {
            "servers are apart from each other",
            Apps, Group, "server-tickets", "properties/securityRules/3/properties/destinationAddressPrefix", "\"VirtualNetwork\""
        },
        {
            "servers are apart from each other",
            Apps, Group, "server-tickets", "properties/securityRules/9/properties",
            """
            {
              "access": "Allow", "direction": "Outbound", "priority": 109, "protocol": "Udp",
              "destinationAddressPrefix": "*", "destinationPortRanges": ["123"]
            }
            """
        },
        {
            "servers are apart from each other",
            Apps, Group, "server-tickets", "properties/securityRules/9/properties/destinationPortRanges", "[\"443\"]"
        },
        {
            "servers are apart from each other",
            Apps, Group, "server-tickets", "properties/securityRules/8/properties/destinationAddressPrefix", "\"Internet\""
        },
        { "the state is on NFS, and no app mounts SMB", Apps, Share, "", "properties/enabledProtocols", "\"SMB\"" },
        { "the state is on NFS, and no app mounts SMB", Apps, EnvironmentStorage, "", "properties/azureFile", "{}" },
        { "the state is on NFS, and no app mounts SMB", Apps, App, "gatehouse", "properties/template/volumes/1/storageType", "\"AzureFile\"" },
        { "the state is on NFS, and no app mounts SMB", Apps, App, "gatehouse", "properties/template/volumes/1/storageType", "\"Secret\"" },
        { "there is one replica", Apps, App, "gatehouse", "properties/template/scale/maxReplicas", "2" },
        { "there is one replica", Apps, App, "gatehouse", "properties/template/scale/minReplicas", "0" },
        {
            "images are named by digest and pulled by an identity",
            Apps, App, "gatehouse", "properties/template/containers/0/image", "\"gatehouse:latest\""
        },
        {
            "images are named by digest and pulled by an identity",
            Apps, App, "tickets", "properties/configuration/registries/0/passwordSecretRef", "\"password\""
        },
        {
            "secrets come from the vault, and the container cannot use the identity",
            Apps, App, "gatehouse", "properties/configuration/secrets/2/value", "\"key\""
        },
        {
            "secrets come from the vault, and the container cannot use the identity",
            Apps, App, "gatehouse", "properties/configuration/identitySettings", "[]"
        },
        {
            "secrets come from the vault, and the container cannot use the identity",
            Apps, App, "gatehouse", "properties/template/containers/0/env/0/value", "\"key\""
        },
        { "the gateway ends TLS, and nothing else listens", Apps, App, "gatehouse", "properties/configuration/ingress/transport", "\"http\"" },
        {
            "the gateway ends TLS, and nothing else listens",
            Apps, App, "gatehouse", "properties/configuration/ingress/additionalPortMappings", "[{ \"targetPort\": 9090 }]"
        },
        { "no key and no password opens a service", Apps, Account, "", "properties/allowSharedKeyAccess", "true" },
        { "no key and no password opens a service", Apps, Registry, "", "properties/adminUserEnabled", "true" },
        { "no key and no password opens a service", Apps, Vault, "", "properties/enableRbacAuthorization", "false" },
        { "no key and no password opens a service", Aks, Cluster, "", "properties/disableLocalAccounts", "false" },
        { "the vault keeps deleted secrets", Apps, Vault, "", "properties/enablePurgeProtection", null },
        { "logs reach the workspace", Apps, Diagnostics, "", "id", "\"/other\"" },
        { "logs reach the workspace", Aks, Diagnostics, "", "properties/logs", "[]" },
        { "the cluster is private", Aks, Cluster, "", "properties/apiServerAccessProfile/enablePrivateCluster", "false" },
        { "the cluster is private", Aks, Cluster, "", "properties/apiServerAccessProfile/disableRunCommand", null },
        {
            "clients reach the load balancer of the cluster, and no node",
            Aks, Group, "-nodes", "properties/securityRules/0/properties/destinationAddressPrefix", "\"10.50.0.0/24\""
        },
        {
            "the cluster enforces network policies and has no driver of shares",
            Aks, Cluster, "", "properties/networkProfile/networkPolicy", "\"none\""
        },
        {
            "the cluster enforces network policies and has no driver of shares",
            Aks, Cluster, "", "properties/storageProfile/fileCSIDriver/enabled", "true"
        },
    };

    [Theory]
    [InlineData(Apps)]
    [InlineData(Aks)]
    public async Task Deployment_KeepsEveryRule(string template)
    {
        var resources = await templates.OfAsync(template);
        Assert.Empty(All.SelectMany(rule => rule.Value(resources).Select(fault => $"{rule.Key}: {fault}")));
    }

    [Theory]
    [MemberData(nameof(Broken))]
    public async Task DeploymentThatBreaksARule_IsFound(string rule, string template, string type, string name, string path, string? value)
    {
        List<ArmResource> resources = [.. (await templates.OfAsync(template)).Select(static one => new ArmResource(one.Json.DeepClone().AsObject()))];
        var resource = resources.First(one => one.Type == type && one.Name.EndsWith(name, StringComparison.Ordinal));
        var cut = path.LastIndexOf('/');
        var (parent, last) = (cut < 0 ? resource.Json : resource.At(path[..cut])!, path[(cut + 1)..]);
        if (parent is JsonArray items) items[int.Parse(last, System.Globalization.CultureInfo.InvariantCulture)] = Value();
        else parent[last] = Value();
        Assert.NotEmpty(All[rule](resources));

        // A word instead of a value stands for the same of the server tickets.
        JsonNode? Value() => value is not "\"tickets\"" ? value is null ? null : JsonNode.Parse(value)
            : resources.First(one => one.Type == type && one.Name.EndsWith("tickets", StringComparison.Ordinal)).At(path)!.DeepClone();
    }

    [Fact]
    public void EveryRule_HasADeploymentThatBreaksIt() =>
        Assert.Equal(All.Keys.Order(), Broken.Select(static row => row.Data.Item1).Distinct().Order());

    // The rules look at names of resources; an empty list would break none.
    [Fact]
    public async Task Deployments_HaveWhatTheRulesAreAbout()
    {
        var resources = new Dictionary<string, IReadOnlyList<ArmResource>>
        {
            [Apps] = await templates.OfAsync(Apps),
            [Aks] = await templates.OfAsync(Aks),
        };
        Assert.Equal(["tickets", "wiki", "gatehouse"], Names(Apps, App));
        Assert.Equal(["gatehouse01-gateway", "gatehouse01-server-tickets", "gatehouse01-server-wiki"], Names(Apps, AppEnvironment));
        foreach (var type in new[] { Vault, Account, Share, Registry, EnvironmentStorage, Network, Workspace }) Assert.Single(Names(Apps, type));
        foreach (var type in new[] { Vault, Registry, Cluster, Network, Workspace }) Assert.Single(Names(Aks, type));

        string[] Names(string template, string type) =>
            [.. resources[template].Where(one => one.Type == type).Select(static one => one.Name)];
    }
}
