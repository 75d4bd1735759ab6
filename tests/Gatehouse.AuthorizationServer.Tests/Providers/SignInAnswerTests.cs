using Gatehouse.AuthorizationServer.Providers;
using Gatehouse.AuthorizationServer.Tests.Providers.StandIns;
using Gatehouse.Testing;

namespace Gatehouse.AuthorizationServer.Tests.Providers;

/// <summary>Answers with which browsers come back: who sent them, and what they say.</summary>
public sealed class SignInAnswerTests
{
    private const string Poison = "<img src=x onerror=alert(1)> call +1 555 0100";

    private readonly ManualTimeProvider clock = new();

    [Theory]
    [Trait("Requirement", "B10")]
    [InlineData("{0}/")]
    [InlineData("{0}?")]
    [InlineData("{0}/../tenant")]
    [InlineData("{0} ")]
    [InlineData("https://evil.example")]
    [InlineData("")]
    public async Task B10_AnotherIssuer_IsRefusedBeforeTheCodeIsRedeemed(string named)
    {
        await using var standIn = await OidcStandIn.StartAsync(clock, "/tenant");
        standIn.NamedIssuer = issuer => string.Format(null, named, issuer);
        using var bench = new SignInBench(SignInBench.Settings(standIn), clock);
        var fault = await bench.FailAsync();
        Assert.Equal(("issuer-mismatch", true), (fault.Code, fault.IsAttack));
        Assert.DoesNotContain("/tenant/token", standIn.Requests);
    }

    [Theory]
    [Trait("Requirement", "B10")]
    [InlineData("HTTP://127.0.0.1:")]
    [InlineData("http://127.000.000.001:")]
    public async Task B10_AnIssuerThatIsEqualOnlyAfterNormalizing_IsRefused(string start)
    {
        await using var standIn = await OidcStandIn.StartAsync(clock);
        standIn.NamedIssuer = issuer => issuer.Replace("http://127.0.0.1:", start, StringComparison.Ordinal);
        using var bench = new SignInBench(SignInBench.Settings(standIn), clock);
        Assert.Equal("issuer-mismatch", (await bench.FailAsync()).Code);
    }

    [Fact]
    [Trait("Requirement", "B10")]
    public async Task B10_AWrongIssuerThatWasNotAdvertised_IsRefusedToo()
    {
        await using var standIn = await OidcStandIn.StartAsync(clock);
        standIn.Metadata = metadata => metadata.Remove("authorization_response_iss_parameter_supported");
        standIn.NamedIssuer = _ => "https://evil.example";
        using var bench = new SignInBench(SignInBench.Settings(standIn), clock);
        Assert.Equal("issuer-mismatch", (await bench.FailAsync()).Code);
    }

    // RFC 9700 §4.4.2.2: the redirect URI tells whose answer it is where the provider sends no iss.
    [Theory]
    [Trait("Requirement", "B10")]
    [InlineData("mallory")]
    [InlineData("Corp")]
    [InlineData("corp/")]
    [InlineData("")]
    public async Task B10_AnAnswerAtTheAddressOfAnotherProvider_IsRefusedBeforeTheCodeIsRedeemed(string name)
    {
        await using var standIn = await OidcStandIn.StartAsync(clock);
        standIn.Metadata = metadata => metadata.Remove("authorization_response_iss_parameter_supported");
        standIn.NamedIssuer = _ => null;
        using var bench = new SignInBench(SignInBench.Settings(standIn), clock);
        var (attempt, answer) = await bench.VisitAsync();
        var refused = await bench.CompleteAsync(attempt, answer with { Provider = name });
        Assert.Equal(("issuer-mismatch", true), (refused.Fault?.Code, refused.Fault?.IsAttack));
        Assert.DoesNotContain("/token", standIn.Requests);
        Assert.NotNull((await bench.CompleteAsync(attempt, answer)).Person);
    }

    [Fact]
    [Trait("Requirement", "B11")]
    public async Task B11_AMissingIssuerThatWasAdvertised_IsRefused()
    {
        await using var standIn = await OidcStandIn.StartAsync(clock);
        standIn.NamedIssuer = _ => null;
        using var bench = new SignInBench(SignInBench.Settings(standIn), clock);
        var fault = await bench.FailAsync();
        Assert.Equal(("issuer-missing", true), (fault.Code, fault.IsAttack));
        Assert.DoesNotContain("/token", standIn.Requests);
    }

