using Gatehouse.Administration;
using Gatehouse.Gateway.Tests.Configurations;

namespace Gatehouse.Gateway.Tests.Containment;

/// <summary>A development token that a containment makes useless: who tries it would otherwise look for the fault in the token.</summary>
public sealed class ContainedTokenTests
{
    [Theory]
    [InlineData("user", "alice", "user alice is contained, so the gateway refuses requests with this token; to release it: gatehouse release ctn-")]
    [InlineData("client", "gatehouse-cli", "client gatehouse-cli is contained")]
    [InlineData("server", "up", "server up is contained")]
    public async Task TokenThatAContainmentMakesUseless_HasAWarning(string kind, string name, string warning)
    {
        await using var gateway = await FiledGateway.StartAsync();
        Assert.Null(await WarningAsync(gateway));
        var issuer = kind == "server" ? "" : gateway.Host.Development!.TrustedIssuer.Profile.Issuer;
        var made = await gateway.Administration.DoAsync(new Contain(new ContainmentTarget(kind, issuer, name, ""), "r", false), gateway.Carol());
        Assert.Null(made.Refusal);
        Assert.StartsWith(warning, await WarningAsync(gateway), StringComparison.Ordinal);
    }

    private static async Task<string?> WarningAsync(FiledGateway gateway) => (await gateway.Administration.DoAsync(
        new IssueDevelopmentToken(null, "alice", null, null, null), new AdministratorCredentials(FiledGateway.Own))).Result!.Warning;
}
