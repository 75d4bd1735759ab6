namespace Gatehouse.Conventions.Tests;

/// <summary>The trust to connect to the metadata service of the machine belongs to one client (design rule 3, CWE-918).</summary>
[Trait("Requirement", "E03")]
public sealed class PlatformTrustTests
{
    [Theory]
    [InlineData("PlatformIdentity", new[]
    {
        "src/Gatehouse.Outbound/AddressRules.cs", "src/Gatehouse.Outbound/DestinationTrust.cs", "src/Gatehouse.Outbound/IdentityEndpoints.cs",
        "src/Gatehouse.Outbound/OutboundConnector.cs", "src/Gatehouse.Outbound/OutboundHandlers.cs",
    })]
    [InlineData("UseForIdentity(", new[] { "src/Gatehouse.Azure/AzureCredentials.cs", "src/Gatehouse.Azure/AzureTransports.cs" })]
    public void WordOfTheTrust_IsOnlyWhereConnectionsAreMade(string word, string[] files) => Assert.Equal(
        files, Repository.Files("src", ".cs").Where(file => Repository.Read(file).Contains(word, StringComparison.Ordinal)).Order(StringComparer.Ordinal));
}