    [Fact]
    [Trait("Requirement", "B11")]
    public async Task B11_AMissingIssuerThatWasNotAdvertised_IsAccepted()
    {
        await using var standIn = await OidcStandIn.StartAsync(clock);
        standIn.Metadata = metadata => metadata.Remove("authorization_response_iss_parameter_supported");
        standIn.NamedIssuer = _ => null;
        using var bench = new SignInBench(SignInBench.Settings(standIn), clock);
        Assert.NotNull((await bench.SignInAsync()).Person);
    }

    [Theory]
    [Trait("Requirement", "B12")]
    [InlineData("https://evil.example", "issuer-mismatch")]
    [InlineData(null, "issuer-missing")]
    public async Task B12_NothingOfAnErrorThatCameFromElsewhere_IsUsed(string? issuer, string code)
    {
        await using var standIn = await OidcStandIn.StartAsync(clock);
        standIn.NamedIssuer = _ => issuer;
        standIn.Refusal = ("access_denied", Poison);
        using var bench = new SignInBench(SignInBench.Settings(standIn), clock);
        var fault = await bench.FailAsync();
        Assert.Equal(code, fault.Code);
        Assert.DoesNotContain("cancelled", fault.Text, StringComparison.Ordinal); // the words of access_denied
        AssertOwnWords(fault);
    }

    [Theory]
    [Trait("Requirement", "B12")]
    [InlineData("access_denied", "access-denied")]
    [InlineData("login_required", "login-required")]
    [InlineData("interaction_required", "interaction-required")]
    [InlineData("consent_required", "consent-required")]
    [InlineData("temporarily_unavailable", "provider-unavailable")]
    [InlineData("server_error", "provider-unavailable")]
    [InlineData("invalid_scope", "provider-scope")]
    [InlineData("unauthorized_client", "provider-client")]
    [InlineData("<script>alert(1)</script>", "provider-error")]
    [InlineData("", "provider-error")]
    public async Task B12_AnErrorOfTheProvider_IsExplainedInOurOwnWords(string error, string code)
    {
        await using var standIn = await OidcStandIn.StartAsync(clock);
        standIn.Refusal = (error, $"AADSTS53003: {Poison}");
        using var bench = new SignInBench(SignInBench.Settings(standIn), clock);
        var fault = await bench.FailAsync();
        Assert.Equal((code, false), (fault.Code, fault.IsAttack));
        Assert.StartsWith("Corp Login ", fault.Text, StringComparison.Ordinal);
        AssertOwnWords(fault);
    }

    [Fact]
    public async Task AnAnswerWithCodeAndError_IsAnError()
    {
        await using var standIn = await OidcStandIn.StartAsync(clock);
        using var bench = new SignInBench(SignInBench.Settings(standIn), clock);
        var (attempt, answer) = await bench.VisitAsync();
        Assert.Equal("access-denied", (await bench.CompleteAsync(attempt, answer with { Error = "access_denied" })).Fault?.Code);
        Assert.DoesNotContain("/token", standIn.Requests);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("long")]
    public async Task AnAnswerWithoutAUsableCode_RedeemsNothing(string? code)
    {
        await using var standIn = await OidcStandIn.StartAsync(clock);
        using var bench = new SignInBench(SignInBench.Settings(standIn), clock);
        var (attempt, answer) = await bench.VisitAsync();
        var result = await bench.CompleteAsync(attempt, answer with { Code = code == "long" ? new string('c', 9000) : code });
        Assert.Equal("code-missing", result.Fault?.Code);
        Assert.DoesNotContain("/token", standIn.Requests);
    }

    private static void AssertOwnWords(SignInFault fault)
    {
        Assert.DoesNotContain("555", fault.Text, StringComparison.Ordinal);
        Assert.DoesNotContain('<', fault.Text);
        Assert.DoesNotContain("evil", fault.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("AADSTS", fault.Text, StringComparison.Ordinal);
    }
}
