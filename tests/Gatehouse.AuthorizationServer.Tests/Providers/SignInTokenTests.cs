using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Gatehouse.AuthorizationServer.Providers;
using Gatehouse.AuthorizationServer.Tests.Providers.StandIns;
using Gatehouse.Identity.Tests.Support;
using Gatehouse.Settings;
using Gatehouse.Testing;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.AuthorizationServer.Tests.Providers;

/// <summary>The redemption of codes, and the tokens that come for them.</summary>
[Trait("NoRetry", "yes")]
public sealed class SignInTokenTests
{
    private readonly ManualTimeProvider clock = new();

    [Fact]
    [Trait("Requirement", "B28")]
    public async Task B28_ASignIn_GivesThePerson_WithoutAnyRefreshToken()
    {
        await using var standIn = await OidcStandIn.StartAsync(clock);
        using var bench = new SignInBench(SignInBench.Settings(standIn), clock);
        var person = (await bench.SignInAsync()).Person!;
        Assert.Equal(("corp:alice", "Alice Example"), (person.Subject, person.DisplayName));
        Assert.Equal(["staff"], person.Groups);
        Assert.Equal(["reader"], person.Roles);
        Assert.Equal(("urn:strong", false), (person.AuthenticationContext, person.GroupsIncomplete));
        Assert.Equal(["pwd", "otp"], person.AuthenticationMethods);
        Assert.Equal(clock.GetUtcNow().AddMinutes(-1), person.AuthenticatedAt);
        Assert.Null(person.Scopes);
        Assert.Equal(standIn.LastAnswer, Encoding.UTF8.GetString(person.ProviderTokens));
        Assert.Equal(standIn.Issuer, person.Issuer);
        Assert.DoesNotContain("refresh_token", standIn.LastAnswer, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Requirement", "B28")]
    public async Task B28_ARefreshToken_IsKeptForSealingAndPrintedNowhere()
    {
        await using var standIn = await OidcStandIn.StartAsync(clock);
        standIn.TokenAnswer = answer => answer["refresh_token"] = "refresh-canary";
        using var bench = new SignInBench(SignInBench.Settings(standIn), clock);
        var result = await bench.SignInAsync();
        Assert.Contains("refresh-canary", Encoding.UTF8.GetString(result.Person!.ProviderTokens), StringComparison.Ordinal);
        Assert.DoesNotContain("canary", $"{result} {result.Person}", StringComparison.Ordinal);
    }

    // A reload disposes the provider that it replaces. The keys are fetched only after the code was redeemed.
    [Fact]
    public async Task ASignInDuringAReload_IsFinishedByTheReplacedProvider()
    {
        await using var standIn = await OidcStandIn.StartAsync(clock);
        using var bench = new SignInBench(SignInBench.Settings(standIn), clock);
        var (attempt, answer) = await bench.VisitAsync();
        standIn.TokenAnswer = _ => bench.Provider.Dispose();
        Assert.Equal("corp:alice", (await bench.CompleteAsync(attempt, answer)).Person?.Subject);

        // One that found the provider before the reload, and judges its answer after it.
        standIn.TokenAnswer = static _ => { };
        Assert.Equal("corp:alice", (await bench.SignInAsync()).Person?.Subject);
    }

    [Fact]
    [Trait("Requirement", "B30")]
    public async Task B30_NoSecret_IsPrinted()
    {
        await using var standIn = await OidcStandIn.StartAsync(clock);
        using var bench = new SignInBench(SignInBench.Settings(standIn), clock);
        var (attempt, answer) = await bench.VisitAsync();
        var result = await bench.CompleteAsync(attempt, answer);
        var again = await bench.CompleteAsync(attempt, answer);
        var texts = $"{attempt} {answer} {result} {result.Person} {again} {again.Fault} {bench.Provider} {TokenAnswer.Read(result.Person!.ProviderTokens)}";
        foreach (var secret in new[] { attempt.Verifier, attempt.Nonce, answer.Code!, OidcStandIn.Secret, "eyJ" })
            Assert.DoesNotContain(secret, texts, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Requirement", "B30")]
    public async Task B30_ASecretThatCannotBeRead_IsAFaultThatNamesNoSecret()
    {
        await using var standIn = await OidcStandIn.StartAsync(clock);
        using var bench = new SignInBench(SignInBench.Settings(standIn) with { ClientSecret = new SecretReference("env", "ABSENT") }, clock);
        var fault = await bench.FailAsync();
        Assert.Equal("provider-secret", fault.Code);
        Assert.DoesNotContain("/token", standIn.Requests);
    }

    [Fact]
    public async Task TheSecret_GoesIntoTheHeader_EachHalfEncoded()
    {
        await using var standIn = await OidcStandIn.StartAsync(clock);
        using var bench = new SignInBench(SignInBench.Settings(standIn), clock);
        Assert.NotNull((await bench.SignInAsync()).Person);
        Assert.StartsWith("Basic ", standIn.LastAuthorization, StringComparison.Ordinal);
        Assert.Equal(["code", "code_verifier", "grant_type", "redirect_uri"], standIn.LastForm.Keys.Order());
    }

    [Fact]
    public async Task TheSecret_GoesIntoTheForm_WhereTheProviderTakesItThereOnly()
    {
        await using var standIn = await OidcStandIn.StartAsync(clock);
        standIn.Metadata = metadata => metadata["token_endpoint_auth_methods_supported"] = new JsonArray("client_secret_post");
        using var bench = new SignInBench(SignInBench.Settings(standIn), clock);
        Assert.NotNull((await bench.SignInAsync()).Person);
        Assert.Null(standIn.LastAuthorization);
    }

    [Fact]
    public async Task AProviderThatTakesNoSecret_GetsNone()
    {
        await using var standIn = await OidcStandIn.StartAsync(clock);
        standIn.Metadata = metadata => metadata["token_endpoint_auth_methods_supported"] = new JsonArray("private_key_jwt");
        using var bench = new SignInBench(SignInBench.Settings(standIn), clock);
        Assert.Equal("provider-client-authentication", (await bench.FailAsync()).Code);
        Assert.DoesNotContain("/token", standIn.Requests);
    }

    [Fact]
    public async Task APublicClient_SendsItsIdOnly()
    {
        await using var standIn = await OidcStandIn.StartAsync(clock);
        standIn.IsPublic = true;
        using var bench = new SignInBench(SignInBench.Settings(standIn) with { ClientSecret = null }, clock);
        Assert.NotNull((await bench.SignInAsync()).Person);
    }

    [Fact]
    [Trait("Requirement", "B16")]
    public async Task B16_TheCodeOfAnotherSignIn_IsNotRedeemedByThisVerifier()
    {
        await using var standIn = await OidcStandIn.StartAsync(clock);
        using var bench = new SignInBench(SignInBench.Settings(standIn), clock);
        var (mine, _) = await bench.VisitAsync();
        var (_, stolen) = await bench.VisitAsync();
        Assert.Equal("code-refused", (await bench.CompleteAsync(mine, stolen)).Fault?.Code);
    }

    [Fact]
    [Trait("Requirement", "B18")]
    public async Task B18_AnAnswerThatIsReplayed_GivesNothing()
    {
        await using var standIn = await OidcStandIn.StartAsync(clock);
        using var bench = new SignInBench(SignInBench.Settings(standIn), clock);
        var (attempt, answer) = await bench.VisitAsync();
        Assert.NotNull((await bench.CompleteAsync(attempt, answer)).Person);
        Assert.Equal("code-refused", (await bench.CompleteAsync(attempt, answer)).Fault?.Code);
    }

    [Fact]
    public async Task AWrongSecret_IsExplainedToTheAdministrator()
    {
        await using var standIn = await OidcStandIn.StartAsync(clock);
        using var bench = new SignInBench(SignInBench.Settings(standIn), clock, secret: "wrong");
        var fault = await bench.FailAsync();
        Assert.Equal("provider-client", fault.Code);
        Assert.Contains("'clientSecret'", fault.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("script", fault.Text, StringComparison.Ordinal);
    }

    public static TheoryData<string, string, bool> BadIdTokens => new()
    {
        { "nonce", "id-token-nonce", true },
        { "no nonce", "id-token-nonce", true },
        { "audience", "id-token-audience", true },
        { "two audiences", "id-token-party", true },
        { "other party", "id-token-party", true },
        { "issuer", "id-token-issuer", true },
        { "issuer with slash", "id-token-issuer", true },
        { "none", "id-token-algorithm", false },
        { "hmac with the public key", "id-token-algorithm", false },
        { "key of another algorithm", "id-token-signature", true },
        { "unknown key", "id-token-key", false },
        { "key in the header", "id-token-key", false },
        { "signature", "id-token-signature", true },
        { "access token", "id-token-access-token", true },
        { "expired", "id-token-expired", false },
        { "no expiry", "id-token-form", false },
        { "future", "id-token-early", false },
        { "repeated member", "id-token-form", false },
        { "subject", "id-token-subject", false },
        { "long subject", "id-token-subject", false },
        { "type", "id-token-type", false },
        { "logout token", "id-token-type", false },
    };

    [Theory]
    [MemberData(nameof(BadIdTokens))]
    public async Task AnIdTokenThatIsNotForThisSignIn_IsRefused(string flaw, string code, bool isAttack)
    {
        await using var standIn = await OidcStandIn.StartAsync(clock);
        standIn.IdToken = token => Spoil(token, flaw);
        using var bench = new SignInBench(SignInBench.Settings(standIn), clock);
        var fault = await bench.FailAsync();
        Assert.Equal((code, isAttack), (fault.Code, fault.IsAttack));
    }

    [Theory]
    [InlineData("RS256")]
    [InlineData("PS256")]
    public async Task AnIdToken_MayBeSignedWithAnyListedAlgorithm(string algorithm)
    {
        await using var standIn = await OidcStandIn.StartAsync(clock);
        var rsa = OidcStandIn.RsaKey.As(algorithm);
        standIn.Documents["/keys"] = new JsonObject { ["keys"] = new JsonArray(rsa.PublicJwk()) }.ToJsonString();
        standIn.IdToken = token => Sign(token, rsa);
        using var bench = new SignInBench(SignInBench.Settings(standIn), clock);
        Assert.NotNull((await bench.SignInAsync()).Person);
    }

    [Theory]
    [InlineData("no id token")]
    [InlineData("no access token")]
    [InlineData("type")]
    [InlineData("repeated member")]
    [InlineData("not json")]
    public async Task AnAnswerThatIsNoTokenResponse_IsRefused(string flaw)
    {
        await using var standIn = await OidcStandIn.StartAsync(clock);
        standIn.TokenAnswer = answer =>
        {
            if (flaw == "no id token") answer.Remove("id_token");
            if (flaw == "no access token") answer.Remove("access_token");
            if (flaw == "type") answer["token_type"] = "DPoP";
        };
        if (flaw == "repeated member") standIn.TokenEndpoint = context => context.Response.WriteAsync("{\"id_token\":\"a\",\"id_token\":\"b\"}");
        if (flaw == "not json") standIn.TokenEndpoint = context => context.Response.WriteAsync("<html>welcome</html>");
        using var bench = new SignInBench(SignInBench.Settings(standIn), clock);
        Assert.Equal("token-answer", (await bench.FailAsync()).Code);
    }

    [Fact]
    public async Task ATokenEndpointThatRedirects_IsNotFollowed()
    {
        await using var standIn = await OidcStandIn.StartAsync(clock);
        await using var thief = await OidcStandIn.StartAsync(clock);
        standIn.TokenEndpoint = context =>
        {
            context.Response.StatusCode = StatusCodes.Status307TemporaryRedirect;
            context.Response.Headers.Location = $"{thief.Origin}/token";
            return Task.CompletedTask;
        };
        using var bench = new SignInBench(SignInBench.Settings(standIn), clock);
        Assert.Equal("token-redirect", (await bench.FailAsync()).Code);
        Assert.Empty(thief.Requests);
    }

    [Fact]
    public async Task ATokenEndpointThatAnswersTooMuch_IsCutOff()
    {
        await using var standIn = await OidcStandIn.StartAsync(clock);
        standIn.TokenAnswer = answer => answer["padding"] = new string('x', ProviderForms.LargestAnswer);
        using var bench = new SignInBench(SignInBench.Settings(standIn), clock);
        Assert.Equal("provider-unavailable", (await bench.FailAsync()).Code);
    }

    [Fact]
    public async Task ATokenEndpointThatNeverAnswers_IsLeftAfterTheTimeLimit()
    {
        await using var standIn = await OidcStandIn.StartAsync(clock);
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        standIn.TokenEndpoint = async context =>
        {
            asked.SetResult();
            var left = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await using var registration = context.RequestAborted.Register(left.SetResult);
            await left.Task;
        };
        using var bench = new SignInBench(SignInBench.Settings(standIn), clock);
        var (attempt, answer) = await bench.VisitAsync();
        var completion = bench.CompleteAsync(attempt, answer);
        await asked.Task;
        clock.Advance(ProviderForms.LongestRequest);
        Assert.Equal("provider-unavailable", (await completion).Fault?.Code);
    }

    [Theory]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task ATokenEndpointThatIsOverloaded_IsUnavailable(int status)
    {
        await using var standIn = await OidcStandIn.StartAsync(clock);
        standIn.TokenEndpoint = context =>
        {
            context.Response.StatusCode = status;
            return Task.CompletedTask;
        };
        using var bench = new SignInBench(SignInBench.Settings(standIn), clock);
        Assert.Equal("provider-unavailable", (await bench.FailAsync()).Code);
    }

    [Fact]
    public async Task TheNameOfAPerson_IsBounded()
    {
        await using var standIn = await OidcStandIn.StartAsync(clock);
        standIn.IdToken = token => token.Claims["name"] = $"{new string('a', 199)}\ud83d\ude00 and more";
        using var bench = new SignInBench(SignInBench.Settings(standIn), clock);
        Assert.Equal(new string('a', 199), (await bench.SignInAsync()).Person!.DisplayName);
    }

    [Theory]
    [InlineData("name", "alice@corp.example")]
    [InlineData("name,preferred_username", "a@mail.example")]
    [InlineData("name,preferred_username,email", "alice")]
    public async Task TheNameOfAPerson_IsTheFirstClaimThatIsThere(string absent, string shown)
    {
        await using var standIn = await OidcStandIn.StartAsync(clock);
        standIn.IdToken = token =>
        {
            token.Claims["email"] = "a@mail.example";
            foreach (var claim in absent.Split(',')) token.Claims.Remove(claim);
        };
        using var bench = new SignInBench(SignInBench.Settings(standIn), clock);
        Assert.Equal(shown, (await bench.SignInAsync()).Person!.DisplayName);
    }

    [Fact]
    public async Task GroupsThatAreNotListed_AreIncomplete()
    {
        await using var standIn = await OidcStandIn.StartAsync(clock);
        standIn.IdToken = token =>
        {
            token.Claims.Remove("groups");
            token.Claims["_claim_names"] = new JsonObject { ["groups"] = "src1" };
        };
        using var bench = new SignInBench(SignInBench.Settings(standIn), clock);
        Assert.True((await bench.SignInAsync()).Person!.GroupsIncomplete);
    }

    [Fact]
    public async Task AnAccessTokenForTheGateway_BringsItsScopesAndRoles()
    {
        await using var standIn = await OidcStandIn.StartAsync(clock);
        using var bench = new SignInBench(SignInBench.Settings(standIn) with { Audience = OidcStandIn.Audience }, clock);
        var person = (await bench.SignInAsync()).Person!;
        Assert.Equal(["openid", "profile"], person.Scopes!.Value);
        Assert.Equal(["operator"], person.Roles);
        Assert.Equal(["staff"], person.Groups);
    }

    public static TheoryData<string, string, bool> BadAccessTokens => new()
    {
        { "subject", "access-token-subject", true },
        { "client", "access-token-party", true },
        { "audience", "access-token-audience", false },
        { "signature", "access-token-signature", true },
        { "opaque", "access-token-form", false },
        { "id token", "access-token-form", false },
    };

    [Theory]
    [MemberData(nameof(BadAccessTokens))]
    public async Task AnAccessTokenThatIsNotForTheGatewayAndThisPerson_IsRefused(string flaw, string code, bool isAttack)
    {
        await using var standIn = await OidcStandIn.StartAsync(clock);
        if (flaw == "opaque") standIn.OpaqueAccessToken = "opaque-token";
        standIn.AccessToken = token =>
        {
            if (flaw == "subject") token.Claims["sub"] = "mallory";
            if (flaw == "client") token.Claims["client_id"] = "other";
            if (flaw == "audience") token.Claims["aud"] = "https://other.example/";
            if (flaw == "signature") token.Signer = _ => RandomNumberGenerator.GetBytes(64);
            if (flaw == "id token") token.Claims["nonce"] = "n";
        };
        using var bench = new SignInBench(SignInBench.Settings(standIn) with { Audience = OidcStandIn.Audience }, clock);
        var fault = await bench.FailAsync();
        Assert.Equal((code, isAttack), (fault.Code, fault.IsAttack));
    }

    private void Spoil(StandInToken token, string flaw)
    {
        var now = clock.GetUtcNow();
        var claims = token.Claims;
        switch (flaw)
        {
            case "nonce": claims["nonce"] = "other"; break;
            case "no nonce": claims.Remove("nonce"); break;
            case "audience": claims["aud"] = "other"; break;
            case "two audiences": claims["aud"] = new JsonArray(OidcStandIn.Client, "other"); break;
            case "other party": claims["azp"] = "other"; break;
            case "issuer": claims["iss"] = "https://evil.example"; break;
            case "issuer with slash": claims["iss"] = $"{claims["iss"]}/"; break;
            case "none": token.Header["alg"] = "none"; token.Signer = _ => []; break;
            case "hmac with the public key":
                token.Header["alg"] = "HS256";
                token.Signer = input => HMACSHA256.HashData(OidcStandIn.Key.PublicKeyPem(), Encoding.ASCII.GetBytes(input));
                break;
            case "key of another algorithm": token.Header["alg"] = "RS256"; break;
            case "unknown key": Sign(token, TestKey.Es256("elsewhere")); break;
            case "key in the header":
                var own = TestKey.Es256("own");
                Sign(token, own);
                token.Header["jwk"] = own.PublicJwk();
                break;
            case "signature": token.Signer = TestKey.Es256("es1").Sign; break;
            case "access token": claims["at_hash"] = Base64Url.EncodeToString(new byte[16]); break;
            case "expired": claims["exp"] = now.AddMinutes(-2).ToUnixTimeSeconds(); break;
            case "no expiry": claims.Remove("exp"); break;
            case "future": claims["iat"] = now.AddMinutes(2).ToUnixTimeSeconds(); break;
            case "repeated member": token.RawClaims = $"{{\"nonce\":\"x\",{claims.ToJsonString()[1..]}"; break;
            case "subject": claims.Remove("sub"); break;
            case "long subject": claims["sub"] = new string('a', 256); break;
            case "type": token.Header["typ"] = "at+jwt"; break;
            case "logout token": claims["events"] = new JsonObject(); break;
            default: throw new ArgumentException(flaw, nameof(flaw));
        }
    }

    private static void Sign(StandInToken token, TestKey key)
    {
        token.Header["alg"] = key.Algorithm;
        token.Header["kid"] = key.KeyId;
        token.Signer = key.Sign;
    }
}
