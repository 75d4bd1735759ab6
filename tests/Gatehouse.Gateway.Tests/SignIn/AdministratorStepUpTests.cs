using System.Text.Json;
using System.Text.Json.Nodes;
using Gatehouse.Administration;
using Gatehouse.Gateway.Administration;
using Gatehouse.Identity.Revocations;
using Gatehouse.Ipc;
using Gatehouse.Policy.Matching;
using Gatehouse.Policy.Rules;
using Gatehouse.Settings;

namespace Gatehouse.Gateway.Tests.SignIn;

/// <summary>An administrator whose token does not show the demanded authentication gets the challenge of RFC 9470 (AZ-10).</summary>
[Trait("Requirement", "AZ-10")]
public sealed class AdministratorStepUpTests
{
    private static readonly PeerAccount Own = new(1, PeerAccount.OwnUserId());

    public static TheoryData<string, bool> Tokens => new()
    {
        { "{}", false },
        { """{ "amr": ["pwd"] }""", false },
        { """{ "amr": ["pwd", "mfa"] }""", false }, // strong, but not known to be recent
        { """{ "amr": ["pwd", "mfa"], "auth_time": -3600 }""", false },
        { """{ "amr": ["pwd"], "auth_time": -10 }""", false },
        { """{ "amr": ["pwd", "mfa"], "auth_time": 3600 }""", false }, // not yet
        { """{ "amr": ["MFA"], "auth_time": -10 }""", false },
        { """{ "amr": ["pwd", "mfa"], "auth_time": "yesterday" }""", false },
        { """{ "amr": ["pwd", "mfa"], "auth_time": -10 }""", true },
        { """{ "acr": "mfa", "auth_time": -10 }""", true },
    };

    [Theory]
    [MemberData(nameof(Tokens))]
    public async Task AnAdministratorWithoutTheFactor_GetsTheStepUpChallenge(string claims, bool isEnough)
    {
        await using var issuer = await OutsideIssuer.StartAsync();
        await using var gateway = await StartAsync(issuer);
        var reply = await RevokeAsync(gateway, issuer, claims);
        Assert.Equal(isEnough, reply.Ok);
        var entry = gateway.Entries().Last(one => one.TryGetProperty("act", out var act) && act.GetString() == "control.revoke");
        Assert.Equal("carol", entry.GetProperty("by").GetString());
        if (isEnough) return;
        Assert.Equal(("insufficient_user_authentication", "mfa", 300), (reply.Error, reply.AcrValues, reply.MaxAge));
        Assert.Contains("acr_values=mfa and max_age=300", reply.Remedy, StringComparison.Ordinal);
        Assert.Equal("insufficient_user_authentication", entry.GetProperty("why").GetString());
        Assert.Contains("\"acr_values\":\"mfa\"", JsonSerializer.Serialize(reply), StringComparison.Ordinal);
    }

    // A challenge would send a stranger to sign in again for nothing.
    [Fact]
    public async Task OneWhoIsNoAdministrator_GetsNoChallenge()
    {
        await using var issuer = await OutsideIssuer.StartAsync();
        await using var gateway = await StartAsync(issuer);
        var reply = await RevokeAsync(gateway, issuer, """{ "sub": "mallory" }""");
        Assert.Equal((false, null, null, null), (reply.Ok, reply.Error, reply.AcrValues, reply.MaxAge));
        Assert.Contains("is not an administrator", reply.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WithoutDemands_AnyAuthenticationIsEnough()
    {
        await using var issuer = await OutsideIssuer.StartAsync();
        await using var gateway = await StartAsync(issuer, demands: []);
        Assert.True((await RevokeAsync(gateway, issuer, "{}")).Ok);
        Assert.Equal("not-demanded", Revocation(gateway).GetProperty("factor").GetString());
    }

    [Theory]
    [InlineData("{}", "insufficient_user_authentication")]
    [InlineData("""{ "amr": ["pwd"] }""", "insufficient_user_authentication")]
    [InlineData("""{ "amr": ["pwd", "mfa"] }""", null)]
    public async Task WithoutAWordOfTheConfiguration_AnActThatGivesARight_NeedsAFactor(string claims, string? error)
    {
        await using var issuer = await OutsideIssuer.StartAsync();
        await using var gateway = await StartAsync(issuer, demands: null);
        var reply = await GatewayAdministration.ControlOf(gateway.Host)
            .HandleAsync(new ReleaseContainment("ctn-0123456789", "over"), Own, Token(gateway, issuer, claims));
        Assert.Equal((false, error), (reply.Ok, reply.Error));
    }

    // An incident is no time to look for a second factor.
    [Fact]
    public async Task WithoutAWordOfTheConfiguration_AnActOfEmergency_IsPossibleOnTheSocket_AndItsEntrySaysSo()
    {
        await using var issuer = await OutsideIssuer.StartAsync();
        await using var gateway = await StartAsync(issuer, demands: null);
        Assert.True((await RevokeAsync(gateway, issuer, "{}")).Ok);
        Assert.Equal("not-shown", Revocation(gateway).GetProperty("factor").GetString());
        Assert.True((await RevokeAsync(gateway, issuer, """{ "amr": ["mfa"] }""")).Ok);
        Assert.False(Revocation(gateway).TryGetProperty("factor", out _));
    }

    private static JsonElement Revocation(TestGateway gateway) =>
        gateway.Entries().Last(static one => one.TryGetProperty("act", out var act) && act.GetString() == "control.revoke");

    private static Task<TestGateway> StartAsync(OutsideIssuer issuer) => StartAsync(issuer, ["mfa"], TimeSpan.FromMinutes(5));

    private static Task<TestGateway> StartAsync(OutsideIssuer issuer, IReadOnlyList<string>? demands, TimeSpan maxAge = default) =>
        TestGateway.StartAsync(s => s with
        {
            Development = false,
            Issuers = [new IssuerSettings { Issuer = issuer.Origin }],
            Administration = new AdministrationSettings
            {
                Who = new WhoClause { Subjects = new NameSet(["carol"]) },
                Strengths = demands,
                MaxAge = maxAge,
            },
        });

    private static Task<ControlReply> RevokeAsync(TestGateway gateway, OutsideIssuer issuer, string claims) =>
        GatewayAdministration.ControlOf(gateway.Host).HandleAsync(
            new RevokeTokens(RevocationKind.Subject, issuer.Origin, "bob"), Own, Token(gateway, issuer, claims));

    private static string Token(TestGateway gateway, OutsideIssuer issuer, string claims) =>
        issuer.Mint(gateway.Host.Snapshots.Current.Settings.AdministrationResource, all =>
        {
            all["sub"] = "carol";
            all.Remove("amr");
            foreach (var (name, value) in JsonNode.Parse(claims)!.AsObject())
            {
                // Moments are relative to now.
                var isMoment = value!.GetValueKind() == JsonValueKind.Number;
                all[name] = isMoment ? all["iat"]!.GetValue<long>() + value.GetValue<long>() : value.DeepClone();
            }
        });
}
