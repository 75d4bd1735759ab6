using System.Text.RegularExpressions;

namespace Gatehouse.Deployment.Tests.Azure;

/// <summary>The files for kubectl and Helm beside aks.bicep: names that one file gives and another uses.</summary>
[Trait("Requirement", "DE-01")]
public sealed class ClusterFileTests
{
    [Fact]
    public void ThePodThatReadsTheVault_HasTheServiceAccountOfTheIdentity()
    {
        var account = Only("aks.bicep", @"(?m)^param serviceAccount string = '([^']+)'$");
        Assert.Equal(account, Only("aks/secrets.yaml", @"(?m)^      serviceAccountName: (.+)$"));
        Assert.Equal(
            Only("aks.bicep", @"(?m)^param namespace string = '([^']+)'$"), Only("aks/secrets.yaml", @"kind: Namespace\nmetadata:\n  name: (.+)\n"));
    }

    [Fact]
    public void EachSecretThatTheChartMounts_ComesFromTheVault()
    {
        var made = All("aks/secrets.yaml", @"secretName: (\S+)");
        var used = All("aks/values.yaml", @"existingSecret: ([^\s,]+)");
        Assert.NotEmpty(used);
        Assert.Subset(made, used);
        // What a Secret is made of is fetched from the vault.
        Assert.Equal(All("aks/secrets.yaml", @"          objectName: (\S+)"), All("aks/secrets.yaml", @"        - objectName: (\S+)"));
    }

    [Fact]
    public void TheLoadBalancer_IsInTheSubnetThatClientsReach() => Assert.Contains(
        Only("aks/values.yaml", @"azure-load-balancer-internal-subnet: (\S+)"), All("aks.bicep", @"(?m)^        name: '([^']+)'$"));

    // SMB keeps no modes, and a cache of the host would lose what was synced.
    [Fact]
    public void TheStateIsOnADiskThatStays()
    {
        Assert.Equal(Only("aks/storage-class.yaml", @"(?m)^  name: (.+)$"), Only("aks/values.yaml", @"storageClass: (\S+)"));
        Assert.Equal("disk.csi.azure.com", Only("aks/storage-class.yaml", @"provisioner: (\S+)"));
        Assert.Equal("None", Only("aks/storage-class.yaml", @"cachingMode: (\S+)"));
        Assert.Equal("Retain", Only("aks/storage-class.yaml", @"reclaimPolicy: (\S+)"));
    }

    private static string Only(string file, string pattern) => Assert.Single(All(file, pattern));

    private static HashSet<string> All(string file, string pattern) =>
        [.. Regex.Matches(File.ReadAllText(Path.Join(Bicep.Folder, file)), pattern).Select(static match => match.Groups[1].Value)];
}
