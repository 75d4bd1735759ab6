using System.Text.Json.Nodes;
using Gatehouse.AuthorizationServer.Providers;
using Gatehouse.AuthorizationServer.SignIn;
using Gatehouse.AuthorizationServer.Tests.Providers.StandIns;
using Gatehouse.Settings;
using Gatehouse.Testing;
using Microsoft.AspNetCore.WebUtilities;

namespace Gatehouse.AuthorizationServer.Tests.Providers;

/// <summary>
/// The authentication that a client demands is asked for at the provider and shown by its answer, or the sign-in fails (OpenID Connect Core
/// §3.1.2.1, RFC 9470).
/// </summary>
public sealed class SignInDemandTests
{
    private readonly ManualTimeProvider clock = new();

    public static TheoryData<IssuerProfileName, string, string> Sent => new()
    {
        { IssuerProfileName.Strict, "none", "" },
        { IssuerProfileName.Strict, "fresh", "prompt=login&max_age=0" },
        { IssuerProfileName.Strict, "other", "prompt=login" },
        { IssuerProfileName.Strict, "account", "prompt=select_account" },
        { IssuerProfileName.Strict, "fresh account", "prompt=login select_account&max_age=0" },
        { IssuerProfileName.Strict, "age", "max_age=900" },
        { IssuerProfileName.Strict, "acr", "acr_values=urn:strong c1 mfa" },
        { IssuerProfileName.AdFs, "none", "" },
        { IssuerProfileName.AdFs, "fresh account", "prompt=login" },
        { IssuerProfileName.AdFs, "account", "prompt=login" },
        { IssuerProfileName.AdFs, "age", "prompt=login" },
        { IssuerProfileName.AdFs, "acr", "acr_values=urn:strong c1 mfa" },
        { IssuerProfileName.Entra, "none", "" },
        { IssuerProfileName.Entra, "fresh account", "prompt=login" },
        { IssuerProfileName.Entra, "account", "prompt=select_account" },
        { IssuerProfileName.Entra, "age", "prompt=login" },
        { IssuerProfileName.Entra, "acr", """claims={"id_token":{"acrs":{"essential":true,"value":"c1"}}}""" },
        { IssuerProfileName.Entra, "mfa", "" },
    };

    [Theory]
    [MemberData(nameof(Sent))]
    public void ADemand_IsSentAsTheProviderDocumentsIt(IssuerProfileName profile, string demand, string sent) => Assert.Equal(
        sent, string.Join('&', DemandParameters.Of(DemandOf(demand), profile).Select(one => $"{one.Name}={one.Value}")));

    [Fact]
    public async Task ADemand_IsInTheRequest_AndInTheRecordOfTheSignIn()
    {
        await using var standIn = await OidcStandIn.StartAsync(clock);
        using var bench = new SignInBench(SignInBench.Settings(standIn), clock);
        var demand = new SignInDemand { IsFresh = true, AcrValues = "urn:strong mfa" };
        var (address, attempt) = await bench.Provider.BeginAsync(SignInBench.State, demand, default);
        var query = QueryHelpers.ParseQuery(address.Query);
        Assert.Equal(["login", "0", "urn:strong mfa"], new[] { "prompt", "max_age", "acr_values" }.Select(name => query[name].Single()));
        Assert.Equal((demand, clock.GetUtcNow()), (attempt.Demand, attempt.BeganAt));
    }

    // The clocks of gateway and provider may differ by a minute.
    [Theory]
    [InlineData("age", -900, null)]
    [InlineData("age", -950, null)]
    [InlineData("age", -1000, "authentication-too-old")]
    [InlineData("age", null, "authentication-time-missing")]
    [InlineData("fresh", 0, null)]
    [InlineData("fresh", 20, null)]
    [InlineData("fresh", -50, null)]
    [InlineData("fresh", -100, "authentication-too-old")]
    [InlineData("fresh", null, "authentication-time-missing")]
    [InlineData("fresh age", -100, "authentication-too-old")]
    [InlineData("other", -1000, null)]
    [InlineData("other", null, null)]
    [InlineData("account", null, null)]
    [InlineData("none", null, null)]
    public async Task TheAgeOfTheAuthentication_IsShown(string demand, int? seconds, string? code)
    {
        await using var standIn = await OidcStandIn.StartAsync(clock);
        standIn.IdToken = token =>
        {
            if (seconds is { } age) token.Claims["auth_time"] = clock.GetUtcNow().AddSeconds(age).ToUnixTimeSeconds();
            else token.Claims.Remove("auth_time");
        };
        using var bench = new SignInBench(SignInBench.Settings(standIn), clock);
        AssertFault(code, await bench.SignInAsync(DemandOf(demand)));
    }

