using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Gatehouse.Administration;
using Gatehouse.AuthorizationServer.Providers;
using Gatehouse.Gateway.Administration;
using Gatehouse.Identity.Revocations;
using Gatehouse.Ipc;
using Gatehouse.Pipeline;
using Gatehouse.Policy.Matching;
using Gatehouse.Policy.Rules;
using Gatehouse.Settings;
using Microsoft.AspNetCore.WebUtilities;

namespace Gatehouse.Gateway.Tests.SignIn;

/// <summary>An administrator satisfies the step-up challenge where the gateway is the only issuer (RFC 9470, AZ-10).</summary>
[Trait("Requirement", "AZ-10")]
public sealed partial class OwnStepUpTests
{
    private const string Callback = "http://127.0.0.1:1/back";
    private const string Verifier = "a-verifier-with-enough-characters-for-the-standard";

    private static readonly PeerAccount Own = new(1, PeerAccount.OwnUserId());

    [Fact]
    public async Task TheParametersOfTheChallenge_GiveATokenThatIsEnough()
    {
        await using var gateway = await StartAsync();
        var weak = await RevokeAsync(gateway, await SignInAsync(gateway, ""));
        Assert.Equal(("insufficient_user_authentication", "mfa", 300), (weak.Error, weak.AcrValues, weak.MaxAge));
        var strong = await RevokeAsync(gateway, await SignInAsync(gateway, $"&acr_values={weak.AcrValues}&max_age={weak.MaxAge}"));
        Assert.True(strong.Ok, strong.Message);
    }

    private static Task<TestGateway> StartAsync() => TestGateway.StartAsync(
        settings => settings with
        {
            AuthorizationServer = new AuthorizationServerSettings
            {
                Providers = [new SignInProviderSettings { Name = "corp", Issuer = "https://login.example", ClientId = "gatehouse" }],
                Clients = [new OAuthClientSettings { Id = "console", Name = "Console", RedirectUris = [Callback], PreApproved = true }],
            },
            Administration = new AdministrationSettings
            {
                Who = new WhoClause { Subjects = new NameSet(["corp:carol"]) },
                Strengths = ["mfa"],
                MaxAge = TimeSpan.FromMinutes(5),
            },
        },
        replace: PartReplacements.None.Around(PartNames.SignInProviders, static _ => static () => [new StrongOnDemand()]));

    // The provider's page asks for more only where it is demanded, as real ones do.
    private static async Task<string> SignInAsync(TestGateway gateway, string demand)
    {
        var settings = gateway.Host.Snapshots.Current.Settings;
        var challenge = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(Verifier)));
        using var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false };
        using var browser = new HttpClient(handler) { BaseAddress = new Uri(settings.Origin) };
        var begun = await browser.GetAsync(new Uri(
            $"/oauth/authorize?response_type=code&client_id=console&redirect_uri={Uri.EscapeDataString(Callback)}&code_challenge={challenge}"
            + $"&code_challenge_method=S256&resource={Uri.EscapeDataString(settings.AdministrationResource)}{demand}", UriKind.Relative));
        Assert.Equal(HttpStatusCode.SeeOther, begun.StatusCode);
        TakeCookies(browser, begun);
        var back = await browser.GetAsync(new Uri($"/oauth/callback/corp?code=carol&{begun.Headers.Location!.Query.TrimStart('?')}", UriKind.Relative));
        Assert.Equal(HttpStatusCode.SeeOther, back.StatusCode);
        TakeCookies(browser, back);
        var page = await browser.GetStringAsync(back.Headers.Location);
        using var yes = Form(("request", Value(Request(), page)), ("decision", "continue"));
        browser.DefaultRequestHeaders.Add("Origin", settings.Origin);
        var left = await (await browser.PostAsync(new Uri("/oauth/confirm", UriKind.Relative), yes)).Content.ReadAsStringAsync();
        var code = QueryHelpers.ParseQuery(new Uri(Value(Leaving(), left)).Query)["code"].Single()!;
        using var redeem = Form(("grant_type", "authorization_code"), ("code", code), ("code_verifier", Verifier), ("client_id", "console"),
            ("redirect_uri", Callback));
        var tokens = await (await browser.PostAsync(new Uri("/oauth/token", UriKind.Relative), redeem)).Content.ReadAsStringAsync();
        return JsonDocument.Parse(tokens).RootElement.GetProperty("access_token").GetString()!;
    }

    private static Task<ControlReply> RevokeAsync(TestGateway gateway, string token) => GatewayAdministration.ControlOf(gateway.Host).HandleAsync(
        new RevokeTokens(RevocationKind.Subject, gateway.Host.Snapshots.Current.Settings.Origin, "corp:bob"), Own, token);

    private static void TakeCookies(HttpClient browser, HttpResponseMessage answer)
    {
        browser.DefaultRequestHeaders.Remove("Cookie");
        browser.DefaultRequestHeaders.Add("Cookie", answer.Headers.GetValues("Set-Cookie").Last().Split(';')[0]);
    }

    private static FormUrlEncodedContent Form(params (string Name, string Value)[] fields) =>
        new(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));

    private static string Value(Regex pattern, string page) => WebUtility.HtmlDecode(pattern.Match(page).Groups[1].Value);

    [GeneratedRegex("name=\"request\" value=\"([^\"]*)\"")]
    private static partial Regex Request();

    [GeneratedRegex("content=\"0; url=([^\"]*)\"")]
    private static partial Regex Leaving();

    private sealed class StrongOnDemand : ISignInProvider
    {
        public string Name => "corp";

        public string DisplayName => "Corp";

        public ValueTask<(Uri Address, SignInAttempt Attempt)> BeginAsync(string state, SignInDemand demand, CancellationToken cancellation) =>
            ValueTask.FromResult((
                new Uri($"https://login.example/?state={state}"), new SignInAttempt(Name, "https://login.example", "v", "n") { Demand = demand }));

        public ValueTask<SignInResult> CompleteAsync(SignInAttempt attempt, ProviderAnswer answer, CancellationToken cancellation)
        {
            var isDemanded = attempt.Demand is { AcrValues: "mfa", MaxAge: 300 };
            return ValueTask.FromResult(new SignInResult(
                new SignedInPerson
                {
                    Provider = Name,
                    ProviderSubject = answer.Code!,
                    DisplayName = "Carol",
                    AuthenticationMethods = isDemanded ? ["pwd", "mfa"] : ["pwd"],
                    AuthenticatedAt = TimeProvider.System.GetUtcNow() - (isDemanded ? TimeSpan.Zero : TimeSpan.FromHours(1)),
                }, null));
        }
    }
}
