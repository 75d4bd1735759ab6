using System.Text.Json;
using System.Text.Json.Nodes;
using Gatehouse.Administration.Control;
using Gatehouse.Gateway.Administration;
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
        await using var gateway = await StartAsync(issuer, demands: false);
        Assert.True((await RevokeAsync(gateway, issuer, "{}")).Ok);
    }

    private static Task<TestGateway> StartAsync(OutsideIssuer issuer, bool demands = true) => TestGateway.StartAsync(s => s with
    {
        Development = false,
        Issuers = [new IssuerSettings { Issuer = issuer.Origin }],
        Administration = new AdministrationSettings
        {
            Who = new WhoClause { Subjects = new NameSet(["carol"]) },
            Strengths = demands ? ["mfa"] : [],
            MaxAge = demands ? TimeSpan.FromMinutes(5) : TimeSpan.Zero,
        },
    });

    private static Task<ControlReply> RevokeAsync(TestGateway gateway, OutsideIssuer issuer, string claims)
    {
        var token = issuer.Mint(gateway.Host.Snapshots.Current.Settings.AdministrationResource, all =>
        {
            all["sub"] = "carol";
            foreach (var (name, value) in JsonNode.Parse(claims)!.AsObject())
            {
                // Moments are relative to now.
                var isMoment = value!.GetValueKind() == JsonValueKind.Number;
                all[name] = isMoment ? all["iat"]!.GetValue<long>() + value.GetValue<long>() : value.DeepClone();
            }
        });
        return GatewayAdministration.ControlOf(gateway.Host).HandleAsync(
            new ControlRequest { Verb = "revoke", Kind = "subject", Issuer = issuer.Origin, Value = "bob", AdminToken = token }, Own);
    }
}