    // A person who takes nine minutes to sign in was still asked again.
    [Fact]
    public async Task TheAge_CountsFromTheBeginning_AndNotFromTheEndOfASlowSignIn()
    {
        await using var standIn = await OidcStandIn.StartAsync(clock);
        var at = clock.GetUtcNow().AddSeconds(5).ToUnixTimeSeconds();
        standIn.IdToken = token => token.Claims["auth_time"] = at;
        using var bench = new SignInBench(SignInBench.Settings(standIn), clock);
        var (attempt, answer) = await bench.VisitAsync(new SignInDemand { IsFresh = true });
        clock.Advance(TimeSpan.FromMinutes(9));
        AssertFault(null, await bench.CompleteAsync(attempt, answer));
    }

    [Theory]
    [InlineData("urn:strong", "pwd", null)]
    [InlineData("c1", "pwd", null)]
    [InlineData("urn:weak", "pwd mfa", null)] // a method is enough, as for administration.strengths
    [InlineData("urn:weak", "pwd", "authentication-too-weak")]
    [InlineData("URN:STRONG", "pwd", "authentication-too-weak")]
    [InlineData("urn:strong c1", "pwd", "authentication-too-weak")]
    [InlineData(null, "", "authentication-too-weak")]
    public async Task TheContextOfTheAuthentication_IsShown(string? context, string methods, string? code)
    {
        await using var standIn = await OidcStandIn.StartAsync(clock);
        standIn.IdToken = token =>
        {
            token.Claims.Remove("acr");
            if (context is not null) token.Claims["acr"] = context;
            token.Claims["amr"] = new JsonArray([.. methods.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(one => JsonValue.Create(one))]);
        };
        using var bench = new SignInBench(SignInBench.Settings(standIn), clock);
        AssertFault(code, await bench.SignInAsync(DemandOf("acr")));
    }

    [Theory]
    [InlineData("""["c3", "c1"]""", "c1", null)]
    [InlineData("\"c1\"", "c1", null)]
    [InlineData("""["c2"]""", null, "authentication-too-weak")]
    [InlineData("""[1, null, {}]""", null, "authentication-too-weak")]
    [InlineData("{}", null, "authentication-too-weak")]
    public async Task AContextOfEntra_IsReadFromItsOwnClaim(string contexts, string? shown, string? code)
    {
        await using var standIn = await SignInBench.EntraAsync(clock);
        standIn.Knobs.IdToken = claims => claims["acrs"] = JsonNode.Parse(contexts);
        using var bench = new SignInBench(SignInBench.Settings(standIn), clock);
        var result = await bench.SignInAsync(DemandOf("acr"));
        AssertFault(code, result);
        Assert.Equal(shown, result.Person?.AuthenticationContext);
    }

    // Another provider does not say by this claim how the person authenticated: whoever writes claims there would decide.
    [Fact]
    public async Task TheClaimOfEntra_CountsAtEntraOnly()
    {
        await using var standIn = await OidcStandIn.StartAsync(clock);
        standIn.IdToken = token =>
        {
            token.Claims.Remove("acr");
            token.Claims["acrs"] = new JsonArray("c1");
        };
        using var bench = new SignInBench(SignInBench.Settings(standIn), clock);
        AssertFault("authentication-too-weak", await bench.SignInAsync(DemandOf("acr")));
    }

    private static void AssertFault(string? code, SignInResult result)
    {
        Assert.Equal(code, result.Fault?.Code);
        if (result.Fault is { } fault) Assert.Equal("unmet_authentication_requirements", ErrorCodes.Of(fault));
    }

    private static SignInDemand DemandOf(string words)
    {
        var all = words.Split(' ');
        return new SignInDemand
        {
            IsFresh = all.Contains("fresh"),
            IsOtherAccount = all.Contains("other"),
            SelectsAccount = all.Contains("account"),
            MaxAge = all.Contains("age") ? 900 : null,
            AcrValues = all.Contains("acr") ? "urn:strong c1 mfa" : all.Contains("mfa") ? "mfa" : null,
        };
    }
}
